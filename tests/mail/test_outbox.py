"""Putting mail into the outbox: once, within the caller's transaction, and nothing that begins a header of its own."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import override_settings

from counterbell.accounts.models import Shop
from counterbell.mail import outbox, senders
from counterbell.mail.addresses import BadMail
from counterbell.mail.models import Outgoing, State

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)
KIM = "kim@example.com"


def put(shop: Shop | None, **told: Any) -> Outgoing:
    mail = {"key": "reply:1", "to": KIM, "subject": "Your parcel", "text": "On its way.", "at": NOW}
    return outbox.put(shop, **{**mail, **told})


def of(shop: Shop | None) -> int:
    return Outgoing.objects.filter(shop=shop).count()


def test_a_second_put_is_harmless(anns_shop: Shop) -> None:
    first = put(anns_shop)
    second = put(anns_shop, subject="Another", to="ben@example.com")
    assert (second.pk, second.subject, of(anns_shop)) == (first.pk, "Your parcel", 1)


def test_a_key_belongs_to_its_shop(anns_shop: Shop, dans_shop: Shop) -> None:
    key = f"digest:{uuid4()}"
    mails = {put(shop, key=key).pk for shop in (anns_shop, dans_shop, None, None)}
    assert len(mails) == 3


def test_what_is_rolled_back_is_not_in_the_outbox(anns_shop: Shop) -> None:
    with transaction.atomic():
        put(anns_shop)
        transaction.set_rollback(True)
    assert of(anns_shop) == 0


def test_a_mail_gets_a_message_id_of_its_own_when_it_is_put(anns_shop: Shop) -> None:
    senders.set_sender(anns_shop, "hello@ann.example", name="Ann's shop")
    one, other = put(anns_shop, key="reply:1"), put(anns_shop, key="reply:2")
    assert one.message_id != other.message_id
    assert one.message_id.endswith("@ann.example>")
    assert put(anns_shop, key="reply:3", message_id="<mine@ann.example>").message_id == "<mine@ann.example>"


def test_a_mail_that_waits_can_be_taken_back_and_put_again(anns_shop: Shop) -> None:
    put(anns_shop, attachments=[outbox.Attachment("a.txt", "text/plain", b"a")])
    assert outbox.cancel(anns_shop, "reply:1")
    assert not outbox.cancel(anns_shop, "reply:1")
    assert put(anns_shop, subject="Again").subject == "Again"


def test_what_is_on_its_way_cannot_be_taken_back(anns_shop: Shop) -> None:
    mail = put(anns_shop)
    Outgoing.objects.filter(pk=mail.pk).update(state=State.SENDING)
    assert not outbox.cancel(anns_shop, "reply:1")


def test_dan_cannot_take_back_a_mail_of_anns_shop(anns_shop: Shop, dans_shop: Shop) -> None:
    put(anns_shop)
    assert not outbox.cancel(dans_shop, "reply:1")


def test_a_mail_that_failed_is_tried_again_when_a_person_says_so(anns_shop: Shop) -> None:
    mail = put(anns_shop)
    assert not outbox.retry(mail, NOW)
    Outgoing.objects.filter(pk=mail.pk).update(state=State.FAILED, tries=8)
    assert outbox.retry(mail, NOW + timedelta(hours=1))
    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.due_at) == (State.WAITING, 0, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    "told",
    [
        {"to": "kim@example.com\r\nBcc: dan@example.com"},
        {"to": "kim@example.com, dan@example.com"},
        {"to": "Kim"},
        {"to": []},
        {"cc": ["dan@example.com\nX: y"]},
        {"from_address": "ann@shop.example\nBcc: dan@example.com"},
        {"reply_to": "ann@shop.example\rX: y"},
        {"message_id": "<a@b>\r\nX: y"},
        {"headers": {"X-Survey": "17\r\nBcc: dan@example.com"}},
        {"headers": {"X-Survey\r\nBcc": "dan@example.com"}},
        {"headers": {"X Survey": "17"}},
        {"headers": {"Bcc": "dan@example.com"}},
        {"headers": {"Content-Type": "text/html"}},
        {"key": "nokind"},
    ],
)
def test_nothing_can_begin_a_header_of_its_own(sqlite: object, told: dict[str, Any]) -> None:
    shop = Shop.objects.create(slug=uuid4().hex)
    with pytest.raises(BadMail):
        put(shop, **told)
    assert of(shop) == 0


def test_a_subject_becomes_one_line(anns_shop: Shop) -> None:
    assert put(anns_shop, subject="Parcel\r\nBcc: dan@example.com\u2028 late").subject == (
        "Parcel Bcc: dan@example.com late"
    )


def test_the_sender_is_the_shops_else_the_installations(anns_shop: Shop) -> None:
    with override_settings(MAIL_FROM="Counterbell <service@counterbell.example>"):
        assert senders.sender_of(anns_shop).from_ == "Counterbell <service@counterbell.example>"
        senders.set_sender(anns_shop, "hello@ann.example", name="Ann, and friends", reply_to="care@ann.example")
        own = senders.sender_of(anns_shop)
    assert (own.from_, own.reply_to) == ('"Ann, and friends" <hello@ann.example>', "care@ann.example")


def test_what_django_sends_goes_through_the_outbox(installation: str) -> None:
    from django.core.mail import send_mail

    to = f"olga-{uuid4().hex}@example.com"
    send_mail("A new password", "Here", None, [to], html_message="<p>Here</p>")
    mail = Outgoing.objects.get(to=to)
    assert (mail.kind, mail.shop, mail.text, mail.html) == ("account", None, "Here", "<p>Here</p>")


def test_a_person_can_be_forgotten(anns_shop: Shop, dans_shop: Shop) -> None:
    mine = put(anns_shop, to="Kim <KIM@example.com>")
    other = put(anns_shop, key="reply:2", to="akim@example.com")
    dans = put(dans_shop)
    assert outbox.forget_address(anns_shop, KIM) == 1
    for mail in (mine, other, dans):
        mail.refresh_from_db()
    assert (mine.to, mine.text, mine.subject, mine.state) == ("", "", "", State.FAILED)
    assert not outbox.retry(mine, NOW)
    assert (other.text, dans.text) == ("On its way.", "On its way.")
