"""Mailboxes that let in by OAuth: tokens fetched and refreshed, and the talk with real servers."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from channels.boxes import letter
from channels.imap_server import ImapServer, imap_server
from django.test import Client, override_settings
from mail_server import mail_server
from oauth_provider import CLIENT, OAuthProvider, oauth_provider, stands_for_google
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.channels import _imap, _mailboxes
from counterbell.channels._mailboxes import Server
from counterbell.channels.models import Mailbox
from counterbell.errors import Problem
from counterbell.mail import oauth, outbox, own_servers, sending
from counterbell.mail.models import Consent, Outgoing, OwnServer

pytestmark = pytest.mark.usefixtures("sqlite")
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
CARE = "care@shop.example"


@pytest.fixture(scope="module")
def provider() -> Iterator[OAuthProvider]:
    with oauth_provider() as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_known(provider: OAuthProvider) -> None:
    for known in (provider.refresh, provider.access, provider.codes, provider.asked):
        known.clear()
    provider.rotates = False
    provider.refresh["refresh-1"] = CARE


@pytest.fixture(scope="module")
def server(provider: OAuthProvider) -> Iterator[ImapServer]:
    url = f"{provider.url}/introspect"
    with (
        imap_server(introspection=url, mechanisms="xoauth2 oauthbearer") as running,
        override_settings(PRIVATE_MAIL_SERVERS=frozenset([f"127.0.0.1:{running.port}"])),
    ):
        yield running


@pytest.fixture
def shop() -> Shop:
    return Shop.objects.create(slug=f"ann-{uuid4().hex}")


def consent(shop: Shop, refresh_token: str = "refresh-1", secret: str = CLIENT[1]) -> Consent:
    return oauth.keep(oauth.consent(shop, CARE, oauth.Client("google", CLIENT[0], secret), refresh_token))


# ---- tokens


def test_a_token_is_fetched_once_and_again_before_it_ends(
    shop: Shop, provider: OAuthProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands_for_google(monkeypatch, provider)
    given = consent(shop)
    assert [oauth.access_token(given, NOW + timedelta(minutes=after)) for after in (0, 57)] == ["access-1"] * 2
    elsewhere = Consent.objects.get(pk=given.pk)
    assert oauth.access_token(elsewhere, NOW + timedelta(minutes=57)) == "access-1", "processes share it"
    assert oauth.access_token(elsewhere, NOW + timedelta(minutes=59)) == "access-2"
    assert "access-2" not in elsewhere.access
    assert "refresh-1" not in elsewhere.secret


def test_a_new_refresh_token_takes_the_place_of_the_old_one(
    shop: Shop, provider: OAuthProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands_for_google(monkeypatch, provider)
    provider.rotates = True
    given = consent(shop)
    oauth.access_token(given, NOW)
    oauth.access_token(Consent.objects.get(pk=given.pk), NOW + timedelta(hours=2))
    assert [asked["refresh_token"] for asked in provider.asked] == ["refresh-1", "refresh-of-1"]


@pytest.mark.parametrize(
    ("told", "complaint"),
    [({"refresh_token": "gone"}, "has ended, or was taken back"), ({"secret": "wrong"}, "does not know this client")],
)
def test_what_the_provider_refuses_is_said_in_words(
    shop: Shop, provider: OAuthProvider, monkeypatch: pytest.MonkeyPatch, told: dict[str, str], complaint: str
) -> None:
    stands_for_google(monkeypatch, provider)
    with pytest.raises(oauth.NoConsent, match=complaint):
        oauth.access_token(consent(shop, **told), NOW)


def test_the_providers_addresses_are_their_own() -> None:
    hosts = {
        name: {urlsplit(url).netloc for url in (one.tokens_at, one.consent_url)} | {one.imap.host, one.smtp.host}
        for name, one in oauth.PROVIDERS.items()
    }
    assert hosts == {
        "google": {"oauth2.googleapis.com", "accounts.google.com", "imap.gmail.com", "smtp.gmail.com"},
        "microsoft": {"login.microsoftonline.com", "outlook.office365.com", "smtp.office365.com"},
    }


@pytest.mark.parametrize("tenant", ["evil.example/x?", "a@b", "../x", "x#", " "])
def test_a_tenant_leads_nowhere_else(tenant: str) -> None:
    with pytest.raises(Problem, match="is no tenant"):
        oauth.client("microsoft", "id", "secret", tenant)


# ---- mail servers


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_dovecot_lets_in_by_the_token_and_by_no_other(
    shop: Shop, provider: OAuthProvider, server: ImapServer, monkeypatch: pytest.MonkeyPatch, mechanism: str
) -> None:
    stands_for_google(monkeypatch, provider, imap_port=server.port)
    monkeypatch.setattr(_imap, "_offers", lambda _box, asked: asked == mechanism)
    where = Server("127.0.0.1", CARE, server.port, "off", careful=True)
    box = _mailboxes.add_by_consent(shop, where, consent(shop), since=datetime.now(UTC) - timedelta(days=1))
    server.deliver(CARE, letter(number=uuid4().hex))
    with _imap.opened(box) as opened:
        assert _imap.take_new(opened, box, datetime.now(UTC)) >= 1
    provider.access.clear()
    with pytest.raises(_imap.NotReached, match="by this consent"), _imap.opened(box):
        pass
    with _imap.opened(box):  # with a new token
        pass
    assert [asked["grant_type"] for asked in provider.asked] == ["refresh_token"] * 2


def test_dovecot_offers_both_mechanisms(server: ImapServer) -> None:
    with server.as_("care") as box:
        box.client.capability()
        assert _imap._offers(box, "XOAUTH2")
        assert _imap._offers(box, "OAUTHBEARER")


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_mail_leaves_by_the_token_and_waits_when_it_is_not_taken(
    shop: Shop, provider: OAuthProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    Outgoing.objects.all().delete()
    OwnServer.objects.all().delete()
    with mail_server(token="access-2") as out:
        stands_for_google(monkeypatch, provider, smtp_port=out.port)
        consent(shop)
        own_servers.keep_by_consent(shop, CARE, oauth.PROVIDERS["google"].smtp, CARE)
        outbox.put(shop, key="reply:1", to="kim@example.com", subject="a", text="b", at=NOW, from_address=CARE)
        allowed = frozenset([f"127.0.0.1:{out.port}"])
        with override_settings(MAIL_WAY=None, MAIL_FROM="", PRIVATE_MAIL_SERVERS=allowed):
            assert sending.send_due(NOW).waiting == 1, "the first token is not taken"
            assert "does not let us in" in OwnServer.objects.get(shop=shop).error
            assert sending.send_due(NOW + timedelta(hours=1)).sent == 1
    assert OwnServer.objects.get(shop=shop).error == ""


# ---- the page


def typed(**told: Any) -> dict[str, Any]:
    return {
        "address": CARE,
        "provider": "google",
        "client_id": CLIENT[0],
        "client_secret": CLIENT[1],
        "out": "on",
        **told,
    }


def at(shop: Shop, place: str) -> str:
    return f"/shops/{shop.slug}/settings/mailboxes/{place}/"


@pytest.fixture
def olga(shop: Shop) -> Client:
    return signed_in(person(shop, Role.OWNER))


@pytest.fixture
def google(provider: OAuthProvider, server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> OAuthProvider:
    stands_for_google(monkeypatch, provider, imap_port=server.port)
    return provider


def test_olga_connects_a_mailbox_by_a_refresh_token(olga: Client, shop: Shop, google: OAuthProvider) -> None:
    wrong = olga.post(at(shop, "consent"), typed(refresh_token="gone"))
    assert (wrong.status_code, "has ended, or was taken back" in wrong.content.decode()) == (400, True)
    assert not Mailbox.objects.filter(shop=shop).exists()
    assert olga.post(at(shop, "consent"), typed(refresh_token="refresh-1")).status_code == 302
    box = Mailbox.objects.get(shop=shop)
    shown = olga.get(at(shop, str(box.pk))).content.decode()
    assert "lets in by a consent" in shown
    assert not re.search("refresh-1|client-secret-1|access-", shown)
    assert OwnServer.objects.get(shop=shop).secret == ""
    olga.post(at(shop, f"{box.pk}/change"), {"do": "remove"})
    assert not Consent.objects.filter(shop=shop).exists()


def asked_at_the_provider(olga: Client, shop: Shop) -> str:
    shown = olga.post(at(shop, "consent"), typed()).content.decode()
    (url,) = re.findall(r'href="(https://accounts\.google\.com/[^"]*)"', shown)
    return str(url).replace("&amp;", "&")


def test_olga_consents_in_the_browser(olga: Client, shop: Shop, google: OAuthProvider) -> None:
    url = asked_at_the_provider(olga, shop)
    (back_to,) = parse_qs(urlsplit(url).query)["redirect_uri"]
    state = google.consent(url, CARE)
    answer = olga.get(urlsplit(back_to).path, {"code": "code-1", "state": state}, follow=True)
    assert "is read from now on" in answer.content.decode()
    assert Mailbox.objects.get(shop=shop).settings["consent"] == "google"
    again = olga.get(urlsplit(back_to).path, {"code": "code-1", "state": state})
    assert again.status_code == 404, "each question is answered once"


@pytest.mark.parametrize("told", [{"state": "guessed", "code": "code-1"}, {"error": "access_denied"}])
def test_an_answer_to_nothing_connects_nothing(
    olga: Client, shop: Shop, google: OAuthProvider, told: dict[str, str]
) -> None:
    state = google.consent(asked_at_the_provider(olga, shop), CARE)
    answer = olga.get("/mail/consent/", {"state": state, **told}, follow=True)
    assert re.search("no answer to what was asked|No consent was given", answer.content.decode())
    assert not Mailbox.objects.filter(shop=shop).exists()
    assert google.asked == []


def test_nobody_else_can_answer_for_olga(olga: Client, shop: Shop, google: OAuthProvider) -> None:
    state = google.consent(asked_at_the_provider(olga, shop), CARE)
    cleo = signed_in(person(shop, Role.LEAD))
    told = {"state": state, "code": "code-1"}
    assert cleo.get("/mail/consent/", told).status_code == 404
    assert cleo.get(at(shop, "consented"), told).status_code == 403
    dan = signed_in(person(Shop.objects.create(slug=f"dan-{uuid4().hex}"), Role.OWNER))
    assert dan.get(at(shop, "consented"), told).status_code == 404
    assert not Mailbox.objects.filter(shop=shop).exists()
