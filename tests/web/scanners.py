"""Programs that mail passes through: they open every link, and some send every form that they find.

The worst are played: they call themselves a person's browser, keep cookies, wait, and fill in what they find.
"""

import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

FORMS_DEEP = 4


@dataclass
class Form:
    """A form of a page: where it goes, what stands in it, and what could be chosen."""

    action: str
    method: str
    standing: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.found.append(Form(told.get("action", ""), told.get("method", "get")))
        elif self.found:
            self._field(tag, told)

    def _field(self, tag: str, told: dict[str, str]) -> None:
        form, name = self.found[-1], told.get("name", "")
        if tag == "input" and told.get("type") == "radio":
            form.choices.setdefault(name, []).append(told["value"])
            if "checked" in told:
                form.standing[name] = told["value"]
        elif tag == "input" and told.get("type") == "hidden":
            form.standing[name] = told.get("value", "")
        elif tag in ("input", "textarea") and name:
            form.texts.append(name)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(told.get("value", ""))


@dataclass
class Scanner:
    """How a scanner behaves."""

    cookies: bool = True
    fills: str = "as it stands"
    """`as it stands`, `first`, `last` (of each choice), or a text for all text fields, with the last choice"""
    waits_seconds: float = 0
    agent: str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
    forms_sent: int = 0

    def run(self, links: list[str]) -> None:
        """Open every link, by HEAD and GET, following redirects; send every form."""
        with httpx.Client(headers={"User-Agent": self.agent}, follow_redirects=True, timeout=30) as client:
            for link in links:
                client.head(link)
                self._look(client, client.get(link), FORMS_DEEP)

    def _look(self, client: httpx.Client, page: httpx.Response, deep: int) -> None:
        for form in Forms(page.text).found if deep else []:
            if not self.cookies:
                client.cookies.clear()
            time.sleep(self.waits_seconds)
            there = urljoin(str(page.url), form.action)
            self.forms_sent += 1
            self._look(client, client.request(form.method.upper(), there, data=self._filled(form)), deep - 1)

    def _filled(self, form: Form) -> dict[str, str]:
        if self.fills == "as it stands":
            return {**dict.fromkeys(form.texts, ""), **form.standing}
        place = 0 if self.fills == "first" else -1
        text = "" if self.fills in ("first", "last") else self.fills
        chosen = {name: values[place] for name, values in form.choices.items()}
        return {**dict.fromkeys(form.texts, text), **form.standing, **chosen}
