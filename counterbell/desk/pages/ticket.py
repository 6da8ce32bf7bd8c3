"""A ticket: its conversation, what is written and done on it, and who else is there."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.channels import email
from counterbell.desk import drafts, macros, presence
from counterbell.desk.acting import Overtaken, ticket_of
from counterbell.desk.actions import do, replying
from counterbell.desk.actions.noting import note
from counterbell.desk.customer_card import CustomerCard
from counterbell.desk.family import root_of
from counterbell.desk.live import Beginning
from counterbell.desk.models import HeldReply
from counterbell.desk.names import Names
from counterbell.desk.unsent import it_arrived, send_again
from counterbell.errors import Problem
from counterbell.record.models import Ticket

from . import asked
from .shown import Shown


@shop_view(least=Role.AGENT)
@require_GET
def page(request: ShopRequest, number: int) -> HttpResponse:
    """The ticket; with `?macro=` its text stands in the editor."""
    ticket = ticket_of(request.shop, number)
    actor = asked.actor(request)
    draft = drafts.of(ticket, request.user)
    text, used = (draft.text, draft.macros) if draft else ("", [])
    if chosen := asked.whole(request.GET.get("macro")):
        macro = macros.one(request.shop, chosen)
        text = "\n\n".join(filter(None, [text, macros.text_for(macro, ticket, actor.agent)]))
        used = [*used, macro.pk]
    return _shown(request, ticket, text=text, used=used)


def _shown(request: ShopRequest, ticket: Ticket, *, status: int = 200, problem: str = "", **told: Any) -> HttpResponse:
    live = Beginning.of(request.shop.pk)
    ticket = ticket_of(request.shop, ticket.pk)  # after that: what changes from now on, the page is told
    root = root_of(ticket)
    told |= {
        "live": live,
        "way": asked.way(request),
        "shown": Shown.of(request.shop, request.user, ticket, asked.now()),
        "ticket": ticket,
        "card": CustomerCard(ticket),
        "names": Names(request.shop),
        "macros": macros.of_shop(request.shop),
        "merged_into": root if root.pk != ticket.pk else None,
        "problem": problem,
        "most_bytes": email.MOST_BYTES,
    }
    return render(request, "desk/ticket.html", told, status=status)


@shop_view(least=Role.AGENT)
@require_GET
def by_id(request: ShopRequest, ticket_id: str) -> HttpResponse:
    """The ticket that the record knows by this id, for links from lists of figures."""
    ticket = get_object_or_404(Ticket, shop=request.shop, external_id=ticket_id)
    return asked.to_ticket(request, ticket.pk)


@shop_view(least=Role.AGENT)
@require_GET
def lines(request: ShopRequest, number: int) -> HttpResponse:
    """The conversation and what can be done, for a page that is open; only the facts where it shows all there is."""
    ticket = ticket_of(request.shop, number)
    shown = Shown.of(request.shop, request.user, ticket, asked.now())
    if request.GET.get("version") == shown.version:
        facts = render(request, "desk/_facts.html", {"shown": shown, "ticket": ticket, "again": True})
        facts["HX-Reswap"] = "none"
        return facts
    told = {"shown": shown, "ticket": ticket, "names": Names(request.shop), "way": asked.way(request), "again": True}
    return render(request, "desk/_conversation.html", told)


@shop_view(least=Role.AGENT)
@require_POST
def write(request: ShopRequest, number: int) -> HttpResponse:
    """Send a reply, note something, or choose files for it."""
    ticket, actor = ticket_of(request.shop, number), asked.actor(request)
    text, used = asked.said(request.POST, "text"), asked.numbers(request.POST.getlist("macros"))
    how, _dash, then = asked.said(request.POST, "how").partition("-")
    try:
        files = asked.enclosed(request, ticket)
        if how == "attach":
            _attach(request, ticket, then, text, used)
        elif how == "note":
            note(actor, ticket.pk, text, at=asked.now(), used=used, files=files)
        else:
            seen = asked.seen(request) or 0
            replying.reply(actor, ticket.pk, text, seen=seen, at=asked.now(), then=then, used=used, files=files)
    except Overtaken as overtaken:
        return _shown(request, ticket, status=409, problem=str(overtaken), text=text, used=used)
    except Problem as problem:
        return _shown(request, ticket, status=400, problem=str(problem), text=text, used=used)
    return asked.to_ticket(request, ticket.pk)


def _attach(request: ShopRequest, ticket: Ticket, without: str, text: str, used: list[int]) -> None:
    """Nothing is said yet: what is written stays a draft, with its files but one."""
    drafts.keep(ticket, request.user, text, at=asked.now(), macros=used)
    if without:
        email.take_out(email.of_draft(ticket, request.user).filter(pk=asked.whole(without)), asked.now())


@shop_view(least=Role.AGENT)
@require_POST
def files(request: ShopRequest, number: int) -> HttpResponse:
    """Choose files for what is being written, or take one out; returns the list of them."""
    ticket, problem = ticket_of(request.shop, number), ""
    try:
        asked.enclosed(request, ticket)
    except Problem as told:
        problem = str(told)
    _how, _dash, without = asked.said(request.POST, "how").partition("-")
    email.take_out(email.of_draft(ticket, request.user).filter(pk=asked.whole(without)), asked.now())
    shown = Shown.of(request.shop, request.user, ticket, asked.now())
    return render(request, "desk/_enclosed.html", {"shown": shown, "ticket": ticket, "file_problem": problem})


@shop_view(least=Role.AGENT)
@require_POST
def act(request: ShopRequest, number: int) -> HttpResponse:
    """Do one thing to the ticket."""
    ticket = ticket_of(request.shop, number)
    verb, _colon, value = asked.said(request.POST, "verb").partition(":")
    value = value or asked.said(request.POST, "value")
    try:
        do(asked.actor(request), verb, ticket.pk, value, at=asked.now(), seen=asked.seen(request))
    except Problem as problem:
        messages.error(request, str(problem))
    return asked.to_ticket(request, ticket.pk)


@shop_view(least=Role.AGENT)
@require_POST
def held(request: ShopRequest, number: int, held: int) -> HttpResponse:
    """Take a reply back that has not gone out, or send it although somebody wrote meanwhile."""
    ticket, actor = ticket_of(request.shop, number), asked.actor(request)
    if not HeldReply.objects.filter(pk=held, ticket=ticket).exists():
        messages.warning(request, _("The reply has gone out already."))
    elif request.POST.get("do") == "send":
        replying.send_anyway(actor, held, seen=asked.seen(request) or 0, at=asked.now())
    elif not replying.take_back(actor, held, at=asked.now()):
        messages.warning(request, _("The reply has gone out already."))
    return asked.to_ticket(request, ticket.pk)


@shop_view(least=Role.AGENT)
@require_POST
def unsent(request: ShopRequest, number: int, mail: int) -> HttpResponse:
    """Decide about a reply of which the customer may have nothing."""
    ticket = ticket_of(request.shop, number)
    verb = {"again": send_again, "arrived": it_arrived}.get(request.POST.get("do", ""))
    if verb and not verb(request.shop, ticket, mail, asked.now()):
        messages.warning(request, _("Somebody has decided about this reply already."))
    return asked.to_ticket(request, ticket.pk)


@shop_view(least=Role.AGENT)
@require_POST
def draft(request: ShopRequest, number: int) -> HttpResponse:
    """Keep what is being written, and tell colleagues that somebody writes."""
    ticket = ticket_of(request.shop, number)
    used = asked.numbers(request.POST.getlist("macros"))
    drafts.keep_typed(ticket, asked.actor(request), asked.said(request.POST, "text"), at=asked.now(), macros=used)
    presence.here(ticket, request.user, at=asked.now(), writing=True)
    return HttpResponse(status=204)


@shop_view(least=Role.AGENT)
@require_POST
def here(request: ShopRequest, number: int) -> HttpResponse:
    """Who else is at the ticket, told to a page that says that its person is; with `left`, that he or she was."""
    ticket = ticket_of(request.shop, number)
    if request.POST.get("left"):
        presence.left(ticket, request.user)
        return HttpResponse(status=204)
    return render(request, "desk/_here.html", {"others": presence.here(ticket, request.user, at=asked.now())})


@shop_view(least=Role.AGENT)
@require_GET
def macro(request: ShopRequest, number: int, macro: int) -> HttpResponse:
    """A macro's text for the ticket, for the editor."""
    ticket, chosen = ticket_of(request.shop, number), macros.one(request.shop, macro)
    return JsonResponse({"text": macros.text_for(chosen, ticket, asked.actor(request).agent)})
