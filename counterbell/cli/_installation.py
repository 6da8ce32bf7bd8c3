"""Opening the installation that a command works on."""

import os
import time
from pathlib import Path

from counterbell.errors import DatabaseTooNew, NotFound, Problem, closest

LANGUAGES = ("en", "fr", "id")

PATIENCE_SECONDS = 5
"""So long another process may take to make a new database's tables."""


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


def the_shop(slug: str | None):  # type: ignore[no-untyped-def]
    """The shop of that name; without a name, the only one there is. Raises NotFound with what there is."""
    from django.utils.translation import gettext as _

    from counterbell.accounts.models import Shop

    there = list(Shop.objects.order_by("slug"))
    known = [shop.slug for shop in there]
    if slug is None:
        if len(there) == 1:
            return there[0]
        if not there:
            raise NotFound(_("There is no shop yet. `counterbell import log_file FILE` makes one from a history."))
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


def _language() -> str:
    from counterbell.site.options import value

    told = value("COUNTERBELL_LANGUAGE") or next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "en"
    )
    language = told.split("_")[0].split(".")[0].lower()
    return language if language in LANGUAGES else "en"


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import DatabaseError
    from django.utils.translation import gettext as _

    known = _known_migrations()
    applied = _applied_migrations()
    if newer := applied - known:
        sentence = _(
            "The database was made by a newer Counterbell (it has '%(migration)s'). "
            "Install that version, or name another data directory with --data."
        )
        raise DatabaseTooNew(sentence % {"migration": sorted(newer)[-1][1]})
    last_try = time.monotonic() + PATIENCE_SECONDS
    while known - _applied_migrations():
        try:
            call_command("migrate", verbosity=0)
        except DatabaseError as error:  # another process may be making the same tables just now
            if "already exists" not in str(error) or time.monotonic() > last_try:
                raise
            time.sleep(0.2)


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
