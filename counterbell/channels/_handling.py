"""One mail from the intake into the record: everything it becomes, in one transaction, once."""

import json
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction

from counterbell.mail import ids, outbox, quotes
from counterbell.mail.automatic import no_answer
from counterbell.mail.headers import Address
from counterbell.mail.message import Mail, read
from counterbell.mail.models import Direction
from counterbell.record import entries
from counterbell.record.models import Customer, Message, Ticket
from counterbell.record.persons import email_key
from counterbell.record.sql import one_at_a_time
from counterbell.record.write import write

from . import _attachments, _bounced, _files, _mailboxes, _tickets
from ._attachments import Kept
from ._intake import LONGEST_SUBJECT
from ._writer import Writer, is_colleague, writer_of
from .models import Became, Incoming, State

CHANNEL = "email"
LOOKED_AT = 300
"""Characters of a text by which a mail is told from another one."""


def handle(incoming: Incoming, at: datetime) -> None:
    """Bring a mail that waits into the record. Doing it twice, or two at once, is harmless."""
    mail = mail_of(incoming)
    own = _mailboxes.own_addresses(incoming.shop)
    writer = writer_of(incoming.shop, mail, own, by_hand=incoming.became == Became.MESSAGE)
    kept = _attachments.keep(incoming.shop, mail) if writer.role != "aside" else []
    with transaction.atomic(), connection.cursor() as cursor:
        one_at_a_time(cursor, incoming.shop_id)  # so that a mail and the one it answers see each other
        waits = Incoming.objects.filter(pk=incoming.pk, state=State.WAITING)
        if waits.update(state=State.DONE, error=""):
            _Handling(incoming, mail, writer, at).finish(kept, why_no_answer=no_answer(mail, own=own) or "")


def mail_of(incoming: Incoming) -> Mail:
    """A mail of the intake, read. Raises FileNotFoundError where its bytes are gone."""
    raw = _files.read(incoming.shop, incoming.digest)
    mail = read(raw, received_at=incoming.received_at)
    return replace(mail, attachments=()) if incoming.size > len(raw) else mail


def identity(mail: Mail) -> str:
    """What tells a mail from others whichever way it came: the same for its copies in two mailboxes.

    Message-IDs alone do not, as some programs use one again and again; of the text only the beginning counts, as some
    servers on the way put something under it.
    """
    told = [mail.id if mail.has_own_id else "", *(mail.header(name) for name in ("From", "Date", "Subject"))]
    told.append(" ".join(mail.text[:LOOKED_AT].split()))
    told += [sha256(one.content).hexdigest() for one in mail.attachments]
    return sha256(json.dumps(told).encode("utf-8", "surrogatepass")).hexdigest()


class _Handling:
    """The handling of one mail, within its transaction."""

    def __init__(self, incoming: Incoming, mail: Mail, writer: Writer, at: datetime) -> None:
        self.incoming, self.shop, self.mail, self.writer, self.at = incoming, incoming.shop, mail, writer, at
        self.identity = identity(mail)
        self.happened_at = min(incoming.received_at, at)

    def finish(self, kept: list[Kept], *, why_no_answer: str) -> None:
        """Do all that the mail calls for, and note in the intake what it became."""
        told = self.incoming
        told.sender = self.writer.person.email if self.writer.person else ""
        told.subject = self.mail.subject[:LONGEST_SUBJECT]
        told.why, told.no_answer = self.writer.why, why_no_answer
        told.became = self._became(kept)
        names = ("identity", "became", "why", "no_answer", "sender", "subject", "ticket", "message", "follows")
        told.save(update_fields=names)

    def _became(self, kept: list[Kept]) -> Became:
        if first := Incoming.objects.filter(shop=self.shop, identity=self.identity).first():
            self.incoming.ticket = first.ticket
            return Became.COPY
        if self._is_ours():
            return Became.OURS
        self.incoming.identity = self.identity
        if self.writer.role == "aside":
            return Became.ASIDE
        if self.writer.role == "note":
            return self._note(kept)
        return self._message(kept)

    def _is_ours(self) -> bool:
        known = ids.known(self.shop, self.mail.id)
        return (known is not None and known.direction == Direction.OUT) or outbox.is_ours(self.shop, self.mail.id)

    # ---- what a machine wrote

    def _note(self, kept: list[Kept]) -> Became:
        found = self.writer.found
        if found and found.failure:
            ticket = _bounced.told_of(self.shop, self.mail, found.failure, self.happened_at, self.at)
        else:
            ticket = _tickets.ticket_of(self.shop, self.mail, self._known_customer())
        if ticket is None:
            return Became.ASIDE
        said = found.failure.words if found and found.failure else self._said()
        self._say(ticket, kept, public=False, text=f"{self.writer.why}\n\n{said}")
        return Became.NOTE

    # ---- what a person wrote

    def _message(self, kept: list[Kept]) -> Became:
        found = _tickets.ticket_of(self.shop, self.mail, self._known_customer())
        if found and is_colleague(self.shop, self.writer.person):
            self._say(found, kept, public=False, text=self._said())
            return Became.NOTE
        if found and _tickets.long_closed(found, self.at):
            self.incoming.follows, found = found, None
        ticket = found or self._new_ticket()
        self._say(ticket, kept, public=True, text=self._said())
        if found:
            _tickets.open_again(found, "customer", self.happened_at, self.at)
        return Became.MESSAGE if found else Became.TICKET

    def _new_ticket(self) -> Ticket:
        name = f"email-{self.identity[:32]}"
        store = self.incoming.mailbox.store if self.incoming.mailbox else ""
        customer = self._known_customer() or self._new_customer()
        write(
            self.shop,
            entries.Ticket(
                id=name,
                channel=CHANNEL,
                created_at=self.happened_at,
                customer=customer.external_id if customer else None,
                subject=self.mail.subject[:LONGEST_SUBJECT] or None,
                store=store or None,
            ),
        )
        if self.mail.header("X-Spam-Flag").lower().startswith("yes"):
            write(self.shop, entries.Flag(ticket=name, at=self.happened_at, flag="spam"))
        return Ticket.objects.select_related("state").get(shop=self.shop, external_id=name)

    def _said(self) -> str:
        return quotes.new_part(self.mail.text) or self.mail.text

    def _say(self, ticket: Ticket, kept: list[Kept], *, public: bool, text: str) -> None:
        """Put the mail into the ticket, and remember its ids."""
        name = f"email-{self.identity[:32]}"
        write(
            self.shop,
            entries.Message(
                id=name,
                ticket=ticket.external_id,
                at=self.happened_at,
                by="customer" if public else "automation",
                public=public,
                text=text.strip() or None,
            ),
        )
        message = Message.objects.get(shop=self.shop, external_id=name)
        _attachments.attach(message, kept)
        self.incoming.ticket, self.incoming.message = ticket, message
        ids.remember(ticket, self.mail.id, direction=Direction.IN, at=self.at, message=message)
        if public:
            ids.refer(ticket, self.mail.parents, self.at)

    # ---- customers

    def _known_customer(self) -> Customer | None:
        key = email_key(self.writer.person.email) if self.writer.person else None
        return Customer.objects.filter(shop=self.shop, email_key=key).order_by("pk").first() if key else None

    def _new_customer(self) -> Customer | None:
        person = self.writer.person
        if person is None:
            return None
        name = customer_id(person)
        if Customer.objects.filter(shop=self.shop, external_id=name).exists():  # erased, or another one's by now
            name = f"{name}-{self.identity[:8]}"
        write(self.shop, entries.Customer(id=name, email=person.email, name=person.name or None))
        return Customer.objects.get(shop=self.shop, external_id=name)


def customer_id(person: Address) -> str:
    """The id of a customer: no address stands in it, as it stays when the person is erased."""
    return f"email-{sha256(person.email.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
