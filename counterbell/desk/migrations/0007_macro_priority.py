from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0006_makers_of_macros")]
    operations = [
        migrations.AddField(
            "macro", "priority", models.TextField(default="", help_text="given to the ticket; empty: it keeps its own")
        ),
    ]
