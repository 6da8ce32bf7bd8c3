"""Mail that a provider hands over: only by who may, each mail once, and told to have it only when we have it."""

import hashlib
import hmac
import json
from base64 import b64encode
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest
from channels.boxes import NOW, letter, tickets, told
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from counterbell.accounts.models import Shop
from counterbell.channels import _intake, _webhook
from counterbell.channels._mailboxes import add_webhook
from counterbell.channels.models import Incoming, Mailbox
from counterbell.errors import Problem

CARE = "care@shop.example"
POSTED: dict[str, Any] = {
    "FromFull": {"Email": "kim@example.com", "Name": "Kim"},
    "ToFull": [{"Email": CARE, "Name": ""}],
    "CcFull": [],
    "BccFull": [],
    "Subject": "Where is my parcel?",
    "MessageID": "22c74902-a0c1-4511-804f2-341342852c90",
    "Date": "Mon, 5 Jan 2026 10:00:00 +0100",
    "OriginalRecipient": CARE,
    "TextBody": "Where is it?",
    "HtmlBody": "<p>Where is it?</p>",
    "Headers": [{"Name": "Message-ID", "Value": "<1@example.com>"}],
    "Attachments": [],
}


class Provider:
    """A provider that knows where to hand over, and with what."""

    def __init__(self, url: str) -> None:
        told = urlsplit(url)
        self.path = told.path
        self.authorization = "Basic " + b64encode(f"{told.username}:{told.password}".encode()).decode()
        self._client = Client(raise_request_exception=False)

    def posts(self, body: Any, content_type: str = "application/json", **told: Any) -> int:
        """What the answer to a request is."""
        given = {"HTTP_AUTHORIZATION": self.authorization, **told}
        content = body if content_type.startswith("multipart") else json.dumps(body)
        if content_type.startswith("multipart"):
            return int(self._client.post(self.path, content, **given).status_code)
        return int(self._client.post(self.path, content, content_type=content_type, **given).status_code)


@pytest.fixture
def postmark(anns_shop: Shop) -> Provider:
    return Provider(add_webhook(anns_shop, CARE, "postmark", "", since=NOW)[1])


def handled(shop: Shop) -> None:
    from datetime import UTC, datetime

    _intake.handle_due(datetime.now(UTC), shop=shop)


def test_a_mail_handed_over_twice_is_one_ticket(anns_shop: Shop, postmark: Provider) -> None:
    assert [postmark.posts(POSTED), postmark.posts(POSTED)] == [HTTPStatus.OK] * 2
    handled(anns_shop)
    (ticket,) = tickets(anns_shop)
    assert told(ticket) == [("customer", True, "Where is it?")]
    assert ticket.customer is not None
    assert ticket.customer.email == "kim@example.com"


def test_strangers_can_hand_nothing_over(anns_shop: Shop, postmark: Provider) -> None:
    wrong = "Basic " + b64encode(b"counterbell:guess").decode()
    assert postmark.posts(POSTED, HTTP_AUTHORIZATION=wrong) == HTTPStatus.BAD_REQUEST
    postmark.path = "/mail/in/guess/"
    assert postmark.posts(POSTED) == HTTPStatus.NOT_FOUND
    assert not Incoming.objects.filter(shop=anns_shop).exists()


def test_while_a_mailbox_is_paused_the_provider_is_told_to_come_again(anns_shop: Shop, postmark: Provider) -> None:
    Mailbox.objects.filter(shop=anns_shop).update(active=False)
    assert postmark.posts(POSTED) == HTTPStatus.TOO_MANY_REQUESTS
    assert not Incoming.objects.filter(shop=anns_shop).exists()


def test_a_mailbox_that_was_taken_away_takes_nothing(anns_shop: Shop, postmark: Provider) -> None:
    Mailbox.objects.filter(shop=anns_shop).delete()
    assert postmark.posts(POSTED) == HTTPStatus.NOT_FOUND


def test_what_is_no_mail_is_refused_so_that_it_comes_again(anns_shop: Shop, postmark: Provider) -> None:
    assert postmark.posts("nonsense") >= HTTPStatus.BAD_REQUEST
    assert not Incoming.objects.filter(shop=anns_shop).exists()


def test_too_much_is_refused(anns_shop: Shop, postmark: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_webhook, "MOST_A_MINUTE", 1)
    assert postmark.posts(POSTED) == HTTPStatus.OK
    assert postmark.posts(POSTED) == HTTPStatus.TOO_MANY_REQUESTS
    monkeypatch.setattr(_webhook, "LARGEST", 100)
    assert postmark.posts(POSTED) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def signed(raw: bytes | str, key: str, token: str) -> dict[str, Any]:
    """A request as Mailgun makes it, with the whole mail in a field."""
    signature = hmac.new(key.encode(), f"1767603600{token}".encode(), hashlib.sha256).hexdigest()
    told = {
        "timestamp": "1767603600",
        "token": token,
        "signature": signature,
        "recipient": CARE,
        "sender": "kim@example.com",
    }
    return {**told, "body-mime": raw}


def test_a_provider_that_signs_is_believed_by_its_signature(anns_shop: Shop) -> None:
    mailgun = Provider(add_webhook(anns_shop, CARE, "mailgun", "the-key", since=NOW)[1])
    large = letter("Where is it?\n" + "x" * 3_000_000)
    raw = large.decode()
    assert mailgun.posts(signed(raw, "another", "a"), "multipart/form-data") == HTTPStatus.BAD_REQUEST
    assert mailgun.posts(signed(raw, "the-key", "b"), "multipart/form-data") == HTTPStatus.OK
    handled(anns_shop)
    assert len(tickets(anns_shop)) == 1


def test_attachments_that_come_as_files_are_taken(anns_shop: Shop) -> None:
    mailgun = Provider(add_webhook(anns_shop, CARE, "mailgun", "the-key", since=NOW)[1])
    form = signed("", "the-key", "c")
    del form["body-mime"]
    headers = [["Message-Id", "<7@example.com>"], ["From", "kim@example.com"], ["To", CARE], ["Subject", "Look"]]
    form |= {"message-headers": json.dumps(headers), "body-plain": "Look", "attachment-count": "1"}
    form["attachment-1"] = SimpleUploadedFile("r\u00e9\u00e7u.pdf", b"%PDF", "application/pdf")
    assert mailgun.posts(form, "multipart/form-data") == HTTPStatus.OK
    handled(anns_shop)
    from counterbell.channels.models import Attached

    (one,) = Attached.objects.filter(shop=anns_shop)
    assert (one.name, one.size, one.media_type) == ("r\u00e9\u00e7u.pdf", 4, "application/pdf")


@pytest.mark.parametrize("provider", list(_webhook.VIEWS))
def test_every_provider_has_what_verifies_it(sqlite: object, provider: str) -> None:
    from uuid import uuid4

    shop = Shop.objects.create(slug=uuid4().hex)
    known = Provider(add_webhook(shop, CARE, provider, "a-key", since=NOW)[1])
    known.authorization = "Basic bm86bm8="
    assert known.posts({}) in (HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR)
    assert not Incoming.objects.filter(shop=shop).exists()


def test_a_provider_that_is_not_known_is_said_so(anns_shop: Shop) -> None:
    with pytest.raises(Problem, match="postmark"):
        add_webhook(anns_shop, CARE, "postmrk", "", since=NOW)
    with pytest.raises(Problem, match="webhook_signing_key"):
        add_webhook(anns_shop, CARE, "mailgun", "", since=NOW)
