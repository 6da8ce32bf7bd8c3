"""The record as a log file."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ._installation import open_installation, the_shop
from ._periods import Shop

File = Annotated[Path, typer.Argument(help="the file to write (.gz and .zst are packed); - is standard output")]


def command(path: File = Path("-"), shop: Shop = None) -> None:
    """Write a shop's whole record in the log format: importing it into an empty database gives the same record."""
    open_installation()
    from django.utils.translation import ngettext

    from counterbell.audit import trail
    from counterbell.formats import number
    from counterbell.record.export import export

    chosen = the_shop(shop)
    lines = export(chosen, path)
    trail.note(chosen, None, "record.exported", at=datetime.now(UTC))
    told = ngettext("%(count)s line written.", "%(count)s lines written.", lines) % {"count": number(lines)}
    print(told, file=sys.stderr)
