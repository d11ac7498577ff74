"""Reach the few adjustments of a person without walking through all their entries."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A partial index: adjustments are rare."""

    dependencies = [("scoring", "0010_entry_place")]
    operations = [
        migrations.AlterModelOptions(
            "ledgerentry", {"ordering": ["id"], "verbose_name_plural": "ledger entries"}
        ),
        migrations.AddIndex(
            "ledgerentry",
            models.Index(
                fields=["contributor"],
                condition=models.Q(("kind", "ADJUSTMENT")),
                name="scoring_entry_adjustment",
            ),
        ),
    ]
