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
