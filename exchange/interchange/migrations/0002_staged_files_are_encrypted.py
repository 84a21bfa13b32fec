"""Staged files are kept encrypted from here on; what was uploaded in the clear is removed, to be uploaded again."""

from django.db import migrations


def remove(apps, schema_editor):
    apps.get_model("interchange", "StagedFile").objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("interchange", "0001_initial")]

    operations = [migrations.RunPython(remove, migrations.RunPython.noop)]
