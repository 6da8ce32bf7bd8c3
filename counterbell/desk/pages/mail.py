"""A mail as it came in, with its own look, made safe."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.channels import email
from counterbell.desk.acting import ticket_of
from counterbell.desk.family import members
from counterbell.record.models import Message


@shop_view(least=Role.AGENT)
@require_GET
def page(request: ShopRequest, number: int, message: int) -> HttpResponse:
    """The mail that a message of the ticket came from."""
    ticket = ticket_of(request.shop, number)
    said = Message.objects.filter(ticket__in=members(ticket), pk=message).first()
    mail = email.shown(request.shop, said) if said else None
    if mail is None:
        raise Http404
    return render(request, "desk/mail.html", {"ticket": ticket, "message": said, "mail": mail})
