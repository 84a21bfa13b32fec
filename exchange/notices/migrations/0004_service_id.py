from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_content_approvals")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="service_id",
            field=models.CharField(blank=True, db_index=True, default="", max_length=250),
        ),
    ]
