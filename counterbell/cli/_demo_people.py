"""People of the demo shop, so that one can look at it with the eyes of each role."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from django.utils.translation import gettext as _

from counterbell.accounts import people
from counterbell.accounts.models import Role, Shop
from counterbell.site.options import data_directory

PEOPLE = (
    ("olga@maison-lilas.example", "Olga", Role.OWNER, ""),
    ("cleo@maison-lilas.example", "Cleo", Role.LEAD, ""),
    ("camille@maison-lilas.example", "Camille Besson", Role.AGENT, "camille"),
    ("ayu@maison-lilas.example", "Ayu Lestari", Role.AGENT, "ayu"),
    ("nadia@maison-lilas.example", "Nadia Cherif", Role.AGENT, "nadia"),
    ("vic@maison-lilas.example", "Vic", Role.VIEWER, ""),
)


def let_in(shop: Shop) -> None:
    """Let them in with one password, made up for this installation and kept in a file of its owner's."""
    password = _password(_kept_in())
    for email, name, role, agent in PEOPLE:
        if not people.is_known(email):
            people.add(shop, email, role, at=datetime.now(UTC), name=name, agent=agent, password=password)
    tell_who_signs_in()


def tell_who_signs_in() -> None:
    """Print the password and the people, where there is a demo shop."""
    if not _kept_in().exists():
        return
    password = _password(_kept_in())
    print(_("Sign in with the password %(password)s as") % {"password": password})
    for email, _name, role, _agent in PEOPLE:
        print(f"  {email} ({role.label})")


def _kept_in() -> Path:
    return data_directory() / "demo-password"


def _password(kept: Path) -> str:
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(f"lilas-{secrets.token_hex(4)}")
    return kept.read_text()
