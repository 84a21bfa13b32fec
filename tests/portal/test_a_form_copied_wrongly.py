"""The holder sees that a paper form was copied wrongly and mended: which entry counts, and no one else's."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from exchange.people.models import User
from tests.elections.test_mending_a_transcription import ana, as_it_reads, entered, mended, offer
from tests.support.world import a_grant, a_holder

pytestmark = pytest.mark.django_db
__all__ = ["ana", "offer"]  # its cast, fixtures here too


@pytest.fixture
def holder(ana: Any, client: Client) -> Client:
    ana.user = User.objects.create_user("ana@company.example", "a long password")
    ana.save()
    client.force_login(ana.user)
    return client


def test_both_entries_stand_in_the_history_and_the_first_says_which_counts(
    offer: Any, ana: Any, holder: Client
) -> None:
    form = entered(offer, ana)
    entry = mended(form, as_it_reads(form, *ana.grants.order_by("grant_number")))
    history = holder.get(reverse("portal:history", args=[offer.code])).content.decode()
    assert history.count("Copied wrongly, since mended") == 1
    assert history.count("In force") == 1
    first = holder.get(reverse("portal:form", args=[offer.code, form.pk])).content.decode()
    assert "It counts no more: P-1.2 is the form as it reads" in first
    assert (
        "This is what you tender." in holder.get(reverse("portal:form", args=[offer.code, entry.pk])).content.decode()
    )


def test_what_turned_out_to_be_another_person_s_is_told_and_not_shown(offer: Any, ana: Any, holder: Client) -> None:
    ben = a_holder("E2", legal_name="Ben Ode", name_on_agreement="Ben Ode")
    own = a_grant(ben, "G9")
    form = entered(offer, ana)
    mended(form, as_it_reads(form, own, employee_number="E2", signature_name="Ben Ode"))
    history = holder.get(reverse("portal:history", args=[offer.code])).content.decode()
    assert "Copied wrongly, since mended" in history
    assert str(form.pk) not in history
    for name in ("form", "receipt", "certificate"):
        assert holder.get(reverse(f"portal:{name}", args=[offer.code, form.pk])).status_code == 404
    assert holder.get(reverse("portal:home", args=[offer.code])).status_code == 200
