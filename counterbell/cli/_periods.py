"""The options by which several commands choose a shop, a period and filters."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

Shop = Annotated[str | None, typer.Option("--shop", metavar="SLUG", help="the shop; needed when there are several")]
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="first day, such as 2025-03-01")]
To = Annotated[str | None, typer.Option("--to", metavar="DATE", help="first day after the period")]
Where = Annotated[
    list[str] | None,
    typer.Option(metavar="DIM=VALUE", help="filter: channel=email,chat or tag!=vip; several hold together"),
]
AsOf = Annotated[str | None, typer.Option(metavar="TIME", help="as it stood then, such as 2025-03-10T00:00:00Z")]


def period(shop: Any, start: str | None, end: str | None, grain: str) -> Any:
    """The period asked for; by default the 28 days up to and with today."""
    from counterbell.metrics import asked

    return asked.period(shop, start, end, grain, now=datetime.now(UTC))


def conditions(texts: list[str] | None) -> tuple[Any, ...]:
    """The filters asked for."""
    from counterbell.metrics.query import Condition

    return tuple(Condition.parse(text) for text in texts or [])


def instant(text: str | None) -> datetime | None:
    """The instant of --as-of. Raises Problem for what is none."""
    from counterbell.metrics import asked

    return asked.instant(text, "--as-of")
