"""Let one process at a time refresh a person's token for GitHub."""

from django.db import migrations

import laurels.apps.fields


class Migration(migrations.Migration):
    """One column, empty."""

    dependencies = [("people", "0010_plurals")]
    operations = [
        migrations.AddField(
            "githubtoken", "refreshing_until", laurels.apps.fields.InstantField(null=True)
        ),
    ]
