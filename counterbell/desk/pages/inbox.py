"""The inbox: its views, and one thing done to many tickets."""

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from counterbell import formats
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.desk import saved, unsent
from counterbell.desk.actions.bulk import do_to_all
from counterbell.desk.actions.replying import held_by
from counterbell.desk.following import following as next_of
from counterbell.desk.inbox import Inbox
from counterbell.desk.live import Beginning
from counterbell.desk.rules.absence import of_person
from counterbell.errors import Problem
from counterbell.record.models import Message

from . import asked


@shop_view(least=Role.AGENT)
@require_GET
def page(request: ShopRequest) -> HttpResponse:
    """The inbox; a part of it for a page that is open already."""
    live = Beginning.of(request.shop.pk)
    inbox = _inbox(request)
    shown = Message.objects.filter(ticket__in=[row.ticket.pk for row in inbox.rows])
    newest = shown.aggregate(last=Max("pk"))["last"] or 0
    told = {"live": live, "inbox": inbox, "seen": newest, "questions": held_by(request.user, request.shop.pk)}
    told["unsent"] = unsent.of_shop(request.shop, asked.now())
    told["away"] = of_person(request.membership, asked.now())
    part = getattr(request, "htmx", None) and request.GET.get("part")
    return render(request, "desk/_tickets.html" if part else "desk/inbox.html", told)


def _inbox(request: ShopRequest) -> Inbox:
    return Inbox(request.shop, request.user, request.membership.agent, asked.now(), asked.way(request))


@shop_view(least=Role.AGENT)
@require_POST
def act(request: ShopRequest) -> HttpResponse:
    """Do one thing to the tickets that are ticked."""
    tickets = asked.numbers(request.POST.getlist("ticket"))
    verb, _colon, value = asked.said(request.POST, "verb").partition(":")
    value = value or asked.said(request.POST, f"{verb}_value")
    if not tickets:
        messages.warning(request, _("Tick at least one ticket first."))
        return _back(request)
    try:
        outcome = do_to_all(asked.actor(request), verb, tickets, value, at=asked.now(), seen=asked.seen(request))
    except Problem as problem:
        messages.error(request, str(problem))
        return _back(request)
    n = outcome.changed
    messages.success(request, ngettext("%(n)s ticket changed.", "%(n)s tickets changed.", n) % {"n": formats.number(n)})
    for sentence in dict.fromkeys(outcome.refused):
        messages.warning(request, sentence)
    return _back(request)


@shop_view(least=Role.AGENT)
@require_POST
def keep_view(request: ShopRequest) -> HttpResponse:
    """Keep the view that is shown under a name, or take one away."""
    if gone := asked.whole(request.POST.get("forget")):
        saved.forget(request.shop, request.user, gone)
        return redirect("inbox", request.shop.slug)
    view, filters = saved.read(request.POST.dict())
    try:
        saved.keep(request.shop, request.user, asked.said(request.POST, "name"), view, filters)
    except Problem as problem:
        messages.error(request, str(problem))
    return _back(request)


@shop_view(least=Role.AGENT)
@require_GET
def following(request: ShopRequest) -> HttpResponse:
    """The ticket after this one in the list that it was opened from, else the next who waits."""
    inbox = _inbox(request)
    found = next_of(inbox, asked.whole(request.GET.get("after")))
    if found:
        number, way = found
        return HttpResponseRedirect(reverse("inbox_ticket", args=[request.shop.slug, number]) + way.tail)
    plain = inbox.way.is_plain
    messages.success(request, _("Nobody else is waiting.") if plain else _("There is no other ticket in this view."))
    return HttpResponseRedirect(reverse("inbox", args=[request.shop.slug]) + inbox.way.back)


def _back(request: ShopRequest) -> HttpResponseRedirect:
    back = asked.said(request.POST, "back")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith(f"/shops/{request.shop.slug}/"):
        return HttpResponseRedirect(back)
    return redirect("inbox", request.shop.slug)
