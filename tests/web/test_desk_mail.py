"""A mail as it came: nothing in it acts, and pictures of other servers wait until somebody asks for them."""

import html
from base64 import b64encode

import pytest
from channels.boxes import care_of, comes, letter
from desk.desks import desk_shop
from django.conf import settings
from django.test import Client
from mail.evasions import EVASIONS, HOSTS
from mail.mails import parts
from playwright.sync_api import Browser, Dialog, Route
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.desk.models import PicturesOf
from counterbell.erasure import erase_person
from counterbell.mail.cleaning import ATTRIBUTES, TAGS, clean
from counterbell.record.models import Message

SPY = "<img src='http://spy.example/x.png'>"
PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")


@pytest.fixture
def shop(sqlite: object) -> Shop:
    return desk_shop()


@pytest.fixture
def ann(shop: Shop) -> Client:
    return signed_in(person(shop, Role.AGENT, name="ann", agent="ann"))


def came(shop: Shop, content: str = f"<p><b>Hello</b><script>alert(1)</script>{SPY}</p>", number: int = 1) -> Message:
    """A mail of Kim's with that HTML and a file."""
    coded = b64encode(content.encode("utf-8", "replace")).decode()
    text, kind = parts(
        f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{coded}\n",
        "Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.txt\n\nabc\n",
    )
    found = comes(care_of(shop, f"care{number}@shop.example"), letter(text, kind=kind, number=number)).message
    assert found is not None
    return found


def of(shop: Shop, message: Message, place: str = "") -> str:
    return f"/shops/{shop.slug}/inbox/{message.ticket_id}/mail/{message.pk}/{place}"


def page(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def frame_of(text: str) -> str:
    """The address of the frame in a page."""
    return text.split('src="/shops/')[1].split('"')[0].join(("/shops/", ""))


def test_a_mail_is_shown_as_it_came_in_a_frame_in_which_nothing_acts(ann: Client, shop: Shop) -> None:
    message = came(shop)
    assert of(shop, message) in page(ann, f"/shops/{shop.slug}/inbox/{message.ticket_id}/")
    around = page(ann, of(shop, message))
    for told in ("a.txt</a>", "kim@example.com", 'sandbox="allow-same-origin allow-popups', "learns your IP address"):
        assert told in around, told
    frame = ann.get(frame_of(around))
    shown = frame.content.decode()
    assert ("<b>Hello</b>" in shown, "alert(1)" in shown, "spy.example" in shown) == (True, False, False)
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "img-src 'self' data:;" in policy
    assert ("sandbox" in policy, "allow-scripts" in policy, "script-src" in policy) == (True, False, False)
    assert (frame["X-Frame-Options"], frame["Referrer-Policy"]) == ("SAMEORIGIN", "no-referrer")


def test_pictures_are_shown_for_one_view_to_whoever_asked(ann: Client, shop: Shop) -> None:
    message = came(shop)
    asked = html.unescape(ann.post(of(shop, message, "pictures/"), {"pictures": "once"}).content.decode())
    frame = ann.get(frame_of(asked))
    assert 'src="https://spy.example/x.png"' in frame.content.decode()
    assert "img-src 'self' data: https:;" in frame["Content-Security-Policy"]
    assert "spy.example" not in page(ann, frame_of(page(ann, of(shop, message))))
    ben = signed_in(person(shop, Role.AGENT, name="ben", agent="ben"))
    assert "spy.example" not in page(ben, frame_of(asked))
    assert "spy.example" not in page(ann, frame_of(asked) + "x")


def test_pictures_of_a_sender_are_shown_until_they_are_no_longer_wanted(ann: Client, shop: Shop) -> None:
    first, second = came(shop), came(shop, f"<p>Again {SPY}</p>", number=2)
    ann.post(of(shop, first, "pictures/"), {"pictures": "always"})
    around = page(ann, of(shop, second))
    assert "No longer show them" in around
    assert "spy.example" in page(ann, frame_of(around))
    ben = signed_in(person(shop, Role.AGENT, name="ben", agent="ben"))
    assert "spy.example" not in page(ben, of(shop, second, "frame/"))
    ann.post(of(shop, second, "pictures/"), {"pictures": "no"})
    assert "spy.example" not in page(ann, of(shop, second, "frame/"))


def test_the_choice_is_forgotten_with_the_person(ann: Client, shop: Shop) -> None:
    ann.post(of(shop, came(shop), "pictures/"), {"pictures": "always"})
    assert PicturesOf.objects.get(shop=shop).sender == "kim@example.com"
    erase_person(shop, "kim")
    assert not PicturesOf.objects.filter(shop=shop).exists()


def test_nobody_else_sees_a_mail_or_asks_for_its_pictures(ann: Client, shop: Shop) -> None:
    message, dan = came(shop), signed_in(person(desk_shop(), Role.OWNER, name="dan"))
    assert [dan.get(of(shop, message, place)).status_code for place in ("", "frame/")] == [404, 404]
    assert dan.post(of(shop, message, "pictures/"), {"pictures": "always"}).status_code == 404
    put_elsewhere = of(shop, message).replace(f"/{message.ticket_id}/", f"/{message.ticket_id - 1}/")
    assert ann.get(put_elsewhere).status_code == 404


WALK = """() => [...document.querySelector("iframe.mail").contentDocument.body.querySelectorAll("*")]
    .map((one) => [one.localName, one.namespaceURI, one.getAttributeNames()])"""
PARSE = """(pieces) => pieces.flatMap((piece) =>
    [...new DOMParser().parseFromString(piece, "text/html").querySelectorAll("body *, head *")]
    .map((one) => [one.localName, one.namespaceURI, one.getAttributeNames()]))"""


def test_a_real_browser_finds_nothing_active_and_asks_only_for_the_picture(
    browser: Browser, site: str, shop: Shop, ann: Client
) -> None:
    vectors = [*EVASIONS, *(vector for what, vector in HOSTS.items() if what != "ours")]
    going_on = [one for one in vectors if clean(f"{one}<p>on</p>").html.endswith("<p>on</p>")]
    message = came(shop, "".join(going_on) + SPY)
    context, asked, said = browser.new_context(base_url=site), list[Route](), list[str]()

    def far(route: Route) -> None:
        asked.append(route)
        route.fulfill(body=PIXEL, content_type="image/gif")

    def heard(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    context.route(lambda address: not address.startswith((site, "data:")), far)
    session = ann.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    view = context.new_page()
    view.on("dialog", heard)
    view.goto(of(shop, message))
    view.get_by_role("button", name="Show pictures").click()
    view.wait_for_load_state("networkidle")
    found = view.evaluate(WALK) + view.evaluate(PARSE, [clean(one).html for one in vectors])
    names = set().union(*ATTRIBUTES.values()) | {"rel", "target"}
    for element, space, attributes in found:
        assert (element in TAGS, space, set(attributes) <= names) == (True, "http://www.w3.org/1999/xhtml", True)
    assert ([one.request.url for one in asked], said) == (["https://spy.example/x.png"], [])
    assert {"referer", "cookie"}.isdisjoint(asked[0].request.all_headers())
    assert view.evaluate("document.querySelector('iframe.mail').offsetHeight") > 300
    context.close()
