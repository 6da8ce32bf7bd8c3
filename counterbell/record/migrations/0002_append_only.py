from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from counterbell.record import append_only


def install(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    tables = {
        name: [field.column for field in apps.get_model("record", name)._meta.concrete_fields]
        for name in append_only.HISTORY
        if name in apps.all_models["record"]  # the others come later, and their triggers with them
    }
    append_only.install(editor, tables)


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [migrations.RunPython(install, elidable=False)]
