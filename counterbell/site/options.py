"""The settings of an installation: one table of name, default and help, read once from the environment.

`counterbell settings` and docs/settings.md are printed from it.
"""

import os
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import dj_database_url
import platformdirs

from counterbell.errors import Problem
from counterbell.mail.ways import Way, way

CONNECT_SECONDS = 10
"""So long a database server may take to answer, unless DATABASE_URL says otherwise (`?connect_timeout=60`)."""


@dataclass(frozen=True)
class Option:
    """A setting: the environment variable, what holds without it, and what it is for."""

    name: str
    default: str
    help: str


OPTIONS = (
    Option(
        "COUNTERBELL_DATA",
        platformdirs.user_data_dir("counterbell", appauthor=False),
        "The directory in which everything lies: the database (unless DATABASE_URL says otherwise) and the facts.",
    ),
    Option(
        "DATABASE_URL",
        "",
        "The database of the record, such as postgresql://user:password@host:5432/name; empty: SQLite in the data "
        "directory.",
    ),
    Option(
        "COUNTERBELL_MEMORY_MB",
        "1000",
        "How much memory (MB) the making of facts and the answering of questions may take before they use the disk.",
    ),
    Option(
        "COUNTERBELL_UPLOAD_MB",
        "100",
        "How large a file (MB) may be that is taken in by a browser; larger ones are refused before they are read.",
    ),
    Option(
        "COUNTERBELL_LANGUAGE",
        "",
        "The language of what is printed: en, fr or id; empty: that of the terminal (LC_ALL, LC_MESSAGES, LANG).",
    ),
    Option(
        "COUNTERBELL_URL",
        "http://127.0.0.1:8000",
        "The address at which people reach the web pages; links in mails begin with it. With https, browsers are told "
        "to use nothing else.",
    ),
    Option(
        "COUNTERBELL_PROXIES",
        "0",
        "How many proxies stand before the server and tell it the visitor's address and scheme (X-Forwarded-For, "
        "X-Forwarded-Proto); 0: none, and such headers are ignored.",
    ),
    Option(
        "COUNTERBELL_METRICS_TOKEN",
        "",
        "Who brings this token (Authorization: Bearer ...) may read /metrics; empty: only this machine may.",
    ),
    Option(
        "COUNTERBELL_MAIL",
        "",
        "The way out for mail, such as smtp://user:password@host:587, smtps://user:password@host:465, "
        "postmark://TOKEN or file:///directory; empty: mails wait and nothing is sent.",
    ),
    Option(
        "COUNTERBELL_MAIL_FROM",
        "",
        "The address from which mails are sent, unless a shop has its own, such as Counterbell <service@example.com>.",
    ),
    Option(
        "COUNTERBELL_MAIL_AGAIN",
        "account,alert,invitation",
        "The kinds of mail that are tried again when it is not known whether they went out; all others wait for a "
        "person then.",
    ),
    Option(
        "COUNTERBELL_PRIVATE_MAIL_SERVERS",
        "",
        "Mail servers off the open internet that an owner may name on the page of mailboxes all the same, such as "
        "mail.internal:993,10.0.0.5:587; empty: none. The command line may name any.",
    ),
    Option(
        "COUNTERBELL_GOOGLE_CLIENT",
        "",
        "The OAuth client of this installation at Google, as ID:SECRET, for mailboxes whose owners give none; empty: "
        "none.",
    ),
    Option(
        "COUNTERBELL_MICROSOFT_CLIENT",
        "",
        "The same at Microsoft.",
    ),
    Option(
        "COUNTERBELL_REOPEN_DAYS",
        "10",
        "A customer's answer within so many days of the closing of a ticket opens it again; a later one begins a new "
        "ticket.",
    ),
)


def upload_bytes() -> int:
    """How large a file may be that a browser sends, in bytes."""
    text = value("COUNTERBELL_UPLOAD_MB")
    if not text.isdigit() or not int(text):
        raise Problem(f"COUNTERBELL_UPLOAD_MB is {text!r}; give a whole number of megabytes.")
    return int(text) * 1_000_000


def value(name: str) -> str:
    """What is set for the option of that name, or its default."""
    option = next(option for option in OPTIONS if option.name == name)
    return os.environ.get(name) or option.default


def data_directory() -> Path:
    """Where everything lies; made when it is not there, readable by its owner only."""
    directory = Path(value("COUNTERBELL_DATA")).expanduser().absolute()
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Problem(
            f"The data directory {directory} cannot be made ({error.strerror}). "
            "Name another one with --data or COUNTERBELL_DATA."
        ) from None
    return directory


def public_url() -> SplitResult:
    """The address at which people reach the web pages, in parts."""
    text = value("COUNTERBELL_URL").rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise Problem(f"COUNTERBELL_URL is {text!r}; write it like https://support.example.com, without a path.")
    return parts


def proxies() -> int:
    """How many proxies stand before the server."""
    text = value("COUNTERBELL_PROXIES")
    if not text.isdigit():
        raise Problem(f"COUNTERBELL_PROXIES is {text!r}; give a whole number, 0 without a proxy.")
    return int(text)


def memory_megabytes() -> int:
    """The bound on memory for facts and questions, in megabytes."""
    text = value("COUNTERBELL_MEMORY_MB")
    if not text.isdigit() or int(text) < 200:
        raise Problem(f"COUNTERBELL_MEMORY_MB is {text!r}; give a whole number of megabytes, 200 or more.")
    return int(text)


def mail_way() -> Way | None:
    """Where mail goes out; None: nowhere."""
    return way(value("COUNTERBELL_MAIL"))


def mail_from() -> str:
    """The address from which mails are sent; empty: none."""
    told = value("COUNTERBELL_MAIL_FROM")
    if told and (any(char in told for char in "\r\n") or "@" not in parseaddr(told)[1]):
        raise Problem("COUNTERBELL_MAIL_FROM is no mail address. Write it like Counterbell <service@example.com>.")
    return told


def mail_again() -> frozenset[str]:
    """The kinds of mail that are tried again when it is not known whether they went out."""
    return frozenset(kind.strip() for kind in value("COUNTERBELL_MAIL_AGAIN").split(",") if kind.strip())


def private_mail_servers() -> frozenset[str]:
    """The servers off the open internet, as host:port, that may be named on a page."""
    told = [server.strip().lower() for server in value("COUNTERBELL_PRIVATE_MAIL_SERVERS").split(",")]
    for server in filter(None, told):
        host, colon, port = server.rpartition(":")
        if not (host and colon and port.isdigit()):
            raise Problem(
                f"COUNTERBELL_PRIVATE_MAIL_SERVERS names {server!r}; write each server with its port, like "
                "mail.internal:993."
            )
    return frozenset(filter(None, told))


def oauth_clients() -> dict[str, tuple[str, str]]:
    """The installation's own OAuth clients by provider: id and secret."""
    found = {}
    for provider in ("google", "microsoft"):
        name = f"COUNTERBELL_{provider.upper()}_CLIENT"
        if told := value(name):
            id, colon, secret = told.partition(":")
            if not (id and colon and secret):
                raise Problem(f"{name} must be written like ID:SECRET.")
            found[provider] = (id, secret)
    return found


def reopen_days() -> int:
    """How many days after its closing an answer still opens a ticket again."""
    text = value("COUNTERBELL_REOPEN_DAYS")
    if not text.isdigit() or int(text) > 3650:
        raise Problem(f"COUNTERBELL_REOPEN_DAYS is {text!r}; give a whole number of days, 0 to 3650.")
    return int(text)


def database() -> dict[str, Any]:
    """Django's description of the record's database."""
    url = value("DATABASE_URL")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data_directory() / "record.sqlite3",
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": "pragma journal_mode=wal; pragma synchronous=full; pragma cache_size=-64000; "
                "pragma temp_store=memory;",
            },
        }
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in ("postgresql", "postgres"):
        raise Problem(
            f"DATABASE_URL must begin with postgresql:// (it begins with {scheme.split(':')[0]!r}); "
            "leave it empty for SQLite in the data directory."
        )
    try:
        described: dict[str, Any] = {**dj_database_url.parse(url)}
    except ValueError:
        raise Problem(
            "DATABASE_URL cannot be read. Write it like postgresql://user:password@host:5432/name, with %40 for an @ "
            "and %2F for a / in the password."
        ) from None
    described["OPTIONS"] = {"connect_timeout": CONNECT_SECONDS, **described.get("OPTIONS", {})}
    return described
