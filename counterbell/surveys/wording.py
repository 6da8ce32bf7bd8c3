"""The words of the scale and of what may have gone wrong."""

from django.utils.translation import gettext_lazy as later

SCORES = {
    5: later("Very good"),
    4: later("Good"),
    3: later("Neither good nor bad"),
    2: later("Bad"),
    1: later("Very bad"),
}
"""What each score means, best first."""

CAUSES = {
    "slow": later("It took too long"),
    "unsolved": later("My question was not solved"),
    "unclear": later("I did not understand the answer"),
    "unkind": later("I was not treated kindly"),
    "product": later("It is about the product or the delivery"),
    "other": later("Something else"),
}
"""Why a score may be low."""

LOW = 3
"""So much or less, and the page asks why."""

STAR, NO_STAR = "★", "☆"


def mark(score: int, style: str) -> str:
    """The score as it is drawn."""
    return str(score) if style == "numbers" else STAR * score + NO_STAR * (5 - score)


SIGNS = {
    "no_page": later("came from no page of ours"),
    "quick": later("faster than anybody reads"),
    "other_browser": later("not the browser that was shown the page"),
    "no_gesture": later("no press of a key, finger or mouse"),
    "soon": later("within a minute of the mail"),
    "trapped": later("opened the link that nobody sees"),
    "steered": later("a browser steered by a program"),
    "hidden_field": later("filled in a field that nobody sees"),
    "filter_network": later("from a network that filters mail"),
    "robot_agent": later("calls itself a program"),
}
"""What speaks against a person."""

NETWORKS = {"public": later("public"), "private": later("private"), "unknown": later("unknown")}
"""Classes of networks; those of mail filters go by their own name."""

WAYS = {
    "mail": later("mail"),
    "chat": later("chat"),
    "link": later("link"),
    "widget": later("widget"),
    "api": "API",
    "elsewhere": later("elsewhere"),
}
"""How a customer was asked."""
