from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from counterbell.record import append_only


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    append_only.remove(editor, "ticket")


def install(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    columns = [field.column for field in apps.get_model("record", "ticket")._meta.concrete_fields]
    append_only.install(editor, {"ticket": columns})


class Migration(migrations.Migration):
    dependencies = [("record", "0004_dirtymonth_orders_dirtymonth_tickets")]
    operations = [
        migrations.RunPython(remove, install),
        migrations.AddField(
            model_name="ticket",
            name="history",
            field=models.TextField(help_text="partial or summary; null: it is known in full", null=True),
        ),
        migrations.RunPython(install, remove),
    ]
