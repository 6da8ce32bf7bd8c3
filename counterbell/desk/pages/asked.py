"""What a request of the desk's pages says, read once."""

from datetime import UTC, datetime

from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse

from counterbell.accounts.access import ShopRequest
from counterbell.channels import email
from counterbell.desk.actor import Actor, actor_of
from counterbell.desk.way import Way
from counterbell.desk.way import whole as whole
from counterbell.record.models import Ticket


def now() -> datetime:
    """The time of the request."""
    return datetime.now(UTC)


def said(told: QueryDict, name: str, longest: int = 200_000) -> str:
    """A text that was sent; without NUL characters, which no database keeps."""
    return told.get(name, "").replace("\0", "")[:longest]


def way(request: ShopRequest) -> Way:
    """The list of the inbox that is asked for, or that the ticket was opened from."""
    return Way.read(request.GET.dict())


def to_ticket(request: ShopRequest, number: int) -> HttpResponseRedirect:
    """To that ticket, by the same way."""
    return HttpResponseRedirect(reverse("inbox_ticket", args=[request.shop.slug, number]) + way(request).tail)


def numbers(told: list[str]) -> list[int]:
    """The whole numbers among these, also with commas between."""
    return [number for part in told for one in part.split(",") if (number := whole(one.strip()))]


def enclosed(request: ShopRequest, ticket: Ticket) -> list[int]:
    """The files that go along: those that the page listed, and those that were chosen with the form. Raises Problem."""
    listed = numbers(request.POST.getlist("file"))
    chosen = [
        email.enclose(ticket, request.user, file.name or "", file.read(email.MOST_BYTES + 1), at=now())
        for file in request.FILES.getlist("files")
    ]
    return [*listed, *(one.pk for one in chosen)]


def seen(request: ShopRequest) -> int | None:
    """The newest message that the page showed, where it says so."""
    return whole(request.POST["seen"]) if request.POST.get("seen", "").isdecimal() else None


def actor(request: ShopRequest) -> Actor:
    """Who asks."""
    return actor_of(request.membership)
