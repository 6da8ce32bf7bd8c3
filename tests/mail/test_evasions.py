"""Whatever tricks a mail knows: nothing in it acts, reaches out of its place or asks a server by itself."""

from html.parser import HTMLParser

import pytest
from mail.evasions import ESCAPES, EVASIONS, EVENTS, HOSTS, SECTIONS

from counterbell.mail.cleaning import ATTRIBUTES, TAGS, clean
from counterbell.mail.remote import picture_address

ALLOWED = set().union(*ATTRIBUTES.values()) | {"rel", "target"}


class Elements(HTMLParser):
    """Every element, comment, declaration and instruction of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.others: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


def nothing_active(html: str) -> None:
    """Raise where anything but what the allow-list names is left, or an address leads where it must not."""
    found = Elements(html)
    assert found.others == []
    for tag, attributes in found.elements:
        assert tag in TAGS, tag
        assert set(attributes) <= ALLOWED, attributes
        link, source = attributes.get("href"), attributes.get("src")
        assert link is None or link.startswith(("https://", "http://", "mailto:", "tel:")), link
        assert source is None or source.startswith("data:image/png;base64,"), source


@pytest.mark.parametrize("section", SECTIONS)
def test_nothing_active_is_left(section: str) -> None:
    for vector in SECTIONS[section].values():
        html = clean(f"<p>before</p>{vector}").html
        nothing_active(html)
        assert html.startswith("<p>before</p>"), vector
        assert Elements(clean(html).html).elements == Elements(html).elements, "what is clean stays as it is"


def test_no_handler_is_left_whatever_its_event() -> None:
    for event in EVENTS.split():
        for written in (f"on{event}=alert(1)", f'ON{event.upper()} = "alert(1)"', f"/on{event}='alert(1)'/"):
            nothing_active(clean(f"<p {written}>x</p><img src=x {written}><svg {written}></svg>").html)


def test_no_way_to_write_a_bracket_makes_an_element() -> None:
    for escape in ESCAPES:
        assert Elements(clean(escape).html).elements == []


def test_all_of_them_together_leave_nothing_either() -> None:
    nothing_active(clean("".join(EVASIONS)).html)
    nothing_active(clean("".join(reversed(EVASIONS))).html)


@pytest.mark.parametrize("what", HOSTS)
def test_no_picture_is_fetched_from_something_near(what: str) -> None:
    shown = clean(HOSTS[what], remote_pictures=True, own_host="desk.example")
    assert "src" not in shown.html


def test_pictures_that_were_asked_for_come_encrypted_from_public_servers_only() -> None:
    assert picture_address("http://shop.example/a.png?b=c d#e") == "https://shop.example/a.png?b=c d#e"
    assert picture_address("HTTPS://Shop.Example:443/a.png") == "https://shop.example/a.png"
    assert picture_address("https://b\u00fccher.example/1.png") == "https://xn--bcher-kva.example/1.png"
    for vector in EVASIONS:
        for _tag, attributes in Elements(clean(vector, remote_pictures=True).html).elements:
            source = attributes.get("src") or "https://"
            assert source.startswith(("https://", "data:image/png;base64,"))
