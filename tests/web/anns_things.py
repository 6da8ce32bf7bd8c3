"""One of each thing that a shop has a page of, by the place in its addresses at which the number or name stands."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from channels.boxes import NOW, care_of, comes, letter
from desk.desks import at_the_desk
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from mail.mails import parts
from record.cast import message
from record.records import put

from counterbell.accounts import tokens
from counterbell.accounts.models import Membership, Role, Shop, User
from counterbell.channels import email
from counterbell.channels.models import Attached, Incoming, Mailbox
from counterbell.desk import macros
from counterbell.desk.actions.replying import reply
from counterbell.desk.actor import Actor
from counterbell.desk.models import HeldReply
from counterbell.desk.rules import keeping
from counterbell.desk.targets import setting
from counterbell.goals import listeners
from counterbell.goals.models import Alert, Delivery, Rule, Target
from counterbell.mail.models import Outgoing
from counterbell.office.models import Invitation, Upload
from counterbell.record.models import Message, Ticket
from counterbell.reports import subscriptions
from counterbell.sources._run import refused_directory
from counterbell.surveys.models import Ask, Submission

Things = dict[str, Any]

WORDS = {
    "metrics/<key>": "csat",
    "metrics/<key>/<name>": "trend",
    "agents/by/<key>": "csat",
    "agents/of/<agent>/<key>": "response_time",
    "satisfaction/<name>": "trend",
    "revenue/<name>": "cohorts",
    "backlog/<name>": "age",
    "inbox/macros/<number>/<key>": "csat",
}
"""What stands in an address and is nobody's; also, wherever it stands, the format of a picture."""


def shop_pages(patterns: list[URLPattern | URLResolver] | None = None, inside: bool = False) -> Iterator[URLPattern]:
    """Every page under /shops/<slug>/."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from shop_pages(pattern.url_patterns, inside or str(pattern.pattern).startswith("shops/<slug"))
        elif inside:
            yield pattern


def places(page: URLPattern) -> dict[str, str]:
    """What stands in the page's address, each with its place: number, `inbox/macros/<number>`."""
    route = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", str(page.pattern))
    route = re.sub(r"<\w+:(\w+)>", r"<\1>", route).lstrip("^")
    return {found[1]: route[: found.end()] for found in re.finditer(r"<(\w+)>", route)}


def objects(page: URLPattern) -> dict[str, str]:
    """Those of them at which a thing of the shop stands."""
    return {name: place for name, place in places(page).items() if place not in WORDS and name != "format"}


def address(page: URLPattern, shop: Shop, things: Things) -> str:
    """The page of these things. Fails for one that nobody has told here."""
    told = {name: WORDS.get(place, "json") for name, place in places(page).items()}
    for name, place in objects(page).items():
        assert place in things, f"Put something of a shop that stands at {place!r} into `things_of`, or into WORDS."
        told[name] = things[place]
    return reverse(page.name or "", kwargs={"slug": shop.slug, **told})


def things_of(shop: Shop, olga: User) -> Things:
    """Something of that shop for every place; nothing of it is due, as the tests of a session share a database."""
    ann, box = at_the_desk(shop), care_of(shop)
    said = _mail(box)
    ticket, told = said.ticket, _told(shop, olga)
    held = reply(ann, ticket.pk, "On its way.", seen=said.pk, at=NOW)
    HeldReply.objects.filter(pk=held.pk).update(question="?")
    macro = macros.keep(shop, "Hello", {"en": "Hello"}, at=NOW).pk
    return {
        "mail/attached/<number>": Attached.objects.get(message=said).pk,
        "mail/enclosed/<number>": email.enclose(ticket, olga, "label.txt", b"abc", at=NOW).pk,
        "mail/intake/<key>": _failed(box),
        "settings/mailboxes/<key>": box.pk,
        "agents/of/<agent>": "ann",
        "inbox/macros/<number>": macro,
        "inbox/rules/<number>": keeping.keep(shop, keeping.Wording("All", {}, "care"), at=NOW).pk,
        "inbox/targets/<number>": setting.ask(shop, olga, at=NOW, resolution=3600).pk,
        "inbox/absence/<number>": _membership(ann),
        "inbox/<number>": ticket.pk,
        "inbox/of/<ticket_id>": ticket.external_id,
        "inbox/<number>/held/<held>": held.pk,
        "inbox/<number>/unsent/<mail>": _outgoing(shop, ticket),
        "inbox/<number>/mail/<message>": said.pk,
        "inbox/<number>/macro/<macro>": macro,
        "settings/people/<key>": _membership(ann),
        **told,
        **_of_goals(shop),
        **_of_surveys(shop, ticket),
    }


def things_of_dan() -> tuple[Shop, Things]:
    """A shop in which nothing has a name that Ann's has, and its ticket."""
    shop = Shop.objects.create(slug=f"dan-{uuid4().hex}")
    return shop, {"inbox/<number>": _mail(care_of(shop, "dan@shop.example")).ticket.pk}


def _mail(box: Mailbox) -> Message:
    """A mail of Kim's with a file."""
    text, kind = parts(
        "Content-Type: text/html; charset=utf-8\n\n<p>Hello</p>\n",
        "Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.txt\n\nabc\n",
    )
    found = comes(box, letter(text, kind=kind, number=uuid4().hex)).message
    assert found is not None
    return found


def _failed(box: Mailbox) -> int:
    """A mail that could not be handled."""
    incoming = comes(box, letter(number=uuid4().hex), handled=False)
    Incoming.objects.filter(pk=incoming.pk).update(state="failed")
    return incoming.pk


def _membership(actor: Actor) -> int:
    return Membership.objects.get(shop=actor.shop, user=actor.user).pk


def _outgoing(shop: Shop, ticket: Ticket) -> int:
    """A reply that has been put into the outbox."""
    put(shop, [message("m9", ticket.external_id, "03-03 09:30", "agent", agent="ann", text="Sorry.")])
    mail = email.reply(Message.objects.get(shop=shop, external_id="m9"), text="Sorry.", at=NOW)
    Outgoing.objects.filter(pk=mail.pk).update(state="unsure")
    return mail.pk


def _upload(shop: Shop, olga: User) -> int:
    """A file that was sent, of which a line was refused."""
    refused = refused_directory() / f"{uuid4().hex}.ndjson"
    refused.parent.mkdir(parents=True, exist_ok=True)
    refused.touch()
    told = {"name": "log.ndjson", "stored": refused.name, "refused": refused.name, "source": "log_file", "why": "table"}
    return Upload.objects.create(shop=shop, by=olga, size=1, put_at=NOW, **told).pk


def _told(shop: Shop, olga: User) -> Things:
    subscription = subscriptions.subscribe(shop, olga, "owner", "week", at=NOW)
    subscriptions.unsubscribe(subscription, by=olga, at=NOW)
    invited = Invitation.objects.create(
        shop=shop, email="ben@example.com", role=Role.AGENT, invited_at=NOW, ends_at=NOW.replace(year=2040)
    )
    return {
        "settings/people/invited/<key>": invited.pk,
        "settings/tokens/<key>": tokens.make(shop, "till", ["read"], by=olga, at=NOW)[0].pk,
        "imports/<key>": _upload(shop, olga),
        "reports/<number>": subscription.pk,
    }


def _of_goals(shop: Shop) -> Things:
    target = Target.objects.create(
        shop=shop, metric="csat", scope="shop", period="month", value=4.5, valid_from=NOW.date(), set_at=NOW
    )
    rule = Rule.objects.create(shop=shop, kind="waiting", limit=60, on=False, set_at=NOW)
    told = {"occurrence": "1", "kind": "waiting", "values": {}, "opened_at": NOW, "ended_at": NOW}
    alert = Alert.objects.create(shop=shop, rule=rule, **told)
    listener = listeners.mail_to(shop, "olga@example.com", at=NOW)
    delivery = Delivery.objects.create(alert=alert, listener=listener, state=Delivery.State.FAILED, due_at=NOW)
    return {
        "goals/<number>": target.pk,
        "alerts/<number>": alert.pk,
        "alerts/rules/<number>": rule.pk,
        "alerts/listeners/<number>": listener.pk,
        "alerts/deliveries/<number>": delivery.pk,
    }


def _of_surveys(shop: Shop, ticket: Ticket) -> Things:
    ask = Ask.objects.create(
        shop=shop, ticket=ticket, closed_at=NOW, planned_at=NOW, due_at=NOW, state="answered", survey_id="s1"
    )
    submission = Submission.objects.create(ask=ask, at=NOW, score=5, verdict="robot")
    return {"surveys/doubtful/<number>": submission.pk}
