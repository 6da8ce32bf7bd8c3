"""A mail that has just come to Kim through a real mail server and asks how Ann's help was."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.test import override_settings
from mail_server import mail_server
from playwright.sync_api import Browser, Page
from record.records import Line, take_in

from counterbell.accounts.models import Shop
from counterbell.mail import sending as mail_sending
from counterbell.mail.models import Outgoing
from counterbell.mail.ways import way
from counterbell.record.models import Rating
from counterbell.surveys import setup, signs
from counterbell.surveys.models import Ask
from counterbell.surveys.ticking import tick

PERSONS_AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"


def history(kims_address: str, language: str, now: datetime) -> list[Line]:
    """Ann has helped Kim yesterday."""
    began = now - timedelta(hours=26)

    def at(minutes: int) -> str:
        return (began + timedelta(minutes=minutes)).isoformat()

    return [
        {"type": "customer", "id": "kim", "email": kims_address},
        {"type": "ticket", "id": "t1", "channel": "email", "created_at": at(0), "customer": "kim", "language": language,
         "subject": "Où est mon <colis> ?"},
        {"type": "message", "id": f"<{uuid4().hex}@mail.example>", "ticket": "t1", "at": at(0), "by": "customer"},
        {"type": "message", "id": f"<{uuid4().hex}@shop.example>", "ticket": "t1", "at": at(10), "by": "agent",
         "agent": "ann"},
        {"type": "status", "ticket": "t1", "at": at(20), "to": "closed", "by": "agent", "agent": "ann"},
    ]  # fmt: skip


@contextmanager
def asked(address: str, *, language: str = "en", sent_ago: float = 3_600, **settings: object) -> Iterator["Asked"]:
    """Kim is asked; the mail was sent so many seconds ago."""
    now, kim = datetime.now(UTC), f"kim-{uuid4().hex[:8]}@example.com"
    shop = Shop.objects.create(slug=f"ann-{uuid4().hex}", name="Maison Lilas")
    setup.change(shop, on=True, **settings)
    take_in(shop, [{"type": "shop", "timezone": "UTC", "currency": "EUR"}, *history(kim, language, now)])
    with (
        mail_server() as server,
        override_settings(
            MAIL_WAY=way(server.url), MAIL_FROM="bonjour@maison.example", PUBLIC_URL=urlsplit(address),
            ALLOWED_HOSTS=["127.0.0.1", "testserver"],
        ),
    ):  # fmt: skip
        tick(now)
        Outgoing.objects.exclude(shop=shop).filter(state="waiting").delete()
        mail_sending.send_due(now)
        tick(now)
        (mail,) = server.to(kim)
        Ask.objects.filter(shop=shop).update(sent_at=now - timedelta(seconds=sent_ago))
        yield Asked(shop, mail)


class Asked:
    """What Kim has got, and what came of it."""

    def __init__(self, shop: Shop, mail: EmailMessage) -> None:
        self.shop, self.mail = shop, mail
        self.html = self._part("text/html")
        self.text = self._part("text/plain")
        self.links = Links(self.html).found

    def _part(self, kind: str) -> str:
        return next(str(part.get_content()) for part in self.mail.walk() if part.get_content_type() == kind)

    def link(self, score: int) -> str:
        """The link of a score."""
        return next(link for link in self.links if link.endswith(f"/{score}/"))

    @property
    def ratings(self) -> list[tuple[int, str | None]]:
        """What counts, in its order."""
        found = Rating.objects.filter(survey__shop=self.shop, suspected_robot=False).order_by("happened_at")
        return list(found.values_list("score", "comment"))


class Links(HTMLParser):
    """All addresses in a text of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (address := dict(attributes).get("href")):
            self.found.append(address)


@contextmanager
def person(browser: Browser, link: str, **told: Any) -> Iterator[Page]:
    """Kim's browser on the page of a link; it says nothing of being steered, as the tests' own would."""
    context = browser.new_context(**{"user_agent": PERSONS_AGENT, **told})
    context.add_init_script("Object.defineProperty(navigator, 'webdriver', {get: () => false})")
    page = context.new_page()
    page.goto(link)
    try:
        yield page
    finally:
        context.close()


def read(page: Page, at_least: timedelta | None = None) -> None:
    """Kim reads for as long as a person does, or for so long."""
    page.wait_for_timeout(((at_least or signs.QUICK).total_seconds() + 0.1) * 1000)


def send(page: Page, name: str = "Send my answer") -> None:
    """Kim reads, and sends."""
    read(page)
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()
