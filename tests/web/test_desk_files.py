"""Files beside what is written, in the browser without JavaScript, and who may open them."""

import html

import pytest
from desk.desks import desk_shop, newest, number
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.channels.models import Enclosed
from counterbell.desk.actions.replying import send_due
from counterbell.desk.models import HeldReply
from counterbell.desk.pages.asked import now
from counterbell.record.models import Message


@pytest.fixture
def shop(sqlite: object) -> Shop:
    return desk_shop()


@pytest.fixture
def ann(shop: Shop) -> Client:
    return at(shop, "ann")


def at(shop: Shop, agent: str, role: Role = Role.AGENT) -> Client:
    return signed_in(person(shop, role, name=agent, agent=agent))


def page_of(shop: Shop, place: str = "") -> str:
    return f"/shops/{shop.slug}/inbox/{number(shop)}/{place}"


def file(name: str = "label.pdf", content: bytes = b"%PDF-1.7") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")


def sent(client: Client, shop: Shop, how: str = "reply", status: int = 302, **told: object) -> str:
    fields = {"text": "Here it is.", "how": how, "seen": newest(shop), **told}
    answer = client.post(page_of(shop, "write/"), fields)
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def shown(client: Client, shop: Shop) -> str:
    return html.unescape(client.get(page_of(shop)).content.decode())


def test_a_file_is_sent_with_the_reply_that_it_was_chosen_with(ann: Client, shop: Shop) -> None:
    sent(ann, shop, files=[file(), file("screen.png")])
    held = HeldReply.objects.get(shop=shop)
    text = shown(ann, shop)
    assert ("label.pdf" in text, 'name="file"' in text, "8\xa0bytes" in text) == (True, False, True)
    assert "label.pdf" in shown(at(shop, "ben"), shop)
    ann.post(page_of(shop, f"held/{held.pk}/"), {"do": "undo"})
    text = shown(ann, shop)
    assert (text.count('name="file"'), "Here it is." in text) == (2, True)
    sent(ann, shop, file=[one.pk for one in Enclosed.objects.filter(shop=shop)])
    HeldReply.objects.filter(shop=shop).update(due_at=now())
    send_due(now())
    answer = Message.objects.get(shop=shop, author=3)
    for one in answer.attached.all():
        given = ann.get(f"/shops/{shop.slug}/mail/attached/{one.pk}/")
        assert (given["Content-Type"], given.content) == ("application/octet-stream", b"%PDF-1.7")
        assert one.name in shown(ann, shop)


def test_files_are_chosen_and_taken_out_before_anything_is_sent(ann: Client, shop: Shop) -> None:
    sent(ann, shop, "attach", files=[file(), file("screen.png")])
    first = Enclosed.objects.filter(shop=shop).order_by("pk")[0]
    sent(ann, shop, f"attach-{first.pk}")
    text = shown(ann, shop)
    assert ("label.pdf" in text, "screen.png" in text, "Here it is." in text) == (False, True, True)
    assert not HeldReply.objects.filter(shop=shop).exists()


def test_a_file_that_cannot_be_sent_is_refused_and_what_was_written_stays(ann: Client, shop: Shop) -> None:
    text = sent(ann, shop, status=400, files=[file("setup.exe")])
    assert "setup.exe is a program" in text
    assert "Here it is." in text
    part = ann.post(page_of(shop, "files/"), {"files": [file("label.pdf"), file("a.bat")]}).content.decode()
    assert ("a.bat is a program" in part, "label.pdf" in part) == (True, True)


def test_a_page_open_in_a_browser_adds_and_takes_out_files_by_parts(ann: Client, shop: Shop) -> None:
    part = ann.post(page_of(shop, "files/"), {"files": [file()]}).content.decode()
    one = Enclosed.objects.get(shop=shop)
    assert f'value="{one.pk}"' in part
    part = ann.post(page_of(shop, "files/"), {"how": f"attach-{one.pk}"}).content.decode()
    assert "label.pdf" not in part


def test_drafts_are_their_persons_and_nothing_is_dans(ann: Client, shop: Shop) -> None:
    dans_shop = desk_shop()
    sent(ann, shop, "attach", files=[file()])
    place = f"/shops/{shop.slug}/mail/enclosed/{Enclosed.objects.get(shop=shop).pk}/"
    ben, vic = at(shop, "ben"), signed_in(person(shop, Role.VIEWER))
    dan = signed_in(person(dans_shop, Role.OWNER))
    got = [client.get(place).status_code for client in (ann, ben, vic, dan)]
    assert got == [200, 404, 403, 404]
    assert ann.get(place)["Content-Disposition"].startswith("attachment")
    assert dan.post(page_of(shop, "files/"), {"files": [file("dans.txt")]}).status_code == 404
    assert dan.get(place.replace(shop.slug, dans_shop.slug)).status_code == 404
    assert "label.pdf" not in shown(ben, shop)
    sent(ann, shop, file=Enclosed.objects.get(shop=shop).pk)
    assert [client.get(place).status_code for client in (ann, ben, dan)] == [200, 200, 404]
