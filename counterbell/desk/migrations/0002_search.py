"""The index of words, and the triggers that say of which tickets it knows old ones."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

STALE = "insert into desk_stalesearch (ticket_id, shop_id)"
RENAMED = ("name", "email", "phone")

SQLITE = [
    "create virtual table desk_search using fts5(words, detail=none)",
    f"create trigger desk_message_blanked after update of text on record_message "
    f"begin {STALE} values (new.ticket_id, new.shop_id); end",
    f"create trigger desk_ticket_blanked after update of subject on record_ticket "
    f"begin {STALE} values (new.id, new.shop_id); end",
    f"create trigger desk_customer_changed after update on record_customer "
    f"when {' or '.join(f'new.{column} is not old.{column}' for column in RENAMED)} "
    f"begin {STALE} select id, shop_id from record_ticket where customer_id = new.id; end",
]
POSTGRESQL = [
    "create table desk_search (ticket_id bigint primary key, words tsvector not null)",
    "create index desk_search_words on desk_search using gin (words)",
    f"create function desk_message_blanked() returns trigger language plpgsql as $$ "
    f"begin {STALE} values (new.ticket_id, new.shop_id); return null; end $$",
    f"create function desk_ticket_blanked() returns trigger language plpgsql as $$ "
    f"begin {STALE} values (new.id, new.shop_id); return null; end $$",
    f"create function desk_customer_changed() returns trigger language plpgsql as $$ "
    f"begin {STALE} select id, shop_id from record_ticket where customer_id = new.id; return null; end $$",
    "create trigger desk_message_blanked after update of text on record_message "
    "for each row execute function desk_message_blanked()",
    "create trigger desk_ticket_blanked after update of subject on record_ticket "
    "for each row execute function desk_ticket_blanked()",
    "create trigger desk_customer_changed after update on record_customer for each row "
    f"when ({' or '.join(f'new.{column} is distinct from old.{column}' for column in RENAMED)}) "
    "execute function desk_customer_changed()",
]
TRIGGERS = {
    "desk_message_blanked": "record_message",
    "desk_ticket_blanked": "record_ticket",
    "desk_customer_changed": "record_customer",
}


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement, params=None)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for trigger, table in TRIGGERS.items():
        if editor.connection.vendor == "postgresql":
            editor.execute(f"drop trigger {trigger} on {table}", params=None)
            editor.execute(f"drop function {trigger}()", params=None)
        else:
            editor.execute(f"drop trigger {trigger}", params=None)
    editor.execute("drop table desk_search", params=None)


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_desk"), ("record", "0006_unresolved_tickets")]
    operations = [migrations.RunPython(install, remove)]
