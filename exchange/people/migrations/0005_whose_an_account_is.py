import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_known_since_and_sessions_ended"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="employee_number",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="employee number"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="user",
            name="is_no_employee",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("employee_number"),
                condition=models.Q(("employee_number", ""), _negated=True),
                name="account_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("employee_number", ""), ("is_no_employee", False), _connector="OR"),
                name="account_says_one_thing_of_its_owner",
            ),
        ),
    ]
