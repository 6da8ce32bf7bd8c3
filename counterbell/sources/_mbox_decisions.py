"""Who wrote a mail of a support mailbox, and what Counterbell takes it as."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from counterbell.errors import Problem
from counterbell.mail.automatic import Automatic, automatic, nobody
from counterbell.mail.headers import Address, addresses
from counterbell.mail.message import Mail

from ._decisions import Decision

Role = Literal["customer", "agent", "answer", "note"]
"""`answer`: the shop's automation to a customer; `note`: an automatic mail that came in, kept inside."""

DECISIONS = (
    Decision("ticket", "a thread: mails that answer each other (References, In-Reply-To)", "one ticket, channel email"),
    Decision("ticket", "the same subject, but no answer", "tickets of their own"),
    Decision("ticket", "the first mail of a person in the thread", "when and by whom the ticket was created"),
    Decision("ticket", "a thread that the shop's own people began", "direction outbound"),
    Decision(
        "ticket", "a thread with automatic mail only (newsletters, receipts, spam of machines)", "left out, counted"
    ),
    Decision("ticket", "automatic mail before the first mail of a person", "left out, counted"),
    Decision("closed", "(a mailbox tells no statuses)", "nothing closes a ticket; all stay open, known in part"),
    Decision("agent", "From an address given by --own", "a reply by the agent of that address"),
    Decision("agent", "From the shop's own to nobody but the shop's own", "an internal note by that agent"),
    Decision("customer", "From any other address", "the customer with that address"),
    Decision(
        "customer",
        "From the shop's own or a no-reply address, with somebody else's Reply-To",
        "a contact form: the customer of Reply-To",
    ),
    Decision("customer", "From a group of the shop's own (X-Original-From)", "the customer who wrote to the group"),
    Decision(
        "automation",
        "automatic mail (Auto-Submitted, Precedence, ...) from the shop's own",
        "a public message by automation",
    ),
    Decision(
        "automation",
        "vacation notes and other automatic replies of customers",
        "an internal note by automation: it starts no wait",
    ),
    Decision(
        "automation", "bounces and delays", "an internal note by automation, in the ticket of the mail that came back"
    ),
    Decision("automation", "mailing lists, newsletters and no-reply senders", "an internal note by automation"),
    Decision("message", "several mails with one Message-ID", "one message, whichever folder it lies in"),
    Decision("message", "a mail without Message-ID", "an id made from its content"),
    Decision("message", "a quoted mail, a signature", "cut off the text; the mailbox keeps the original"),
    Decision("message", "a Date that cannot be right (far from when it was received)", "the time of receipt"),
    Decision("message", "a mail without any time", "refused"),
)


class Own:
    """The shop's own addresses: `ann@shop.example`, or `@shop.example` for all of a domain."""

    def __init__(self, given: Sequence[str]) -> None:
        told = {one.strip().lower() for several in given for one in several.split(",") if one.strip()}
        wrong = sorted(one for one in told if "@" not in one or one.endswith("@"))
        if wrong or not told:
            what = f"{wrong[0]!r} is no address" if wrong else "--own is empty"
            raise Problem(f"{what}. Give the shop's own addresses, such as --own help@shop.example,@shop.example.")
        self._emails = {one for one in told if not one.startswith("@")}
        self._domains = {one[1:] for one in told if one.startswith("@")}
        self.told = ",".join(sorted(told))

    def __contains__(self, email: object) -> bool:
        told = str(email).lower()
        return told in self._emails or told.rpartition("@")[2] in self._domains

    def names_group(self, mail: Mail) -> bool:
        """Whether a mail came through a group of the shop's own, such as support@ at Google Groups."""
        domains = self._domains | {email.rpartition("@")[2] for email in self._emails}
        told = mail.header("List-Id").lower().rstrip(">")
        return any(told.endswith((f".{domain}", f"<{domain}")) for domain in domains)


@dataclass(frozen=True)
class Written:
    """Who wrote a mail: `person` is the customer or agent; null for mail that nobody can be named for."""

    role: Role
    person: Address | None
    public: bool = True
    automatic: Automatic | None = None


def written(mail: Mail, own: Own) -> Written:
    """What a mail counts as; its header is enough."""
    author = mail.author
    through_group = own.names_group(mail)
    if author and author.email in own and through_group and (original := _original(mail, own)):
        author = original
    found = automatic(mail, own=own)
    if found and found.kind == "list" and through_group:
        found = None
    ours = author is not None and author.email in own
    if found:
        return Written("answer" if ours else "note", author, ours, found)
    behind = next((one for one in mail.reply_to if one.email not in own and not nobody(one.email)), None)
    if author is None:
        return Written("customer", behind)
    if behind and (ours or nobody(author.email)):
        return Written("customer", behind)
    if ours:
        return Written("agent", author, public=_leaves(mail, own))
    if nobody(author.email):
        return Written("note", author, public=False)
    return Written("customer", author)


def _original(mail: Mail, own: Own) -> Address | None:
    """Who wrote to a group that puts its own address into From."""
    told = addresses([*mail.all("X-Original-From"), *mail.all("X-Original-Sender")])
    return next((one for one in told if one.email not in own), None)


def _leaves(mail: Mail, own: Own) -> bool:
    """Whether anybody but the shop's own people gets the mail; hidden recipients are taken for others."""
    return not mail.recipients or any(one.email not in own for one in mail.recipients)
