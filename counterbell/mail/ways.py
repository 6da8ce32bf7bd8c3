"""The way that mail takes out of the installation, as one address says it (COUNTERBELL_MAIL).

    smtp://user:password@mail.example.com:587       a mail server; encrypted by STARTTLS, `?tls=off` for none
    smtps://user:password@mail.example.com:465      a mail server that is encrypted from the start
    postmark://TOKEN                                a provider, by its HTTP interface; further settings behind a ?
    file:///var/mails                               nothing goes out: each mail is written into a file there
    (empty)                                         nothing goes out: mails wait

Imported by the settings, so nothing here needs them.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from counterbell.errors import Problem, did_you_mean

PROVIDERS: dict[str, tuple[str, ...]] = {
    "brevo": ("api_key",),
    "mailersend": ("api_token",),
    "mailgun": ("api_key",),
    "mailjet": ("api_key", "secret_key"),
    "mailtrap": ("api_token",),
    "mandrill": ("api_key",),
    "postmark": ("server_token",),
    "resend": ("api_key",),
    "sendgrid": ("api_key",),
    "sparkpost": ("api_key",),
}
"""The providers (django-anymail knows them), and what each calls the keys that stand in the address."""

SERVERS = ("smtp", "smtps")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
TLS = ("starttls", "off")


@dataclass(frozen=True)
class Way:
    """Where mail goes out: `scheme`, and what the carrier is given. `secrets` are shown to nobody."""

    scheme: str
    given: dict[str, Any] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


def way(url: str) -> Way | None:
    """The way that the address says; None where nothing goes out. Raises Problem for one that cannot be read."""
    if not url:
        return None
    try:
        told = urlsplit(url)
        return _of(told)
    except ValueError:
        raise Problem(
            "COUNTERBELL_MAIL cannot be read. Write it like smtp://user:password@host:587, with %40 for an @ and %2F "
            "for a / in the password."
        ) from None


def without_secrets(url: str) -> str:
    """The address with everything hidden that lets somebody in."""
    scheme, _, rest = url.partition("://")
    if scheme == "file":
        return url
    _user, at, place = rest.rpartition("@")
    return f"{scheme}://***@{place.partition('?')[0]}" if at else f"{scheme}://{rest if scheme in SERVERS else '***'}"


def _of(told: SplitResult) -> Way:
    if told.scheme in SERVERS:
        return _server(told)
    if told.scheme == "file":
        return Way("file", {"directory": unquote(told.path)})
    if told.scheme in PROVIDERS:
        return _provider(told)
    schemes = [*SERVERS, "file", *PROVIDERS]
    raise Problem(
        f"COUNTERBELL_MAIL begins with {told.scheme!r}.{did_you_mean(told.scheme, schemes)} "
        f"It can begin with: {', '.join(schemes)}."
    )


def _server(told: SplitResult) -> Way:
    if not told.hostname:
        raise ValueError
    default = "off" if told.hostname in LOOPBACK else "starttls"
    tls = dict(parse_qsl(told.query)).get("tls", default)
    if tls not in TLS:
        raise Problem(f"COUNTERBELL_MAIL says tls={tls}; it can be: {', '.join(TLS)}.")
    encrypted = told.scheme == "smtps"
    user, password = unquote(told.username or ""), unquote(told.password or "")
    given: dict[str, Any] = {
        "host": told.hostname,
        "port": told.port or (465 if encrypted else 587),
        "username": user,
        "password": password,
        "use_ssl": encrypted,
        "use_tls": not encrypted and tls == "starttls",
    }
    return Way(told.scheme, given, tuple(filter(None, (password, user))))


def _provider(told: SplitResult) -> Way:
    names = PROVIDERS[told.scheme]
    keys = [unquote(key) for key in told.netloc.split("@")[0].split(":")]
    if len(keys) != len(names) or not all(keys):
        wanted = ":".join(name.upper() for name in names)
        raise Problem(f"COUNTERBELL_MAIL must be written like {told.scheme}://{wanted}.")
    return Way(told.scheme, {**dict(zip(names, keys, strict=True)), **dict(parse_qsl(told.query))}, tuple(keys))
