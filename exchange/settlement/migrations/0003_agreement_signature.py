# Signed option agreements: one for each new option.

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("people", "0001_initial"),
        ("settlement", "0002_new_grant_number_and_stated_price"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreementSignature",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("grant_number", models.CharField(max_length=120)),
                (
                    "channel",
                    models.CharField(
                        choices=[("portal", "Portal"), ("fax", "Fax"), ("mail", "Mail"), ("hand", "By hand")],
                        max_length=8,
                    ),
                ),
                ("signature_name", models.CharField(max_length=200)),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_on", models.DateField(null=True)),
                ("key", models.UUIDField(null=True)),
                ("agreement_sha256", models.CharField(max_length=64)),
                ("pdf_sha256", models.CharField(blank=True, max_length=64)),
                ("record", models.TextField()),
                ("record_digest", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=120)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audit.auditevent"
                    ),
                ),
                (
                    "grant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreement_signature",
                        to="settlement.newgrant",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreement_signatures",
                        to="people.holder",
                    ),
                ),
            ],
            options={
                "ordering": ["grant_number"],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="agreement_signature_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("channel", "portal"),
                                ("key__isnull", False),
                                ("signed_at__isnull", False),
                                ("signed_on__isnull", True),
                                models.Q(("pdf_sha256", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("channel", "portal"), _negated=True),
                                ("key__isnull", True),
                                ("signed_at__isnull", True),
                                ("signed_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="agreement_signature_in_the_portal_or_on_paper",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signature_name", ""), _negated=True),
                        name="agreement_signature_has_a_name",
                    ),
                ],
            },
        ),
    ]
