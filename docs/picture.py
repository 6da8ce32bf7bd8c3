"""Draw docs/report.svg, a report of the demo shop as a terminal shows it: `make picture`. It is always the same."""

import os
import tempfile
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

UNTIL = datetime(2026, 3, 1, 8, tzinfo=UTC)
START, END = date(2025, 9, 1), date(2026, 3, 1)
COMMAND = "counterbell report --from 2025-09-01 --to 2026-03-01 --compare previous"
WIDTH = 96


def draw() -> str:
    """The picture as SVG. Fills a shop in the installation that COUNTERBELL_DATA names."""
    from django.core.management import call_command
    from rich.console import Console
    from rich.terminal_theme import MONOKAI

    from counterbell.accounts.models import Shop
    from counterbell.accounts.opening_hours import zone
    from counterbell.cli._report_table import show
    from counterbell.demo import entries
    from counterbell.metrics import TEN
    from counterbell.metrics.periods import Grain, Period
    from counterbell.metrics.query import Question
    from counterbell.metrics.report import report
    from counterbell.record.write import write_stream

    call_command("migrate", verbosity=0)
    shop = Shop.objects.create(slug="maison-lilas")
    write_stream(shop, enumerate(entries(until=UNTIL), 1))
    shop.refresh_from_db()
    period = Period.of(START, END, zone(shop.timezone), Grain.MONTH)
    found = report(shop, Question(period, (*TEN, "left_out"), as_of=UNTIL), "previous")
    console = Console(file=StringIO(), record=True, width=WIDTH, force_terminal=True, color_system="truecolor")
    show(found, TEN, console)
    return console.export_svg(title=COMMAND, theme=MONOKAI, unique_id="report")


def main() -> None:
    """Draw it in an installation of its own."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            COUNTERBELL_DATA=home,
            DATABASE_URL="",
            COUNTERBELL_LANGUAGE="en",
            DJANGO_SETTINGS_MODULE="counterbell.site.settings",
        )
        import django

        django.setup()
        from counterbell.facts import reader

        picture = draw()
        reader.close_all()
    (Path(__file__).parent / "report.svg").write_text("\n".join(line.rstrip() for line in picture.splitlines()) + "\n")


if __name__ == "__main__":
    main()
