"""The page on which a mailbox of Google or Microsoft is connected: by a refresh token, or by consent in a browser.

Consent goes out with a state and a code challenge, and comes back to one address of the installation, which leads on to
the shop that it was asked for; what must be known by then stands in the person's session, encrypted.
"""

import json
from datetime import UTC, datetime
from secrets import compare_digest
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.audit import trail
from counterbell.channels import _imap, _mailboxes
from counterbell.channels._mailboxes import Server
from counterbell.channels.models import Mailbox
from counterbell.credentials import decrypted, encrypted
from counterbell.errors import Problem
from counterbell.mail import oauth, own_servers
from counterbell.mail.oauth import PROVIDERS, Client

from .forms import ConsentForm

IN_THE_SESSION = "mailbox_consent"


@shop_view(least=Role.OWNER)
def page(request: ShopRequest) -> HttpResponse:
    """The form; then the mailbox, where a refresh token was given, or the way to the provider."""
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _connected(request, form.cleaned_data)
        except Problem as problem:
            form.add_error(None, str(problem))
    told = {"form": form, "back_to": _back_to()}
    return render(request, "channels/consent.html", told, status=400 if form.errors else 200)


def _connected(request: ShopRequest, told: dict[str, Any]) -> HttpResponse:
    client = oauth.client(told["provider"], told["client_id"], told["client_secret"], told["tenant"])
    wanted = {"address": _mailboxes.bare(told["address"]), **{name: told[name] for name in ("store", "plus", "out")}}
    if told["refresh_token"]:
        return _kept(request, client, wanted, told["refresh_token"])
    asked = oauth.asked()
    kept = {"shop": request.shop.slug, "client": vars(client), "asked": vars(asked), "wanted": wanted}
    request.session[IN_THE_SESSION] = encrypted(json.dumps(kept))
    url = oauth.consent_url(client, asked, address=wanted["address"], back_to=_back_to())
    given = {"url": url, "title": PROVIDERS[client.provider].title, "address": wanted["address"]}
    return render(request, "channels/consent_there.html", given)


def _back_to() -> str:
    return f"{settings.PUBLIC_URL.scheme}://{settings.PUBLIC_URL.netloc}{reverse('mail_consent')}"


@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """Lead on to the shop for which consent was asked; the provider knows one address for all shops."""
    kept = _in_the_session(request)
    if kept is None:
        raise Http404
    return redirect(f"{reverse('settings_mailboxes_consented', args=[kept['shop']])}?{request.GET.urlencode()}")


@shop_view(least=Role.OWNER)
@require_safe
def consented(request: ShopRequest) -> HttpResponse:
    """Somebody comes back from the provider, with a code or without; each question is answered once."""
    kept = _in_the_session(request)
    request.session.pop(IN_THE_SESSION, None)
    if kept is None or kept["shop"] != request.shop.slug:
        raise Http404
    asked, client = oauth.Asked(**kept["asked"]), Client(**kept["client"])
    try:
        if not compare_digest(request.GET.get("state", "").encode(), asked.state.encode()):
            raise Problem(_("This is no answer to what was asked. Connect again."))
        if not request.GET.get("code"):
            raise Problem(_("No consent was given. Connect again."))
        refresh_token = oauth.refresh_token_for(client, request.GET["code"], asked, back_to=_back_to())
        return _kept(request, client, kept["wanted"], refresh_token)
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("settings_mailboxes_consent", request.shop.slug)


def _in_the_session(request: HttpRequest) -> dict[str, Any] | None:
    told = request.session.get(IN_THE_SESSION)
    found: dict[str, Any] | None = json.loads(decrypted(told)) if told else None
    return found


def _kept(request: ShopRequest, client: Client, wanted: dict[str, Any], refresh_token: str) -> HttpResponse:
    """Sign in to the mailbox once, then keep it with what lets in."""
    now, address = datetime.now(UTC), wanted["address"]
    place = PROVIDERS[client.provider].imap
    server = Server(place.host, address, place.port, place.tls, careful=True)
    consent = oauth.consent(request.shop, address, client, refresh_token)
    with _imap.opened(_mailboxes.unkept_by_consent(server, consent, now), at_a_page=True):
        pass
    with transaction.atomic():
        is_new = not Mailbox.objects.filter(shop=request.shop, address=address).exists()
        begins, more = now.replace(microsecond=0), {"store": wanted["store"], "plus": wanted["plus"]}
        mailbox = _mailboxes.add_by_consent(request.shop, server, consent, since=begins, **more)
        if wanted["out"]:
            own_servers.keep_by_consent(request.shop, address, PROVIDERS[client.provider].smtp, address)
        what = "mailbox.added" if is_new else "mailbox.connected"
        trail.note(request.shop, request.user, what, at=now, address=address)
    messages.success(request, _("%(address)s is read from now on.") % {"address": address})
    return redirect("settings_mailboxes_one", request.shop.slug, mailbox.pk)
