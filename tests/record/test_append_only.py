"""The database itself refuses to change or delete history, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction
from record.cast import everything
from record.records import content, shop_with

from counterbell.accounts.models import Shop
from counterbell.record.append_only import HISTORY, REFUSAL

ANOTHER = {"text": "'something else'", "character varying": "'XXX'", "varchar(3)": "'XXX'", "boolean": "not {column}"}
"""By type of column, what is certainly not there; of numbers, one more."""


@pytest.fixture
def kims_shop(installation: str) -> Shop:
    return shop_with(everything())


def columns_of(table: str) -> dict[str, str]:
    """The columns of a table with their types."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "select column_name, data_type from information_schema.columns where table_name = %s", [table]
            )
        else:
            cursor.execute("select name, type from pragma_table_info(%s)", [table])
        return dict(cursor.fetchall())


def refuses(statement: str) -> bool:
    """Whether the database refuses a statement; what it did not refuse is undone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            touched = cursor.rowcount
            transaction.set_rollback(True)
    except DatabaseError as error:
        if REFUSAL in str(error):
            return True
        raise
    assert touched > 0
    return False


def test_no_column_of_history_can_be_changed(kims_shop: Shop) -> None:
    columns = [(table, *column) for table in HISTORY for column in columns_of(f"record_{table}").items()]
    assert len(columns) > 70
    for table, column, kind in columns:
        another = ANOTHER.get(kind.lower(), "coalesce({column}, 0) + 1").format(column=f'"{column}"')
        assert refuses(f'update "record_{table}" set "{column}" = {another}'), (table, column)


def test_nothing_of_history_can_be_deleted(kims_shop: Shop) -> None:
    assert all(refuses(f'delete from "record_{table}"') for table in HISTORY)


@pytest.mark.parametrize("installation", ["postgresql"], indirect=True)
def test_history_cannot_be_truncated(kims_shop: Shop) -> None:
    assert all(refuses(f'truncate "record_{table}" cascade') for table in HISTORY)


TEXTS = [(table, text) for table, texts in HISTORY.items() for text in texts]


@pytest.mark.parametrize(("table", "text"), TEXTS)
def test_a_text_may_be_blanked_but_not_rewritten(kims_shop: Shop, table: str, text: str) -> None:
    before = content(kims_shop)
    assert not refuses(f"update record_{table} set {text} = null where {text} is not null")
    assert refuses(f"update record_{table} set {text} = '' where {text} is not null")
    assert content(kims_shop) == before


@pytest.mark.parametrize(("table", "text"), TEXTS)
def test_a_blanked_text_cannot_be_written_again(kims_shop: Shop, table: str, text: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update record_{table} set {text} = null where {text} is not null")
        assert refuses(f"update record_{table} set {text} = 'again'")
        transaction.set_rollback(True)


def test_a_text_cannot_be_blanked_together_with_a_change(kims_shop: Shop) -> None:
    assert refuses("update record_message set text = null, happened_at = happened_at + 1")


def test_every_table_of_history_has_something_to_refuse_here(kims_shop: Shop) -> None:
    names = {f"{kind}change": f"{kind.title()}Change" for kind in ("tag", "status", "intent", "priority")}
    names["orderstate"] = "OrderState"
    held = content(kims_shop)
    assert all(held[names.get(table, table.title())] for table in HISTORY)
