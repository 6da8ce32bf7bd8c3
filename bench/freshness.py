"""How long a reply takes from its writing until a report shows it: python bench/freshness.py [--replies 5].

On that many tickets of the last month a customer asks something more (not timed); then, in the same process, an agent
answers, and the ten metrics of that day are asked for until the answer counts. Prints the seconds of each reply: in
all, and of writing, refreshing and asking.
"""

import argparse
import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

DAY_US = 86_400_000_000
PATIENCE = 20
"""A reply that does not show after so many questions is lost."""


class Desk:
    """The desk of the only shop of the installation."""

    def __init__(self) -> None:
        from counterbell.cli._installation import open_installation, the_shop

        open_installation()
        self.shop = the_shop(None)

    def tickets(self, count: int) -> list[tuple[str, int]]:
        """Counted tickets of the last month, spread over it, and the instant (in microseconds) of the last event."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("select max(created_at) from record_ticket where shop_id = %s", [self.shop.pk])
            last = cursor.fetchone()[0]
            cursor.execute(
                "select t.external_id, (select max(m.happened_at) from record_message m where m.ticket_id = t.id) "
                "from record_ticket t join record_ticketstate s on s.ticket_id = t.id "
                "where t.shop_id = %s and t.created_at between %s and %s "
                "and not s.spam and not s.deleted and s.merged_into_id is null order by t.created_at",
                [self.shop.pk, last - 27 * DAY_US, last - 3 * DAY_US],
            )
            found = cursor.fetchall()
        return [(str(ticket), int(at)) for ticket, at in found[:: max(1, len(found) // count)][:count]]

    def message(self, ticket: str, at: datetime, by: Any) -> Any:
        from counterbell.record.entries import Message

        agent = "a1" if by == "agent" else None
        return Message(id=f"bench-{uuid.uuid4()}", ticket=ticket, at=at, by=by, agent=agent, text="A word.")

    def responses(self, at: datetime) -> int:
        """How many responses the report of the day of that instant counts."""
        from counterbell.accounts.opening_hours import zone
        from counterbell.metrics import TEN
        from counterbell.metrics.periods import Grain, Period
        from counterbell.metrics.query import Question
        from counterbell.metrics.report import report

        where = zone(self.shop.timezone)
        day = at.astimezone(where).date()
        period = Period.of(day, day + timedelta(days=1), where, Grain.DAY)
        return int(report(self.shop, Question(period, TEN)).total.metrics["response_time"]["n"])

    def reply(self, ticket: str, last_us: int) -> dict[str, float]:
        """The seconds that it takes until a reply on the ticket shows."""
        from counterbell.facts.build import refresh
        from counterbell.record.write import write

        asked_at = datetime.fromtimestamp(last_us // 1_000_000 + 60, UTC)
        answered_at = asked_at + timedelta(minutes=5)
        write(self.shop, self.message(ticket, asked_at, "customer"))
        before = self.responses(answered_at)
        reply = self.message(ticket, answered_at, "agent")
        began = time.perf_counter()
        write(self.shop, reply)
        written = time.perf_counter()
        refresh(self.shop)
        refreshed = time.perf_counter()
        if not any(self.responses(answered_at) == before + 1 for _ in range(PATIENCE)):
            raise AssertionError(f"The reply on ticket {ticket} does not show in the report of {answered_at:%Y-%m-%d}.")
        shown = time.perf_counter()
        return {
            "all": shown - began, "write": written - began, "refresh": refreshed - written, "ask": shown - refreshed
        }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replies", type=int, default=5)
    wanted = parser.parse_args()
    desk = Desk()
    _warming, *replies = [desk.reply(*ticket) for ticket in desk.tickets(wanted.replies + 1)]
    from counterbell.facts.reader import close_all

    close_all()
    print(json.dumps(replies))


if __name__ == "__main__":
    main()
