"""A mail as it came in, with its own look: made safe, and in a frame in which nothing may act."""

from typing import NamedTuple

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.channels import email
from counterbell.desk import pictures
from counterbell.desk.acting import ticket_of
from counterbell.desk.family import members
from counterbell.record.models import Message, Ticket

from . import asked

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:{pictures}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
"""What the frame of a mail may do: show its text and pictures, and open links elsewhere. No script runs in it, so that
it belongs to this origin only lets its own pictures come, and the page around it measure its height."""


class Letter(NamedTuple):
    """A mail of a ticket; `always`: the person wants to see the pictures of its sender; `pictures`: they are shown."""

    ticket: Ticket
    message: Message
    mail: email.Shown
    sender: str
    always: bool
    pictures: bool


def _letter(request: ShopRequest, number: int, message: int, *, once: str = "") -> Letter:
    """The mail that a message of the ticket came from, with pictures of other servers where they are wanted."""
    ticket = ticket_of(request.shop, number)
    said = Message.objects.filter(ticket__in=members(ticket), pk=message).first()
    sender = email.sender_of(said) if said else ""
    always = pictures.always_of(request.shop, request.user, sender)
    wanted = always or pictures.may_be_shown_once(request.user, message, once)
    mail = email.shown(request.shop, said, remote_pictures=wanted) if said else None
    if said is None or mail is None:
        raise Http404
    return Letter(ticket, said, mail, sender, always, wanted)


@shop_view(least=Role.AGENT)
@require_GET
def page(request: ShopRequest, number: int, message: int) -> HttpResponse:
    """The mail that a message of the ticket came from."""
    return render(request, "desk/mail.html", {"letter": _letter(request, number, message), "way": asked.way(request)})


@shop_view(least=Role.AGENT)
@require_POST
def show_pictures(request: ShopRequest, number: int, message: int) -> HttpResponse:
    """Show the pictures of other servers for this once, always for this sender, or no longer."""
    how, letter = request.POST.get("pictures"), _letter(request, number, message)
    if how == "once":
        once = pictures.ticket_for_one_view(request.user, message)
        shown = {"letter": _letter(request, number, message, once=once), "once": once, "way": asked.way(request)}
        return render(request, "desk/mail.html", shown)
    pictures.always(request.shop, request.user, letter.sender, how == "always")
    place = reverse("inbox_ticket_mail", args=[request.shop.slug, number, message])
    return HttpResponseRedirect(place + asked.way(request).tail)


@shop_view(least=Role.AGENT)
@require_GET
@xframe_options_sameorigin
def frame(request: ShopRequest, number: int, message: int) -> HttpResponse:
    """The HTML of the mail, for its frame."""
    letter = _letter(request, number, message, once=request.GET.get("once", ""))
    response = render(request, "desk/mail_frame.html", {"letter": letter})
    response["Content-Security-Policy"] = POLICY.format(pictures=" https:" if letter.pictures else "")
    response["Referrer-Policy"] = "no-referrer"
    response["Cross-Origin-Embedder-Policy"] = "credentialless"  # no cookies to whoever has the pictures
    return response
