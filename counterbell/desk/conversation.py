"""What was said and done on a ticket, in its order: messages, and the history in sentences between them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterbell.accounts.models import Shop
from counterbell.channels import email
from counterbell.channels.email import File
from counterbell.channels.models import Incoming
from counterbell.record.models import (
    Assignment,
    Author,
    Flag,
    FlagName,
    IntentChange,
    Merge,
    Message,
    PriorityChange,
    Rating,
    StatusChange,
    StatusName,
    TagChange,
    Ticket,
)

from .actions.splitting import other_half
from .family import members
from .names import Names, customer_name
from .rules.models import ByRule

MOST_MESSAGES = 400
"""Messages on one page, the newest; a ticket with more says so."""


@dataclass(frozen=True)
class Other:
    """Another ticket that a sentence names, with what stands before and after its id."""

    pk: int
    before: str
    id: str
    after: str


@dataclass(frozen=True)
class Said:
    """A message, by whom and when; `kind` is customer, agent, automation or note."""

    pk: int
    id: str
    at: datetime
    kind: str
    who: str
    channel: str
    text: str
    ticket: str
    """the ticket that it came in by, where that was merged into this one"""
    may_split: bool
    files: tuple[File, ...] = ()
    is_mail: bool = False
    """whether there is a mail to be shown as it came"""
    other: Other | None = None
    """the ticket that was split off, or from which this one was"""


@dataclass(frozen=True)
class Done:
    """Something that happened, as a sentence."""

    at: datetime
    sentence: str
    other: Other | None = None


@dataclass(frozen=True)
class Conversation:
    """All that happened on a ticket, the oldest first; `newest` is the last message in it."""

    lines: list[Said | Done]
    newest: int
    left_out: int


def conversation(shop: Shop, ticket: Ticket) -> Conversation:
    """The ticket's messages with those of the tickets merged into it, and its own history."""
    names, family = Names(shop), members(ticket)
    messages = Message.objects.filter(ticket__in=family)
    shown = list(messages.select_related("agent", "ticket__customer").order_by("-happened_at", "-pk")[:MOST_MESSAGES])
    files = email.files_of(shop, shown)
    mails = set(Incoming.objects.filter(shop=shop, message__in=shown).values_list("message", flat=True))
    others = _split(shop, shown)
    said = [
        replace(
            _said(one, ticket, names),
            files=tuple(files.get(one.pk, ())),
            is_mail=one.pk in mails,
            other=others.get(one.pk),
        )
        for one in shown
    ]
    since = min((one.at for one in said), default=ticket.created_at)
    cut = len(said) == MOST_MESSAGES
    done = [one for one in _history(ticket, names) if not cut or one.at >= since]
    lines: list[Said | Done] = [*said, *done]
    lines.sort(key=lambda line: (line.at, isinstance(line, Said)))
    newest = messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    return Conversation(lines, newest, messages.count() - len(said) if cut else 0)


def _split(shop: Shop, shown: list[Message]) -> dict[int, Other]:
    """The other ticket by the notes of splits among these: the one in which the other half of the note is."""
    halves = {
        one.pk: half for one in shown if one.author == Author.AUTOMATION and (half := other_half(one.external_id))
    }
    if not halves:
        return {}
    there = Message.objects.filter(shop=shop, external_id__in=halves.values()).select_related("ticket")
    tickets = {one.external_id: one.ticket for one in there}
    texts = {one.pk: one.text or "" for one in shown}
    return {pk: _named(texts[pk], tickets[half]) for pk, half in halves.items() if half in tickets}


def _named(text: str, ticket: Ticket) -> Other:
    before, _id, after = text.rpartition(ticket.external_id)
    return Other(ticket.pk, before, ticket.external_id, after)


def _said(message: Message, ticket: Ticket, names: Names) -> Said:
    author = Author(message.author)
    who = {
        Author.CUSTOMER: lambda: customer_name(message.ticket.customer),
        Author.AUTOMATION: lambda: _("Automation"),
        Author.AGENT: lambda: names.agent(message.agent.external_id) if message.agent else _("Agent"),
    }[author]()
    kind = str(author.label) if message.public else "note"
    own = message.ticket_id == ticket.pk
    return Said(
        message.pk,
        message.external_id,
        message.happened_at,
        kind,
        who,
        names.channel(message.channel or message.ticket.channel),
        message.text or "",
        "" if own else message.ticket.external_id,
        kind == "customer",
    )


def _history(ticket: Ticket, names: Names) -> Iterator[Done]:
    yield from _statuses(ticket, names)
    by_rule = dict(ByRule.objects.filter(ticket=ticket).values_list("happened_at", "rule"))
    for given in _of(Assignment, ticket).select_related("agent"):
        yield Done(given.happened_at, _assigned(given, names, by_rule.get(given.happened_at)))
    for tags in _of(TagChange, ticket):
        yield from _tagged(tags)
    for intent in _of(IntentChange, ticket):
        yield Done(intent.happened_at, _("Recognised as %(intent)s") % {"intent": intent.name})
    yield from _priorities(ticket, names)
    for flag in _of(Flag, ticket):
        yield Done(flag.happened_at, _flagged(flag))
    for merge in Merge.objects.filter(into=ticket).select_related("ticket"):
        yield _merged(merge, _("Ticket %(ticket)s was merged into this one"), merge.ticket)
    for merge in Merge.objects.filter(ticket=ticket).select_related("into"):
        yield _merged(merge, _("Merged into ticket %(ticket)s"), merge.into)
    for rating in Rating.objects.filter(survey__ticket=ticket, suspected_robot=False):
        told = {"score": rating.score, "comment": rating.comment or ""}
        yield Done(
            rating.happened_at,
            (_("Rated %(score)d of 5: %(comment)s") if rating.comment else _("Rated %(score)d of 5")) % told,
        )


def _merged(merge: Merge, sentence: str, other: Ticket) -> Done:
    before, _hole, after = sentence.partition("%(ticket)s")
    told = sentence % {"ticket": other.external_id}
    return Done(merge.happened_at, told, Other(other.pk, before, other.external_id, after))


def _of(model: Any, ticket: Ticket) -> QuerySet[Any]:
    return model.objects.filter(ticket=ticket).order_by("happened_at", "pk")  # type: ignore[no-any-return]


def _statuses(ticket: Ticket, names: Names) -> Iterator[Done]:
    """The changes of status; what repeats the status before is none."""
    was = ticket.status
    for change in _of(StatusChange, ticket).select_related("agent").order_by("happened_at", "status"):
        if change.status != was:
            yield Done(change.happened_at, _status_sentence(change, was, _who(change, names)))
        was = change.status


def _who(change: StatusChange, names: Names) -> str:
    if change.agent:
        return names.agent(change.agent.external_id)
    told = {Author.CUSTOMER: _("The customer"), Author.AUTOMATION: _("Automation"), Author.AGENT: _("An agent")}
    return told[Author(change.author)] if change.author else _("Somebody")


def _status_sentence(change: StatusChange, was: int, who: str) -> str:
    texts = {
        StatusName.OPEN: _("%(who)s reopened the ticket")
        if was == StatusName.CLOSED
        else _("%(who)s opened the ticket"),
        StatusName.PENDING: _("%(who)s set the ticket to waiting for the customer"),
        StatusName.SNOOZED: _("%(who)s snoozed the ticket"),
        StatusName.CLOSED: _("%(who)s closed the ticket"),
    }
    return texts[StatusName(change.status)] % {"who": who}


def _assigned(given: Assignment, names: Names, rule: str | None) -> str:
    if given.agent and rule:
        told = {"agent": names.agent(given.agent.external_id), "rule": rule}
        return _("Assigned to %(agent)s by the rule “%(rule)s”") % told
    if rule == "":
        return _("Taken from an agent who is away, since the customer has answered")
    if given.agent:
        return _("Assigned to %(agent)s") % {"agent": names.agent(given.agent.external_id)}
    return _("Assigned to the team %(team)s") % {"team": given.team} if given.team else _("Assigned to nobody")


def _tagged(change: TagChange) -> Iterator[Done]:
    added, removed = json.loads(change.added), json.loads(change.removed)
    if added:
        text = ngettext("Tag added: %(tags)s", "Tags added: %(tags)s", len(added))
        yield Done(change.happened_at, text % {"tags": ", ".join(added)})
    if removed:
        text = ngettext("Tag removed: %(tags)s", "Tags removed: %(tags)s", len(removed))
        yield Done(change.happened_at, text % {"tags": ", ".join(removed)})


def _priorities(ticket: Ticket, names: Names) -> Iterator[Done]:
    """The changes of priority; what repeats the one before is none."""
    was = ticket.priority
    for change in _of(PriorityChange, ticket):
        if change.changed_to != was:
            told = {"priority": names.priority(change.changed_to)}
            sentence = _("Priority set to %(priority)s") if change.changed_to else _("Priority taken away")
            yield Done(change.happened_at, sentence % told)
        was = change.changed_to


def _flagged(flag: Flag) -> str:
    if flag.flag == FlagName.SPAM:
        return _("Marked as spam") if flag.value else _("Marked as no spam")
    return _("Deleted") if flag.value else _("Brought back")
