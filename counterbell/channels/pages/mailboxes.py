"""The pages of mailboxes: which there are and how they do, adding one, changing one, taking one away."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.audit import trail
from counterbell.channels import _imap, _mailboxes
from counterbell.channels._mailboxes import Server
from counterbell.channels.models import IMAP, Mailbox
from counterbell.errors import Problem
from counterbell.mail import own_servers

from . import looks
from .forms import ImapForm, PasswordForm, ServerForm, WebhookForm


@shop_view(least=Role.OWNER)
@require_safe
def page(request: ShopRequest) -> HttpResponse:
    """All mailboxes with their state."""
    return render(request, "channels/mailboxes.html", {"looks": looks.of_shop(request.shop, _now())})


@shop_view(least=Role.OWNER)
def add_imap(request: ShopRequest) -> HttpResponse:
    """Add a mailbox that is read by IMAP, once it has been signed in to."""
    form = ImapForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            mailbox = _tried_and_kept(request, form)
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("%(address)s is read from now on.") % {"address": mailbox.address})
            return redirect("settings_mailboxes_one", request.shop.slug, mailbox.pk)
    return _form(request, form, _("Add a mailbox by IMAP"))


def _tried_and_kept(request: ShopRequest, form: ImapForm) -> Mailbox:
    told, shop = form.cleaned_data, request.shop
    _is_not_there(request, told["address"])
    user = told["user"] or told["address"]
    where = Server(told["host"].strip(), user, told["port"], told["tls"], told["folder"], careful=True)
    begins = form.begins_at(shop, _now())
    with _imap.opened(_mailboxes.unkept(shop, told["address"], where, told["password"], begins), at_a_page=True):
        pass
    with transaction.atomic():
        mailbox = _mailboxes.add_imap(
            shop, told["address"], where, told["password"], since=begins, store=told["store"], plus=told["plus"]
        )
        _note(request, "mailbox.added", mailbox)
    return mailbox


@shop_view(least=Role.OWNER)
def add_webhook(request: ShopRequest) -> HttpResponse:
    """Add an address whose mail a provider hands over; the address that it is to call is shown this once."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            _is_not_there(request, told["address"])
            with transaction.atomic():
                mailbox, url = _mailboxes.add_webhook(
                    request.shop, told["address"], told["provider"], told["key"],
                    since=_now(), store=told["store"], plus=told["plus"],
                )  # fmt: skip
                _note(request, "mailbox.added", mailbox)
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            return _one(request, mailbox, url=url)
    return _form(request, form, _("Add an address by webhook"))


def _is_not_there(request: ShopRequest, address: str) -> None:
    if Mailbox.objects.filter(shop=request.shop, address=_mailboxes.bare(address)).exists():
        raise Problem(_("%(address)s is there already. Change it on its own page.") % {"address": address})


def _form(request: ShopRequest, form: forms.Form, title: str) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(
        request,
        "channels/mailbox_new.html",
        {"form": form, "heading": title, "signs_in": "password" in form.fields},
        status=status,
    )


@shop_view(least=Role.OWNER)
@require_safe
def one(request: ShopRequest, key: int) -> HttpResponse:
    """A mailbox: how it does, and what can be changed of it."""
    return _one(request, _the(request, key))


def _the(request: ShopRequest, key: int) -> Mailbox:
    return get_object_or_404(Mailbox.objects.select_related("shop"), shop=request.shop, pk=key)


def _one(request: ShopRequest, mailbox: Mailbox, *, url: str = "", **told: Any) -> HttpResponse:
    (look,) = looks.looks(request.shop, [mailbox], _now())
    server = own_servers.of(request.shop, mailbox.address)
    told = {
        "look": look,
        "mailbox": mailbox,
        "is_imap": mailbox.way == IMAP,
        "server": server,
        "url": url,
        "password_form": PasswordForm(auto_id="let_in_%s"),
        "server_form": ServerForm(initial=vars(server) if server else None, auto_id="out_%s"),
        **told,
    }
    answer = render(request, "channels/mailbox.html", told, status=400 if "refused" in told else 200)
    if url:
        answer["Cache-Control"] = "private, no-store"
    return answer


@shop_view(least=Role.OWNER)
@require_POST
def change(request: ShopRequest, key: int) -> HttpResponse:
    """Do one thing to a mailbox."""
    mailbox = _the(request, key)
    verbs = {
        "pause": _pause,
        "go_on": _go_on,
        "password": _password,
        "secret": _secret,
        "server": _server,
        "no_server": _no_server,
        "remove": _remove,
    }
    verb = verbs.get(request.POST.get("do", ""))
    if verb is None:
        return redirect("settings_mailboxes_one", request.shop.slug, mailbox.pk)
    return verb(request, mailbox)


def _pause(request: ShopRequest, mailbox: Mailbox) -> HttpResponse:
    with transaction.atomic():
        if _mailboxes.pause(mailbox):
            _note(request, "mailbox.paused", mailbox)
    return redirect("settings_mailboxes_one", request.shop.slug, mailbox.pk)


def _go_on(request: ShopRequest, mailbox: Mailbox) -> HttpResponse:
    with transaction.atomic():
        if _mailboxes.go_on(mailbox):
            _note(request, "mailbox.resumed", mailbox)
    return redirect("settings_mailboxes_one", request.shop.slug, mailbox.pk)


def _password(request: ShopRequest, mailbox: Mailbox) -> HttpResponse:
    form = PasswordForm(request.POST, auto_id="let_in_%s")
    if not form.is_valid() or mailbox.way != IMAP or mailbox.settings.get("consent"):
        return _one(request, mailbox, password_form=form, refused=True)
    password = form.cleaned_data["password"]
    try:
        with _imap.opened(_mailboxes.with_password(mailbox, password), at_a_page=True):
            pass
    except Problem as problem:
        form.add_error("password", str(problem))
        return _one(request, mailbox, password_form=form, refused=True)
    with transaction.atomic():
        _mailboxes.change_password(mailbox, password)
        _note(request, "mailbox.password", mailbox)
    messages.success(request, _("The new password is kept."))
    return redirect("settings_mailboxes_one", request.shop.slug, mailbox.pk)


def _secret(request: ShopRequest, mailbox: Mailbox) -> HttpResponse:
    if mailbox.way == IMAP:
        return redirect("settings_mailboxes_one", request.shop.slug, mailbox.pk)
    with transaction.atomic():
        url = _mailboxes.new_webhook_address(mailbox)
        _note(request, "mailbox.secret", mailbox)
    return _one(request, mailbox, url=url)


def _server(request: ShopRequest, mailbox: Mailbox) -> HttpResponse:
    form = ServerForm(request.POST, auto_id="out_%s")
    if not form.is_valid():
        return _one(request, mailbox, server_form=form, refused=True)
    try:
        server = own_servers.tried(request.shop, mailbox.address, **form.cleaned_data)
    except Problem as problem:
        form.add_error(None, str(problem))
        return _one(request, mailbox, server_form=form, refused=True)
    with transaction.atomic():
        own_servers.keep(server)
        _note(request, "mailbox.server", mailbox, host=server.host)
    messages.success(request, _("Mails from %(address)s leave by %(host)s.") % {
        "address": mailbox.address, "host": server.host,
    })  # fmt: skip
    return redirect("settings_mailboxes_one", request.shop.slug, mailbox.pk)


def _no_server(request: ShopRequest, mailbox: Mailbox) -> HttpResponse:
    with transaction.atomic():
        if own_servers.remove(request.shop, mailbox.address):
            _note(request, "mailbox.no_server", mailbox)
    return redirect("settings_mailboxes_one", request.shop.slug, mailbox.pk)


def _remove(request: ShopRequest, mailbox: Mailbox) -> HttpResponse:
    with transaction.atomic():
        _mailboxes.remove(request.shop, mailbox.address)
        _note(request, "mailbox.removed", mailbox)
    messages.success(request, _("%(address)s is no longer read; what came in by it stays.") % {
        "address": mailbox.address,
    })  # fmt: skip
    return redirect("settings_mailboxes", request.shop.slug)


def _note(request: ShopRequest, what: str, mailbox: Mailbox, **told: str) -> None:
    trail.note(request.shop, request.user, what, at=_now(), address=mailbox.address, **told)


def _now() -> datetime:
    return datetime.now(UTC)
