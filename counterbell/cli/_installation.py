"""Opening the installation that a command works on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from counterbell.errors import DatabaseTooNew, NotFound, Problem, closest

if TYPE_CHECKING:
    from counterbell.accounts.models import Shop

LANGUAGES = ("en", "fr", "id")

LONGEST_SLUG = 80

CHANGING_TABLES = 0x436F756E746572
"""The lock on PostgreSQL of whoever changes the tables."""


def open_installation() -> None:
    """Make ready for work: settings, language, and a database of this version (made if there is none)."""
    speak()
    _migrate()


def speak() -> None:
    """Make ready for printing in the person's language."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterbell.site.settings")
    import django

    django.setup()
    from django.utils import translation

    translation.activate(_language())


def the_shop(slug: str | None) -> "Shop":
    """The shop of that name; without a name, the only one there is. Raises NotFound with what there is."""
    from django.utils.translation import gettext as _

    from counterbell.accounts.models import Shop

    there = list(Shop.objects.order_by("slug"))
    known = [shop.slug for shop in there]
    if slug is None:
        if len(there) == 1:
            return there[0]
        if not there:
            raise NotFound(_("There is no shop yet. `counterbell shops add` makes one, and so does a first import."))
        told = {"count": len(there), "shops": ", ".join(known)}
        raise Problem(_("There are %(count)s shops; choose one with --shop: %(shops)s.") % told)
    for shop in there:
        if shop.slug == slug:
            return shop
    close = closest(slug, known)
    told = {"slug": slug, "close": close, "shops": ", ".join(known) or _("none yet")}
    if close:
        raise NotFound(_("There is no shop '%(slug)s'. Did you mean '%(close)s'? There are: %(shops)s.") % told)
    raise NotFound(_("There is no shop '%(slug)s'. There are: %(shops)s.") % told)


def shop_to_be(slug: str) -> "Shop":
    """The shop of that name; a new one is not kept yet. Raises Problem for what cannot name one."""
    from django.core.exceptions import ValidationError
    from django.core.validators import MaxLengthValidator, validate_slug
    from django.utils.translation import gettext as _

    from counterbell.accounts.models import Shop

    try:
        validate_slug(slug)
        MaxLengthValidator(LONGEST_SLUG)(slug)
    except ValidationError:
        sentence = _("'%(slug)s' cannot name a shop: use up to 80 letters, digits, hyphens and underscores.")
        raise Problem(sentence % {"slug": slug}) from None
    return Shop.objects.filter(slug=slug).first() or Shop(slug=slug)


def _language() -> str:
    from counterbell.site.options import value

    told = value("COUNTERBELL_LANGUAGE") or next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "en"
    )
    language = told.split("_")[0].split(".")[0].lower()
    return language if language in LANGUAGES else "en"


def _migrate() -> None:
    from django.core.management import call_command
    from django.utils.translation import gettext as _

    known = _known_migrations()
    applied = _applied_migrations()
    if newer := applied - known:
        sentence = _(
            "The database was made by a newer Counterbell (it has '%(migration)s'). "
            "Install that version, or name another data directory with --data."
        )
        raise DatabaseTooNew(sentence % {"migration": sorted(newer)[-1][1]})
    if known - applied:
        with _alone():
            if known - _applied_migrations():  # nobody else has just done it
                call_command("migrate", verbosity=0)


@contextmanager
def _alone() -> Iterator[None]:
    """While this lasts no other process changes the tables of this database."""
    from django.core.files import locks
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [CHANGING_TABLES])
            try:
                yield
            finally:
                cursor.execute("select pg_advisory_unlock(%s)", [CHANGING_TABLES])
        return
    with Path(connection.settings_dict["NAME"]).with_suffix(".lock").open("w") as file:
        locks.lock(file, locks.LOCK_EX)
        yield


def _applied_migrations() -> set[tuple[str, str]]:
    """What has been done to the database, as far as it concerns what is installed."""
    from django.apps import apps
    from django.db import connection

    labels = {app.label for app in apps.get_app_configs()}
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return set()
        cursor.execute("select app, name from django_migrations")
        return {(app, name) for app, name in cursor.fetchall() if app in labels}


def _known_migrations() -> set[tuple[str, str]]:
    from django.apps import apps

    return {
        (app.label, path.stem) for app in apps.get_app_configs() for path in Path(app.path).glob("migrations/[0-9]*.py")
    }
