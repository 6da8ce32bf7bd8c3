"""What a ticket's page shows of its conversation, and by which mark it knows whether that is all."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.accounts.models import Shop, User
from counterbell.channels import email
from counterbell.channels.email import File
from counterbell.desk import letters, unsent
from counterbell.desk.conversation import Conversation, Done, Said, conversation
from counterbell.desk.models import HeldReply, Snooze
from counterbell.desk.names import STATUS_NAMES, URGENT, Names, priorities
from counterbell.desk.standing import Standing, standing
from counterbell.desk.targets.wording import Due, due_in_words
from counterbell.errors import Problem
from counterbell.mail.models import Outgoing
from counterbell.record.models import StatusName, Ticket


@dataclass(frozen=True)
class Shown:
    """The conversation of a ticket as a person sees it now."""

    shop: Shop
    user: User
    ticket: Ticket
    at: datetime
    told: Conversation

    @classmethod
    def of(cls, shop: Shop, user: User, ticket: Ticket, at: datetime) -> "Shown":
        """As it is now."""
        return cls(shop, user, ticket, at, conversation(shop, ticket))

    @property
    def lines(self) -> list[tuple[str, Said | Done]]:
        """The lines, each with what it is: a message or an event."""
        return [("said" if isinstance(line, Said) else "done", line) for line in self.told.lines]

    @property
    def newest(self) -> int:
        """The newest message."""
        return self.told.newest

    @cached_property
    def held(self) -> list[HeldReply]:
        """Replies that have not gone out yet."""
        return list(HeldReply.objects.filter(ticket=self.ticket).select_related("user").order_by("due_at"))

    @property
    def held_with_files(self) -> list[tuple[HeldReply, list[File]]]:
        """The same, each with what goes along."""
        files = email.of_held(self.shop, [held.message for held in self.held])
        return [
            (held, [email.shown_enclosed(self.shop, one) for one in files.get(held.message, ())]) for held in self.held
        ]

    @property
    def chosen(self) -> list[tuple[int, File]]:
        """The files that the person has chosen for what is being written, by their numbers."""
        files = email.of_draft(self.ticket, self.user)
        return [(one.pk, email.shown_enclosed(self.shop, one)) for one in files]

    @cached_property
    def troubles(self) -> list[Outgoing]:
        """Replies whose mail did not reach the customer, or may not have."""
        return unsent.of_ticket(self.shop, self.ticket)

    @property
    def version(self) -> str:
        """Changes with whatever is shown."""
        waiting = "-".join(f"{held.pk}{'q' * bool(held.question)}" for held in self.held)
        troubles = "-".join(f"{mail.pk}{mail.state[0]}" for mail in self.troubles)
        state = self.ticket.state
        given = f"{state.assignee_id or 0}-{state.team or ''}-{state.priority or ''}"
        done = f"{state.status}{'s' * state.spam}-{given}-{state.tags}"
        return f"{self.newest}.{len(self.told.lines)}.{waiting}.{troubles}.{done}"

    # ---- what the ticket is

    @property
    def status(self) -> str:
        """The status in a word of the log format."""
        return str(StatusName(self.ticket.state.status).label)

    @property
    def status_name(self) -> str:
        """The status as people read it."""
        return _(STATUS_NAMES[self.status])

    @property
    def wakes_at(self) -> datetime | None:
        """When it comes back, if it sleeps until some time."""
        sleeps = Snooze.objects.filter(ticket=self.ticket) if self.status == "snoozed" else Snooze.objects.none()
        return sleeps.values_list("until", flat=True).first()

    @property
    def tags(self) -> list[str]:
        """The tags that the ticket has."""
        return list(json.loads(self.ticket.state.tags))

    @property
    def assignee(self) -> str:
        """Who takes care of it."""
        state, names = self.ticket.state, Names(self.shop)
        return names.agent(state.assignee.external_id) if state.assignee else (state.team or names.agent(None))

    @property
    def channel(self) -> str:
        """The channel in words."""
        return Names(self.shop).channel(self.ticket.channel)

    @property
    def priority(self) -> str:
        """The priority in words; nothing where it has none."""
        given = self.ticket.state.priority
        return Names(self.shop).priority(given) if given else ""

    @property
    def is_urgent(self) -> bool:
        """Whether the priority is one that should leap to the eye."""
        return self.ticket.state.priority in URGENT

    @property
    def priorities(self) -> list[tuple[str, str]]:
        """The priorities that can be given, with their names."""
        known = [self.ticket.state.priority, *(one.priority for one in self._unresolved)]
        return Names(self.shop).of_priorities(priorities(known))

    @cached_property
    def _unresolved(self) -> list[Standing]:
        """All tickets of the shop that are not resolved."""
        return standing(self.shop, self.at)

    @cached_property
    def standing(self) -> Standing | None:
        """The ticket among those that are not resolved."""
        return next((one for one in self._unresolved if one.pk == self.ticket.pk), None)

    @property
    def waited(self) -> str:
        """How long the customer has been waiting, if he or she does."""
        since = self.standing.since if self.standing else None
        return formats.duration((self.at - since).total_seconds()) if since else ""

    @property
    def deadlines(self) -> list[Due]:
        """What is to be done by when."""
        return [due_in_words(deadline) for deadline in self.standing.deadlines] if self.standing else []

    @property
    def cannot_reply(self) -> str:
        """Why no reply can go out; nothing where one can."""
        try:
            letters.address_of(self.ticket)
        except Problem as problem:
            return str(problem)
        return ""
