"""A database that an older version made is brought to the present shape, with all that it holds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import databases
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from record.cast import everything
from record.records import content, differences, shop_with
from record.test_append_only import refuses

from counterbell.accounts.models import Shop

BEFORE_HISTORY = [("record", "0004_dirtymonth_orders_dirtymonth_tickets")]


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """A database of its own whose tickets say nothing of their history yet, with a ticket in it."""
    if request.param == "sqlite":
        databases.use({**databases.SQLITE, "NAME": tmp_path / "record.sqlite3"})
    else:
        databases.use(request.getfixturevalue("postgresql_server").database(f"old_{uuid4().hex}", like="template0"))
    call_command("migrate", *BEFORE_HISTORY[0], verbosity=0)
    tables = MigrationExecutor(connection).loader.project_state(BEFORE_HISTORY).apps
    shop = tables.get_model("accounts", "Shop").objects.create(slug="kims")
    ticket = tables.get_model("record", "Ticket").objects.create(
        shop_id=shop.pk,
        external_id="t1",
        channel="email",
        created_at=datetime(2025, 3, 3, 9, tzinfo=UTC),
        priority="high",
    )
    tables.get_model("record", "TicketState").objects.create(ticket_id=ticket.pk, status=1)
    yield
    connection.close()


@pytest.mark.one_variant
def test_tickets_of_old_are_known_in_full_and_history_stays_as_it_is(old: None) -> None:
    assert refuses("update record_ticket set channel = 'chat'")
    call_command("migrate", verbosity=0)
    shop = Shop.objects.get(slug="kims")
    ((ticket, *_rest, history),) = content(shop)["Ticket"]
    assert (ticket, history) == ("t1", None)
    for column in ("channel = 'chat'", "history = 'partial'"):
        assert refuses(f"update record_ticket set {column}")
    assert refuses("delete from record_ticket")
    assert not refuses("update record_ticket set subject = null")
    assert content(shop_with(everything()))["Ticket"]
    assert refuses("update record_prioritychange set changed_to = null")
    assert refuses("delete from record_prioritychange")
    assert differences(shop) == []  # its present priority among them
