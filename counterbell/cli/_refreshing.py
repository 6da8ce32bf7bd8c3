"""Bringing facts up to date with a bar, when it takes long."""

from typing import Any

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress


def refresh_with_progress(shop: Any) -> int:
    """Rebuild what is old; returns how many months."""
    from counterbell.facts.current import bring_up_to_date

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(_("Bringing the facts up to date"), total=None)
        return bring_up_to_date(shop, on_progress=lambda done, total: bar.update(task, completed=done, total=total))
