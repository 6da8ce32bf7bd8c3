"""A mail on a page, and what hangs on it: nothing acts, nothing is fetched, and only the shop's people have it."""

from base64 import b64encode
from http import HTTPStatus
from uuid import uuid4

import pytest
from channels.boxes import care_of, comes, letter
from django.test import Client
from mail.mails import parts

from counterbell.accounts.models import Membership, Role, Shop, User
from counterbell.channels import email
from counterbell.channels.models import Attached
from counterbell.record.models import Message

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
HTML = '<p>See <img src="cid:star"> <img src="https://spy.example/x.png"><script>alert(1)</script></p>'


def part(content: bytes, kind: str, name: str, more: str = "") -> str:
    encoded = b64encode(content).decode()
    head = f'Content-Type: {kind}; name="{name}"\nContent-Transfer-Encoding: base64\n'
    return f'{head}Content-Disposition: attachment; filename="{name}"\n{more}\n{encoded}\n'


@pytest.fixture
def message(anns_shop: Shop) -> Message:
    text, kind = parts(
        f"Content-Type: text/html\n\n{HTML}\n",
        part(PNG, "image/png", "star.png", "Content-ID: <star>\n"),
        part(b"<svg onload='alert(1)'/>", "image/svg+xml", "drawing.svg"),
        part(b"MZ\x90", "application/pdf", "invoice.pdf"),
        part(b"hello", "text/html", "r\u00e9sum\u00e9.html"),
    )
    found = comes(care_of(anns_shop), letter(text, kind=kind)).message
    assert found is not None
    return found


def of(shop: Shop, role: Role = Role.VIEWER) -> Client:
    user = User.objects.create_user(f"{uuid4().hex}@shop.example")
    Membership.objects.create(shop=shop, user=user, role=role)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_html_is_safe_and_its_pictures_are_ours(anns_shop: Shop, message: Message) -> None:
    shown = email.shown(anns_shop, message)
    assert shown is not None
    assert shown.html is not None
    star = Attached.objects.get(message=message, name="star.png")
    assert f"/shops/{anns_shop.slug}/mail/attached/{star.pk}/" in shown.html
    assert "spy.example" not in shown.html
    assert "script" not in shown.html
    assert shown.blocked_pictures == 1
    asked = email.shown(anns_shop, message, remote_pictures=True)
    assert asked is not None
    assert "spy.example" in str(asked.html)


def test_what_hangs_on_it_is_listed_and_programs_are_not_given_out(anns_shop: Shop, message: Message) -> None:
    files = email.files_of(anns_shop, [message])[message.pk]
    assert [(one.name, bool(one.url), bool(one.refused)) for one in files] == [
        ("star.png", True, False),
        ("drawing.svg", True, False),
        ("invoice.pdf", False, True),
        ("r\u00e9sum\u00e9.html", True, False),
    ]


def test_attachments_are_downloads_in_which_nothing_acts(anns_shop: Shop, message: Message) -> None:
    vic = of(anns_shop)
    for one in email.files_of(anns_shop, [message])[message.pk]:
        if one.url:
            got = vic.get(one.url)
            assert got.status_code == HTTPStatus.OK
            assert got["Content-Type"] == ("image/png" if one.name == "star.png" else "application/octet-stream")
            assert got["Content-Disposition"].startswith("attachment;")
            assert got["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert got["X-Content-Type-Options"] == "nosniff"
            assert "private" in got["Cache-Control"]


def test_dan_gets_nothing_of_it(anns_shop: Shop, dans_shop: Shop, message: Message) -> None:
    dan = of(dans_shop, Role.OWNER)
    star = Attached.objects.get(message=message, name="star.png")
    for slug in (anns_shop.slug, dans_shop.slug):
        assert dan.get(f"/shops/{slug}/mail/attached/{star.pk}/").status_code == HTTPStatus.NOT_FOUND
    assert Client().get(f"/shops/{anns_shop.slug}/mail/attached/{star.pk}/").status_code == HTTPStatus.FOUND
    assert email.shown(dans_shop, message) is None
    assert email.files_of(dans_shop, [message]) == {}
