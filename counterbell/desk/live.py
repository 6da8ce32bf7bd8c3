"""What an open page of the desk is told while it stays open: that something has changed, never what.

The page then fetches its part again, by the address by which it always does, so that permissions stay in one place.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse

from counterbell.record import pulse
from counterbell.record.pulse import Pulse

from . import presence

AGAIN_AFTER_MS = 3000
"""So long a browser waits before it connects again."""


@dataclass(frozen=True)
class Beginning:
    """What a page knows of when it is made; read before anything that it shows, so that nothing is missed."""

    since: int
    version: str

    @classmethod
    def of(cls, shop_id: int) -> "Beginning":
        """For a page of that shop."""
        return cls(pulse.of([shop_id])[shop_id].number, program_version())


@dataclass(eq=False)
class Viewer:
    """Somebody with the inbox open, or a ticket: the last change that the page knows of, and who was there then."""

    shop_id: int
    user_id: int
    ticket_id: int | None
    seen: int
    company: frozenset[tuple[int, bool]] = frozenset()

    def hear(self, now: Pulse) -> str:
        """Take notice of the shop's pulse: the event for the page, or nothing."""
        changed = now.changed_since(self.seen, self.ticket_id)
        self.seen = now.number
        return event("ticket" if self.ticket_id else "inbox", now.number) if changed else ""

    def meet(self, there: frozenset[tuple[int, bool]]) -> str:
        """Take notice of who is at the ticket: the event for the page if others have come, gone or begun to write."""
        others = frozenset(one for one in there if one[0] != self.user_id)
        changed, self.company = others != self.company, others
        return event("presence", self.seen) if changed else ""


def event(name: str, number: int, told: str = "") -> str:
    """An event as browsers read it; its id is the number of the last change that the page has heard of."""
    return f"id: {number}\nevent: {name}\ndata: {told or number}\n\n"


class LiveAnswer(HttpResponse):
    """The beginning of a stream; a server that can hold it open goes on telling the viewer.

    From any other the browser asks again after some seconds, with the last change that it has heard of.
    """

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        known, now = viewer.seen, pulse.of([viewer.shop_id])[viewer.shop_id]
        news = viewer.hear(now)
        hello = event("hello", known, json.dumps({"version": program_version()}))
        super().__init__(f"retry: {AGAIN_AFTER_MS}\n\n{hello}{news}", content_type="text/event-stream")
        self["X-Accel-Buffering"] = "no"  # nginx would keep back what is told


def news(viewers: Iterable[Viewer], at: datetime) -> dict[Viewer, str]:
    """What each of them is to be told now: two queries, however many they are."""
    watching = list(viewers)
    pulses = pulse.of({viewer.shop_id for viewer in watching})
    tickets = {viewer.ticket_id for viewer in watching if viewer.ticket_id}
    there = presence.company(tickets, at) if tickets else {}
    told = {
        viewer: viewer.hear(pulses[viewer.shop_id]) + viewer.meet(there.get(viewer.ticket_id or 0, frozenset()))
        for viewer in watching
    }
    return {viewer: events for viewer, events in told.items() if events}


def program_version() -> str:
    """Changes with the program and with the files that its pages use."""
    storage: Any = staticfiles_storage
    return f"{version('counterbell')} {getattr(storage, 'manifest_hash', '')}".strip()
