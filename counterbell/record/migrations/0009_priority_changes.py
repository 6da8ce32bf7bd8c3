import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import counterbell.record.fields
from counterbell.record import append_only


def install(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    columns = [field.column for field in apps.get_model("record", "prioritychange")._meta.concrete_fields]
    append_only.install(editor, {"prioritychange": columns})


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    append_only.remove(editor, "prioritychange")


class Migration(migrations.Migration):
    dependencies = [("record", "0008_pulse")]
    operations = [
        migrations.CreateModel(
            name="PriorityChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("happened_at", counterbell.record.fields.InstantField()),
                ("changed_to", models.TextField(null=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="priority_changes",
                        to="record.ticket",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "happened_at"), name="prioritychange_key")
                ],
            },
        ),
        migrations.AddField("ticketstate", "priority", models.TextField(null=True)),
        migrations.RunSQL(
            "update record_ticketstate set priority = t.priority from record_ticket t "
            "where t.id = record_ticketstate.ticket_id and t.priority is not null",
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(install, remove),
    ]
