"""How messages of the demo shop look: a mail has a greeting and a name under it, a chat message has neither."""

from random import Random

from .enquiries import Enquiry
from .opening import ZONE
from .staff import Colleague
from .topics import MAIL_LIKE

HOURS_AHEAD = {"id": 6}
"""How far clocks are ahead of the shop's where a language is spoken."""


def question(enquiry: Enquiry, dice: Random, *, open_now: bool) -> str:
    """What the customer asks first."""
    texts = enquiry.phrases
    if enquiry.live:
        return enquiry.write(dice.choice(enquiry.case.chat))
    body = enquiry.write(dice.choice(enquiry.case.mail))
    asides = texts.asides.get(enquiry.topic.intent) or texts.asides[enquiry.topic.group]
    if dice.random() < 0.3:
        body = f"{body} {enquiry.write(dice.choice(asides))}"
    if enquiry.channel == "phone":
        return (texts.call if open_now else texts.voicemail) + body
    return _letter(_hello(enquiry, dice), body, enquiry.write(dice.choice(texts.regards)))


def _hello(enquiry: Enquiry, dice: Random) -> str:
    """A greeting that fits the customer's time of day."""
    hour = (enquiry.at.astimezone(ZONE).hour + HOURS_AHEAD.get(enquiry.language, 0)) % 24
    if hour >= 18 and dice.random() < 0.4:
        return enquiry.phrases.evening_hello
    return dice.choice(enquiry.phrases.hello)


def again(enquiry: Enquiry, text: str, dice: Random) -> str:
    """What the customer writes later on."""
    body = enquiry.write(text)
    if enquiry.channel not in MAIL_LIKE or dice.random() < 0.5:
        return body
    return f"{body}\n\n{enquiry.write(dice.choice(enquiry.phrases.regards))}"


def answer(
    enquiry: Enquiry, text: str, colleague: Colleague, dice: Random, *, first: bool = True, late: bool = False
) -> str:
    """What an agent replies: the first time with more of a greeting, with an excuse where the reply comes late."""
    texts = enquiry.phrases
    sentences = [dice.choice(texts.sorry_for_the_wait)] if late and dice.random() < 0.7 else []
    sentences.append(text)
    if enquiry.channel not in MAIL_LIKE:
        if dice.random() < 0.25 and not text.endswith("?"):
            sentences.append(dice.choice(texts.agent_asides))
        return enquiry.write(" ".join(sentences), colleague=colleague)
    body = enquiry.write(" ".join(sentences), colleague=colleague)
    hellos = texts.agent_hello if first else texts.agent_hello_again
    return _letter(enquiry.write(dice.choice(hellos)), body, enquiry.write(dice.choice(texts.agent_regards)))


def automatic(enquiry: Enquiry, text: str) -> str:
    """What automation answers; it always says that it is none of us."""
    hello = enquiry.phrases.agent_hello[0]
    return enquiry.write(_letter(hello, text, enquiry.phrases.robot_regards))


def _letter(hello: str, body: str, regards: str) -> str:
    return f"{hello}\n\n{body}\n\n{regards}"
