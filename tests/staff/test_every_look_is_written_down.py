"""Every look of staff at a person's record leaves a line that names who, when and what; a list leaves one in all."""

from django.apps import apps
from django.urls import reverse

from exchange.audit.looks import looks_at
from exchange.audit.models import AuditEvent
from exchange.elections.models import Form, Scan
from exchange.elections.models.mends import Mend
from exchange.grants.models import Grant
from exchange.people.models import Holder
from exchange.settlement.ledger import faults
from exchange.settlement.models import NewGrant, Promise
from exchange.staff import looks
from exchange.staff.admin.base import list_url, record_url
from exchange.staff.pages import PAGES
from exchange.staff.site import desk
from tests.support.world import a_holder

OF_NOBODY = {"Offer", "Acceptance", "CorporateAction", "Group"}


def told(holder):
    return [(look.by, look.group, look.what, look.name) for look in looks_at(holder.employee_number)[0]]


def test_every_page_of_the_desk_says_whose_it_is():
    tables = (
        set(looks.PAGES_OF_ONE),
        looks.PAGES_OF_MANY,
        looks.PAGES_OF_NOBODY,
        {looks.PAPER_FORM},
        set(looks.PREVIEWS),
    )
    assert {page.name for page in PAGES} == set().union(*tables)
    assert sum(map(len, tables)) == len(PAGES)
    shown = {model.__name__ for model in desk._registry}
    assert shown == {model.__name__ for model in looks.OF_ONE if model not in (Scan, Mend)} | OF_NOBODY


def test_a_record_of_each_kind_leaves_a_line_for_its_holder(hr, life):
    holder = Holder.objects.get(employee_number="E1")
    rows = [
        holder,
        Grant.objects.filter(holder=holder).first(),
        Form.objects.filter(holder=holder).first(),
        Promise.objects.get(holder=holder),
        NewGrant.objects.filter(holder=holder).first(),
    ]
    for row in rows:
        assert hr.get(record_url(row)).status_code == 200
    whats = [("person", ""), ("option", rows[1].grant_number), ("form", rows[2].number)]
    whats += [("promise", rows[3].number), ("new_option", rows[4].number)]
    assert told(holder) == [("Hr", "HR", *what) for what in reversed(whats)]
    assert not list(faults())


def test_letters_papers_scans_and_lines_of_the_log_are_found_to_be_theirs(hr, life):
    for label in ("notices.Message", "documents.Paper", "audit.AuditEvent"):
        model = apps.get_model(label)
        lookup = {"chain": "holder:E1"} if label.startswith("audit") else {"owner_key": "holder:E1"}
        hr.get(record_url(model._default_manager.filter(**lookup).first()))
    assert [what for _by, _group, what, _name in told(Holder.objects.get(employee_number="E1"))] == [
        "log",
        "paper",
        "letter",
    ]
    scan = Scan.objects.filter(form__holder__isnull=False).first()
    hr.get(reverse("staff:scan", args=[scan.pk]))
    assert ("Hr", "HR", "scan", scan.form.number) in told(scan.form.holder)


def test_a_paper_form_page_for_a_person_is_a_look_and_finding_one_is_a_list(hr, life):
    holder = a_holder("E9")
    url = reverse("staff:paper-form", args=[life.code])
    hr.get(url, {"q": "Holder"})
    assert told(holder) == []
    hr.get(url, {"person": holder.pk})
    assert told(holder) == [("Hr", "HR", "paper_form", "")]


def test_a_list_is_one_line_that_names_nobody(hr, life):
    before = AuditEvent.objects.count()
    hr.get(list_url(Holder))
    line = AuditEvent.objects.get(pk__gt=AuditEvent.objects.order_by("pk")[before - 1].pk)
    assert (line.kind, line.actor) == ("list.looked", "staff:hr@company.example")
    assert "E1" not in line.payload
    assert "@" not in line.chain


def test_what_was_refused_or_is_not_there_was_not_seen(sign_in, life):
    before = AuditEvent.objects.count()
    form = Form.objects.get(number="F1")
    assert sign_in("auditor").get(reverse("staff:attach-scan", args=[form.pk])).status_code == 403
    assert sign_in("holder").get(record_url(form)).status_code == 404
    assert sign_in("hr").get(reverse("staff:elections_form_change", args=["no"])).status_code == 404
    assert AuditEvent.objects.count() == before


def test_a_page_of_nobody_leaves_no_line(hr, life):
    before = AuditEvent.objects.count()
    hr.get("/staff/")
    hr.get(record_url(life))
    assert AuditEvent.objects.count() == before


def test_auditors_find_the_looks_in_the_log(sign_in, life):
    sign_in("hr").get(record_url(Holder.objects.get(employee_number="E1")))
    page = sign_in("auditor").get(reverse("staff:audit_auditevent_changelist"), {"kind": "record.looked"})
    assert "Staff looked at a person’s record" in page.content.decode()
    assert "looks:E1 1" in page.content.decode()
