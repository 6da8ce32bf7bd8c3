"""Three random histories in one shop at about one time: more of them for the same work."""

from datetime import datetime, timedelta
from typing import Any

from histories import histories, instants_of
from hypothesis import strategies as st

Line = dict[str, Any]

IDS = ("id", "ticket", "into", "customer", "survey", "order")
TIMES = ("created_at", "at")


@st.composite
def shared_histories(draw: st.DrawFn) -> list[Line]:
    """Histories in the shop of the first: with tickets and customers of their own, but the same agents and persons."""
    several = [draw(histories()) for _ in range(3)]
    (shop,) = (line for line in several[0] if line["type"] == "shop")
    first_day = min(instants_of(several[0]))
    told = []
    for place, lines in enumerate(several):
        days = timedelta(days=(first_day - min(instants_of(lines))).days)
        told += [_of(place, _moved(line, days)) for line in lines if line["type"] not in ("shop", "agent")]
    agents = {line["id"]: line for lines in several for line in lines if line["type"] == "agent"}
    return [shop, *agents.values(), *told]


def _of(place: int, line: Line) -> Line:
    """The line of a history with ids of its own."""
    return line | {name: f"{line[name]}-{place}" for name in IDS if name in line}


def _moved(line: Line, days: timedelta) -> Line:
    """The line as if everything had happened so many days later."""
    return line | {name: (datetime.fromisoformat(line[name]) + days).isoformat() for name in TIMES if name in line}
