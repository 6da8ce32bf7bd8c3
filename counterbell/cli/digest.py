"""The reports that go out by mail: looked at in a file, or sent now to an address."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from counterbell.errors import Problem

from ._installation import open_installation, the_shop
from ._periods import Shop


class Audience(StrEnum):
    OWNER = "owner"
    LEAD = "lead"


class Rhythm(StrEnum):
    WEEK = "week"
    MONTH = "month"


class Language(StrEnum):
    EN = "en"
    FR = "fr"
    ID = "id"


def command(
    audience: Annotated[Audience, typer.Argument(help="owner: ten numbers; lead: agents, backlog, bad ratings")],
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="where to: .html or .txt; default: text here")
    ] = None,
    each: Annotated[Rhythm, typer.Option(help="of the last week or month that is over")] = Rhythm.WEEK,
    language: Annotated[Language | None, typer.Option(help="default: the terminal's")] = None,
    send: Annotated[str | None, typer.Option(metavar="ADDRESS", help="put it into the outbox for this address")] = None,
    shop: Shop = None,
) -> None:
    """Write the report of the last week or month, as people get it by mail, to a file, or send it now."""
    open_installation()
    from django.utils import timezone
    from django.utils.translation import get_language
    from django.utils.translation import gettext as _

    from counterbell.reports.digest import digest, last_over
    from counterbell.reports.letter import letter, page
    from counterbell.reports.sending import send_to

    chosen, at = the_shop(shop), timezone.now()
    written_in = str(language or get_language() or "en")
    if file and file.suffix not in (".html", ".txt"):
        raise Problem(_("%(file)s ends in neither .html nor .txt. Choose one of them.") % {"file": file})
    if send:
        send_to(chosen, audience, each, written_in, to=send, at=at)
        print(_("In the outbox for %(address)s; it goes out while the program serves.") % {"address": send})
    if send and not file:
        return
    found = digest(chosen, audience, each, written_in, at=at, period=last_over(chosen, each, at))
    text = page(found) if file and file.suffix == ".html" else letter(found).text
    if file:
        file.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
