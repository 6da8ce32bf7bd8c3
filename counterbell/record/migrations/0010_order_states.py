import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import counterbell.record.fields
from counterbell.record import append_only


def install(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    columns = [field.column for field in apps.get_model("record", "orderstate")._meta.concrete_fields]
    append_only.install(editor, {"orderstate": columns})


class Migration(migrations.Migration):
    dependencies = [("record", "0009_priority_changes")]
    operations = [
        migrations.CreateModel(
            name="OrderState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("happened_at", counterbell.record.fields.InstantField()),
                ("state", models.TextField(null=True)),
                ("tracking_url", models.TextField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="states",
                        to="record.order",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("order", "happened_at"), name="orderstate_key")],
            },
        ),
        migrations.RunPython(install, elidable=False),
    ]
