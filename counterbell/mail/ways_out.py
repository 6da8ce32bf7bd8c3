"""By which way each mail of a run leaves: the server of its own address, or the installation's way."""

from contextlib import ExitStack

from django.conf import settings
from django.db.models import Q

from counterbell.errors import Problem

from . import own_servers
from .addresses import bare
from .carriers import Carrier, NoWay, carrier
from .models import Outgoing, OwnServer

NO_WAY = "COUNTERBELL_MAIL is empty, so nothing goes out."

Key = tuple[int, str] | None
"""The shop and the address of a server of one's own; None: the installation's way."""


class WaysOut:
    """The ways of a run, each opened when the first mail needs it; one that was closed is not tried again."""

    def __init__(self, own: dict[tuple[int, str], OwnServer], until_the_end: ExitStack) -> None:
        self.own = own
        self._until_the_end = until_the_end
        self._open: dict[Key, Carrier] = {}
        self._closed: dict[Key, str] = {}
        self._last: Key = None

    def may_have_one(self) -> Q:
        """Which mails may have a way out at all."""
        if settings.MAIL_WAY is not None:
            return Q()
        return Q(shop__in={shop for shop, _address in self.own})

    def of(self, mail: Outgoing, sender: str) -> Carrier:
        """Who carries that mail. Raises NoWay where nobody does now."""
        key = (mail.shop_id, bare(sender)) if mail.shop_id else None
        self._last = key if key in self.own else None
        if self._last in self._closed:
            raise NoWay(self._closed[self._last])
        if self._last not in self._open:
            self._open[self._last] = self._opened(self._last)
        return self._open[self._last]

    def closed(self, why: str) -> bool:
        """Note that the way of the last mail is closed, and why; returns whether it is one's own server."""
        self._closed[self._last] = why
        if self._last is None:
            return False
        own_servers.note(self.own[self._last], why)
        return True

    def worked(self) -> None:
        """Note that the way of the last mail is open."""
        if self._last is not None and self.own[self._last].error:
            own_servers.note(self.own[self._last], "")

    def _opened(self, key: Key) -> Carrier:
        try:
            way = own_servers.way_of(self.own[key]) if key else settings.MAIL_WAY
        except Problem as problem:  # its password cannot be read
            raise NoWay(str(problem)) from None
        if way is None:
            raise NoWay(NO_WAY)
        return self._until_the_end.enter_context(carrier(way))
