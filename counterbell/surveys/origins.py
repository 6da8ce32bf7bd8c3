"""Whose pages may show the widget: origins, as browsers tell them."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from counterbell.errors import Problem


def origin(told: str) -> str:
    """The origin as a browser tells it: scheme, host and a port of its own. Raises Problem for what is none."""
    try:
        parts = urlsplit(told.strip().rstrip("/"))
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts[2:] != ("", "", ""):
        raise Problem(
            _("“%(told)s” is no website. Write it like https://shop.example.com, without a path.") % {"told": told}
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")
