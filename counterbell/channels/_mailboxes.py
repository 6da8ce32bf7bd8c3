"""The mailboxes of a shop: adding one, taking one away, and what each is reached by."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from counterbell.accounts.models import Shop
from counterbell.credentials import decrypted, encrypted
from counterbell.errors import NotFound, Problem, did_you_mean
from counterbell.mail import addresses, oauth, own_servers, senders, servers
from counterbell.mail.models import Consent
from counterbell.record.said import SaidHere

from .models import IMAP, Incoming, Mailbox

PORTS = {"tls": 993, "starttls": 143, "off": 143}

PROVIDERS: dict[str, str] = {
    "mailersend": "inbound_secret",
    "mailgun": "webhook_signing_key",
    "mailjet": "",
    "mandrill": "webhook_key",
    "postal": "webhook_key",
    "postmark": "",
    "sendgrid": "",
    "sparkpost": "",
}
"""Providers that hand mail over by a webhook, and what each calls the key of its signature; empty: it signs nothing."""


@dataclass(frozen=True)
class Server:
    """Where an IMAP mailbox lies. `port` null: the usual one. `careful`: it was named on a page (`mail.servers`)."""

    host: str
    user: str
    port: int | None = None
    tls: str = "tls"
    folder: str = "INBOX"
    careful: bool = False

    def told(self) -> dict[str, Any]:
        """As it is kept. Raises Problem for a way without encryption to another machine."""
        servers.check_encryption(self.host, self.tls)
        port = self.port or PORTS[self.tls]
        told = {"host": self.host, "user": self.user, "port": port, "tls": self.tls, "folder": self.folder}
        return told | ({"careful": True} if self.careful else {})


def add_imap(
    shop: Shop, address: str, server: Server, password: str, *, since: datetime, store: str = "", plus: bool = False
) -> Mailbox:
    """Add a mailbox that is read by IMAP, or change it. Mail received before `since` stays where it is."""
    told = {
        "way": IMAP,
        "store": store,
        "plus_addresses": plus,
        "settings": server.told(),
        "secret": _hidden({"password": password}),
        "path_digest": "",
    }
    return _put(shop, address, told, since)


def add_by_consent(
    shop: Shop, server: Server, consent: Consent, *, since: datetime, store: str = "", plus: bool = False
) -> Mailbox:
    """Add a mailbox of Google or Microsoft, which lets in by that consent, or change it."""
    oauth.keep(consent)
    told = {
        "way": IMAP,
        "store": store,
        "plus_addresses": plus,
        "settings": {**server.told(), "consent": consent.provider},
        "secret": "",
        "path_digest": "",
    }
    return _put(shop, consent.address, told, since)


def consent_of(mailbox: Mailbox) -> Consent | None:
    """What lets into the mailbox instead of a password; null where a password does. Raises Problem where it is gone."""
    if not mailbox.settings.get("consent"):
        return None
    consent = getattr(mailbox, "tried_by", None) or oauth.of(mailbox.shop, mailbox.address)
    if consent is None:
        words = later("There is no consent for %(address)s. Connect it.")
        raise oauth.NoConsent(SaidHere(words, address=mailbox.address))
    return consent


def add_webhook(
    shop: Shop, address: str, provider: str, key: str, *, since: datetime, store: str = "", plus: bool = True
) -> tuple[Mailbox, str]:
    """Add an address whose mail a provider hands over, or change it; returns it and the webhook's whole address.

    The address lets in whoever knows it, and is told only here.
    """
    if provider not in PROVIDERS:
        told = {"provider": provider, "known": ", ".join(PROVIDERS)}
        raise Problem(
            _("There is no provider '%(provider)s' that hands mail over. There are: %(known)s.") % told
            + did_you_mean(provider, PROVIDERS)
        )
    if PROVIDERS[provider] and not key:
        raise Problem(
            _("%(provider)s signs what it hands over; its key (%(name)s) is needed.")
            % {"provider": provider, "name": PROVIDERS[provider]}
        )
    path, password = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    given: dict[str, Any] = {
        "way": provider,
        "store": store,
        "plus_addresses": plus,
        "settings": {},
        "secret": _hidden({"key": key, "password": password}),
        "path_digest": digest_of(path),
    }
    return _put(shop, address, given, since), webhook_address(path, password)


def _put(shop: Shop, address: str, told: dict[str, Any], since: datetime) -> Mailbox:
    name = bare(addresses.address(address))
    mailbox, is_new = Mailbox.objects.get_or_create(shop=shop, address=name, defaults={**told, "since": since})
    if not is_new:
        moved = mailbox.settings != told["settings"]
        again = {"uid_validity": None, "place": 0} if moved else {}
        Mailbox.objects.filter(pk=mailbox.pk).update(**told, **again, active=True, error="", said=None, due_at=None)
        mailbox.refresh_from_db()
    return mailbox


def remove(shop: Shop, address: str) -> None:
    """Take a mailbox away; the mail that came by it stays. Raises NotFound."""
    mailbox = the_mailbox(shop, address)
    Incoming.objects.filter(mailbox=mailbox).update(mailbox=None)
    mailbox.delete()
    own_servers.remove(shop, mailbox.address)
    oauth.remove(shop, mailbox.address)


def pause(mailbox: Mailbox) -> bool:
    """Take no mail from it until `go_on`; returns whether any was taken."""
    return Mailbox.objects.filter(pk=mailbox.pk, active=True).update(active=False) > 0


def go_on(mailbox: Mailbox) -> bool:
    """Take mail from it again, also what came in the meantime; returns whether it was paused."""
    again = {"active": True, "error": "", "due_at": None}
    return Mailbox.objects.filter(pk=mailbox.pk, active=False).update(**again) > 0


def change_password(mailbox: Mailbox, password: str) -> None:
    """Sign in with that password from now on; it is read on where it was."""
    changed = {"secret": _hidden({"password": password}), "error": "", "due_at": None}
    Mailbox.objects.filter(pk=mailbox.pk).update(**changed)


def with_password(mailbox: Mailbox, password: str) -> Mailbox:
    """The same mailbox with another password, to be tried before it is kept."""
    return Mailbox(
        shop=mailbox.shop, address=mailbox.address, way=IMAP, settings=mailbox.settings, since=mailbox.since,
        secret=_hidden({"password": password}),
    )  # fmt: skip


def bare(address: str) -> str:
    """The address as mailboxes are known by it."""
    return addresses.bare(address)


def new_webhook_address(mailbox: Mailbox) -> str:
    """Let a provider in by a new address, which is told only here; the one before opens nothing any more."""
    path, password = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    secret = _hidden({"key": secret_of(mailbox)["key"], "password": password})
    Mailbox.objects.filter(pk=mailbox.pk).update(secret=secret, path_digest=digest_of(path))
    return webhook_address(path, password)


def unkept_by_consent(server: Server, consent: Consent, since: datetime) -> Mailbox:
    """A mailbox that lets in by a consent, as it would be."""
    settings = {**server.told(), "consent": consent.provider}
    mailbox = Mailbox(shop=consent.shop, address=consent.address, way=IMAP, settings=settings, since=since)
    mailbox.tried_by = consent  # type: ignore[attr-defined]
    return mailbox


def unkept(shop: Shop, address: str, server: Server, password: str, since: datetime) -> Mailbox:
    """A mailbox as it would be, to be tried before it is kept."""
    settings, secret = server.told(), _hidden({"password": password})
    name = bare(addresses.address(address))
    return Mailbox(shop=shop, address=name, way=IMAP, settings=settings, secret=secret, since=since)


def the_mailbox(shop: Shop, address: str) -> Mailbox:
    """The mailbox with that address. Raises NotFound."""
    there = list(Mailbox.objects.filter(shop=shop))
    for mailbox in there:
        if mailbox.address == addresses.bare(address):
            return mailbox
    known = [mailbox.address for mailbox in there]
    told = {"address": address, "known": ", ".join(known) or _("none yet")}
    raise NotFound(_("There is no mailbox '%(address)s'. There are: %(known)s.") % told)


def secret_of(mailbox: Mailbox) -> dict[str, str]:
    """What lets in. Raises Problem when it was encrypted with another key."""
    found: dict[str, str] = json.loads(decrypted(mailbox.secret))
    return found


def by_path(path: str) -> Mailbox | None:
    """The mailbox whose webhook has this secret path, also one that is paused."""
    found = Mailbox.objects.filter(path_digest=digest_of(path)).exclude(path_digest="")
    return found.select_related("shop").first()


def digest_of(path: str) -> str:
    """As the secret part of a webhook's address is kept."""
    return sha256(path.encode("utf-8", "replace")).hexdigest()


WEBHOOK_USER = "counterbell"


def webhook_address(path: str, password: str) -> str:
    """What the provider is told to call."""
    url = settings.PUBLIC_URL
    return f"{url.scheme}://{WEBHOOK_USER}:{password}@{url.netloc}/mail/in/{path}/"


def own_addresses(shop: Shop) -> frozenset[str]:
    """The shop's own addresses: those of its mailboxes and of its sender."""
    sender = senders.sender_of(shop)
    told = [*Mailbox.objects.filter(shop=shop).values_list("address", flat=True), sender.from_, sender.reply_to]
    return frozenset(filter(None, map(addresses.bare, told)))


def _hidden(secret: dict[str, str]) -> str:
    return encrypted(json.dumps(secret))
