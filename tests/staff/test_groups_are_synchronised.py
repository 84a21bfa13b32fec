"""What each group may do is set by the product, after every migrate."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from exchange.staff.groups import AUDITOR, COUNSEL, DUTIES, HR, SHOWN, permissions_of, synchronise
from exchange.staff.models import Duty
from exchange.staff.site import desk

pytestmark = pytest.mark.django_db


def permissions(name: str) -> set[str]:
    found = Group.objects.get(name=name).permissions.select_related("content_type")
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in found}


def test_each_group_has_exactly_its_permissions_once_migrated():
    for name in DUTIES:
        assert permissions(name) == permissions_of(name)


def test_an_auditor_reads_all_and_writes_nothing():
    beside = {codename for codename in permissions(AUDITOR) if ".view_" not in codename}
    assert beside == {"staff.take_away"}  # copies of what they may read; nothing of the record changes


def test_only_counsel_overrides_and_approves_and_only_hr_attests():
    assert {"staff.override_clock", "staff.approve_binding"} <= permissions(COUNSEL) - permissions(HR)
    assert {"staff.accept_tenders", "staff.record_forms"} <= permissions(HR) - permissions(COUNSEL)


def test_everything_the_desk_lists_is_shown_to_every_group():
    listed = {model._meta.label_lower for model in desk._registry}
    assert listed | {"elections.scan"} == set(SHOWN)


def test_every_duty_is_someones():
    codenames = {codename for codename, _words in Duty._meta.permissions}
    assert codenames == {duty for duties in DUTIES.values() for duty in duties}


def test_what_someone_changed_by_hand_is_put_right_by_the_next_migrate_and_other_groups_are_left_alone():
    group = Group.objects.get(name=AUDITOR)
    group.permissions.set([Permission.objects.get(codename="terminate_offer")])
    own = Group.objects.create(name="Board")
    own.permissions.set([Permission.objects.get(codename="view_offer")])
    call_command("migrate", verbosity=0)
    assert permissions(AUDITOR) == permissions_of(AUDITOR)
    assert permissions("Board") == {"offers.view_offer"}


def test_repeating_it_changes_nothing():
    before = list(Group.permissions.through.objects.order_by("pk").values_list("pk", flat=True))
    synchronise()
    assert list(Group.permissions.through.objects.order_by("pk").values_list("pk", flat=True)) == before


def test_duties_have_no_table():
    assert not apps.get_model("staff", "duty")._meta.managed
