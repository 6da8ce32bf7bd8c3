"""The pages of the intake: mail that is no message of a ticket, why, and what to do about it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from counterbell import formats
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role, Shop
from counterbell.audit import trail
from counterbell.channels import _by_hand, _files
from counterbell.channels._handling import mail_of
from counterbell.channels.models import Incoming, State
from counterbell.channels.views import download
from counterbell.errors import NotFound
from counterbell.mail.message import Mail

from .looks import when
from .raw import readable

A_PAGE = 50


@dataclass(frozen=True)
class Row:
    """A mail of the intake in a list."""

    mail: Incoming
    received: str
    size: str
    why: str


@shop_view(least=Role.LEAD)
@require_safe
def page(request: ShopRequest) -> HttpResponse:
    """The mails of one pile, the newest first; of all piles how many there are."""
    show = request.GET.get("show", "failed")
    if show not in _by_hand.PILES:
        raise Http404
    pages = Paginator(_pile(request.shop, show).order_by("-received_at", "-pk"), A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    piles = [(name, text, _pile(request.shop, name).count()) for name, (text, _told) in _by_hand.PILES.items()]
    told = {"show": show, "piles": piles, "rows": [_row(request.shop, mail) for mail in shown], "shown": shown}
    return render(request, "channels/intake.html", told)


def _pile(shop: Shop, name: str) -> QuerySet[Incoming]:
    return Incoming.objects.filter(shop=shop, **_by_hand.PILES[name][1])


def _row(shop: Shop, mail: Incoming) -> Row:
    why = _by_hand.words_of(mail.error) or mail.why
    return Row(mail, when(shop, mail.received_at), formats.size(mail.size), why)


@shop_view(least=Role.LEAD)
@require_safe
def one(request: ShopRequest, key: int) -> HttpResponse:
    """A mail: what is known of it, what could be read, and its raw text as far as a page can show it."""
    kept = _the(request, key)
    told: dict[str, Any] = {"row": _row(request.shop, kept), "mail": _read(kept), "state": kept.state}
    raw = _raw(request.shop, kept)
    text, left_out = readable(raw) if raw is not None else ("", 0)
    told |= {"is_there": raw is not None, "raw": text, "left_out": formats.size(left_out) if left_out else ""}
    told |= {"may_shelve": kept.state in (State.FAILED, State.WAITING), "may_retry": _may_retry(kept)}
    return render(request, "channels/intake_one.html", told)


def _may_retry(kept: Incoming) -> bool:
    return kept.state != State.DONE or kept.became == "aside"


def _the(request: ShopRequest, key: int) -> Incoming:
    """A mail that is no message of a ticket; those that are, are read there."""
    mail = get_object_or_404(Incoming.objects.select_related("shop", "mailbox", "ticket"), shop=request.shop, pk=key)
    if mail.message_id is not None:
        raise Http404
    return mail


def _raw(shop: Shop, kept: Incoming) -> bytes | None:
    try:
        return _files.read(shop, kept.digest)
    except FileNotFoundError:
        return None


def _read(kept: Incoming) -> Mail | None:
    """The mail, read; null where that is what fails."""
    try:
        return mail_of(kept)
    except Exception:
        return None


@shop_view(least=Role.LEAD)
@require_safe
def raw(request: ShopRequest, key: int) -> HttpResponse:
    """The mail's bytes, as a download."""
    kept = _the(request, key)
    content = _raw(request.shop, kept)
    if content is None:
        raise Http404
    return download(content, f"mail-{kept.pk}.eml")


@shop_view(least=Role.LEAD)
@require_POST
def act(request: ShopRequest) -> HttpResponse:
    """Try one mail again, or all that failed, or set one aside as not wanted."""
    verb, _colon, number = request.POST.get("do", "").partition(":")
    if verb == "all":
        _try_all(request)
    elif number.isdecimal() and verb == "retry":
        return _try(request, int(number))
    elif number.isdecimal() and verb == "shelve":
        _shelve(request, int(number))
    return redirect("intake", request.shop.slug)


def _try(request: ShopRequest, number: int) -> HttpResponse:
    _the(request, number)
    try:
        mail = _by_hand.try_again(request.shop, number, datetime.now(UTC))
    except NotFound:  # somebody else did
        return redirect("intake", request.shop.slug)
    if mail.state != State.DONE:
        messages.error(request, _("It failed again: %(error)s") % {"error": _by_hand.words_of(mail.error)})
        return redirect("intake_one", request.shop.slug, number)
    messages.success(request, _("The mail is in the record now."))
    if mail.ticket and request.membership.may(Role.AGENT):
        return redirect("inbox_ticket", request.shop.slug, mail.ticket.pk)
    return redirect("intake", request.shop.slug)


def _try_all(request: ShopRequest) -> None:
    count = _by_hand.try_all_again(request.shop, datetime.now(UTC))
    told = ngettext("%(count)s mail is tried again now.", "%(count)s mails are tried again now.", count)
    messages.success(request, told % {"count": formats.number(count)})


def _shelve(request: ShopRequest, number: int) -> None:
    kept = _the(request, number)
    with transaction.atomic():
        if _by_hand.shelve(request.shop, number):
            trail.note(request.shop, request.user, "mail.shelved", at=datetime.now(UTC), sender=kept.sender)
            messages.success(request, _("The mail is set aside; it stays here under “Not wanted”."))
