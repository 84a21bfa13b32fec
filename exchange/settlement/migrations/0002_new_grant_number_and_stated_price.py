# An offer's code and a grant number together may have 105 characters; the close is kept in the digits it came in.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="newgrant",
            name="number",
            field=models.CharField(max_length=120, unique=True),
        ),
        migrations.AddField(
            model_name="newgrant",
            name="stated_price",
            field=models.CharField(default="", max_length=16),
            preserve_default=False,
        ),
    ]
