"""The triggers by which the database itself refuses to change or delete history.

One change is allowed: the texts of an erased person become null.
"""

from collections.abc import Iterator

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

HISTORY: dict[str, tuple[str, ...]] = {
    "ticket": ("subject",),
    "message": ("text",),
    "statuschange": (),
    "assignment": (),
    "tagchange": (),
    "intentchange": (),
    "prioritychange": (),
    "flag": (),
    "merge": (),
    "survey": (),
    "rating": ("comment",),
    "order": (),
    "refund": (),
    "orderstate": ("tracking_url",),
}
"""The tables of history with the columns that erasing a person blanks."""

REFUSAL = "history is append-only"


def install(editor: BaseDatabaseSchemaEditor, tables: dict[str, list[str]]) -> None:
    """Put the triggers on the tables; `tables` gives the columns of each."""
    for name, columns in tables.items():
        protect(editor, f"record_{name}", columns, HISTORY[name])


def protect(editor: BaseDatabaseSchemaEditor, table: str, columns: list[str], texts: tuple[str, ...] = ()) -> None:
    """Put the triggers on one table; `texts` are the columns that may become null."""
    make = _postgresql if editor.connection.vendor == "postgresql" else _sqlite
    for statement in make(table, [column for column in columns if column not in texts], texts):
        editor.execute(statement, params=None)


def remove(editor: BaseDatabaseSchemaEditor, name: str) -> None:
    """Take the triggers off a table of history, so that it can be given another shape; then `install` them again."""
    table = f"record_{name}"
    on_postgresql = editor.connection.vendor == "postgresql"
    of_table = f' on "{table}"' if on_postgresql else ""
    for event in ("update", "delete", "truncate") if on_postgresql else ("update", "delete"):
        editor.execute(f'drop trigger "{table}_no_{event}"{of_table}', params=None)


def _sqlite(table: str, kept: list[str], texts: tuple[str, ...]) -> Iterator[str]:
    kept_and_blanked = [f'new."{column}" is old."{column}"' for column in kept]
    kept_and_blanked += [f'(new."{column}" is null or new."{column}" is old."{column}")' for column in texts]
    yield (
        f'create trigger "{table}_no_update" before update on "{table}" when not ({" and ".join(kept_and_blanked)}) '
        f"begin select raise(abort, '{REFUSAL}: {table} cannot be changed'); end"
    )
    yield (
        f'create trigger "{table}_no_delete" before delete on "{table}" '
        f"begin select raise(abort, '{REFUSAL}: nothing can be deleted from {table}'); end"
    )


def _postgresql(table: str, kept: list[str], texts: tuple[str, ...]) -> Iterator[str]:
    changed = [f'new."{column}" is distinct from old."{column}"' for column in kept]
    changed += [f'(new."{column}" is not null and new."{column}" is distinct from old."{column}")' for column in texts]
    yield (
        f"create or replace function {table}_refuse() returns trigger language plpgsql as $$ "
        f"begin raise exception '{REFUSAL}: % on {table} is refused', tg_op; end $$"
    )
    yield (
        f'create trigger "{table}_no_update" before update on "{table}" for each row when ({" or ".join(changed)}) '
        f"execute function {table}_refuse()"
    )
    for event in ("delete", "truncate"):
        yield (
            f'create trigger "{table}_no_{event}" before {event} on "{table}" for each statement '
            f"execute function {table}_refuse()"
        )
