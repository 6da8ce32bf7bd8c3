"""The sentences of the demo shop, one file a language."""

from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct


class Probe(Struct, frozen=True, forbid_unknown_fields=True):
    """What an agent asks before there is an answer, and what the customer says then."""

    ask: str
    reply: str


class Case(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to ask about a topic, and the answers that fit; `automatic` ones are given by automation."""

    mail: list[str]
    chat: list[str]
    answers: list[str]
    subjects: list[str]
    automatic: list[str] = []
    probes: list[Probe] = []


class Further(Struct, frozen=True, forbid_unknown_fields=True):
    """What a customer asks on top, and the answer; `about` names the intents it fits, all of its group if empty."""

    ask: str
    answer: str
    about: list[str] = []


class Contact(Struct, frozen=True, forbid_unknown_fields=True):
    """What the shop writes of its own accord, and what customers answer."""

    subject: str
    text: str
    replies: list[str]


class Spam(Struct, frozen=True, forbid_unknown_fields=True):
    subject: str
    text: str


class Comments(Struct, frozen=True, forbid_unknown_fields=True):
    """What customers write beside a rating."""

    praise: list[str]
    slow: list[str]
    strike: list[str]
    unhelpful: list[str]
    unlucky: list[str]
    robot: list[str]


class Phrases(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is written in one language."""

    hello: list[str]
    evening_hello: str
    regards: list[str]
    chat_openers: list[str]
    agent_hello: list[str]
    agent_hello_again: list[str]
    agent_regards: list[str]
    agent_chat_hello: list[str]
    agent_asides: list[str]
    sorry_for_the_wait: list[str]
    away: list[str]
    robot_regards: str
    wants_a_human: list[str]
    thanks_robot: list[str]
    thanks: list[str]
    chasers: list[str]
    twice: list[str]
    unhappy_again: list[str]
    unhappy_answers: list[str]
    checked_back: list[str]
    call: str
    voicemail: str
    contact: list[Contact]
    contact_answers: list[str]
    strike: Case
    further: dict[str, list[Further]]
    asides: dict[str, list[str]]
    """By intent, or by the group of topics."""
    intents: dict[str, list[Case]]
    comments: Comments
    spam: list[Spam]
    notes: dict[str, list[str]] = {}
    """What colleagues write to each other, by the group of topics; nobody writes notes in Indonesian."""
    merged_note: list[str] = []
    passed_on: list[str] = []


@cache
def phrases(language: str) -> Phrases:
    """The sentences in `fr`, `en` or `id`."""
    return msgspec.toml.decode((files(__package__) / f"{language}.toml").read_bytes(), type=Phrases)
