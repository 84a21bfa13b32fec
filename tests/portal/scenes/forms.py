"""What was sent and what became of it: forms, notices, amendments, defects, decisions, changes of mind."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from playwright.sync_api import Page

from exchange.cli.demo.words import DOCUMENTS
from exchange.documents import codes
from exchange.documents.models import Paper
from exchange.elections.actions import (
    ask_for_cure,
    decide_defect,
    terminate_offer,
)
from exchange.elections.models import Form
from exchange.elections.rules import Signed
from tests.portal.conftest import DURING, EXPIRES, Stage
from tests.portal.scenes.base import View, pages, press, scene
from tests.support.world import election, paper, record, value


@scene
def scene_tendered(stage: Stage) -> Sequence[View]:
    stage.build()
    first = stage.elect("L101", "LK-1001")
    stage.go(DURING + timedelta(hours=1))
    return pages_of_forms(stage, first.pk)


def pages_of_forms(stage: Stage, first: object) -> Sequence[View]:
    client = stage.client()
    token, late = stage.token(client, "LK-1003"), stage.token(client, "LK-1003")
    stage.sign(client, token)
    second = stage.last_form().pk
    stage.go(EXPIRES)
    stage.sign(client, late)
    third = stage.last_form().pk
    return list(
        pages(
            stage,
            ("expired-home", ""),
            ("expired-choose", "choose/"),
            ("expired-compare", "compare/"),
            ("forms", "forms/"),
            ("form-replaced", f"forms/{first}/"),
            ("form-in-force", f"forms/{second}/"),
            ("done", f"forms/{second}/done/"),
            ("form-late", f"forms/{third}/"),
            ("done-late", f"forms/{third}/done/"),
            ("withdraw", "withdraw/"),
            ("documents-with-receipts", "documents/"),
        )
    )


@scene
def scene_notices_and_reports(stage: Stage) -> Sequence[View]:
    stage.build()
    stage.elect("L101", "LK-1003")
    first, second = (
        stage.report("LK-1003: Maya Okafor", about="grant_price", grant_number="LK-1003"),
        stage.report("LK-1009", kind="missing"),
    )
    stage.answer(first, "corrected", "LK-1003")
    stage.answer(second, "open", "LK-1009")
    stage.report("Maya Okafor", about="name")
    receipt = stage.letter("election_received")
    return [
        *pages(
            stage,
            ("home-with-new-notices", ""),
            ("notices", "notices/"),
            ("notice", f"notices/{receipt.pk}/"),
            ("notices-one-opened", "notices/"),
            ("reports", "reports/"),
            ("report-wrong", "reports/wrong/"),
            ("report-missing", "reports/missing/"),
        ),
        View("report-with-errors", stage.url("reports/wrong/"), do=press("Send to HR")),
        View("report-no-offer", "/report/no-offer/"),
        View("check-a-paper-by-its-code", f"/verify/{codes.grouped(Paper.objects.earliest('requested_at').code)}/"),
        *pages(stage, ("reports-none", "reports/"), who="L102"),
    ]


@scene
def scene_an_amendment_and_a_defect(stage: Stage) -> Sequence[View]:
    stage.build()
    offer, questions = (document.title for document in DOCUMENTS)
    stage.amend(("offer_to_exchange", offer, "text/plain", b"2"), ("marked_copy", questions, "text/plain", b"12"))
    stage.on_paper(signature_name="")
    return list(pages(stage, ("documents-by-version", "documents/"), ("home-defective", "")))


@scene
def scene_decided(stage: Stage) -> Sequence[View]:
    """Two paper forms that bear no date: one can be cured by a day, of the other it was decided that it stays so."""
    stage.build()
    numbers = {"L101": "P-1", "L102": "P-2"}
    for holder, number in numbers.items():
        came = paper(election(stage.holder(holder)), number, DURING - timedelta(days=1))
        record(stage.offer, [replace(came, signed=Signed())], DURING)
    said: dict[str, Any] = {"code": stage.code, "defect": "undated", "actor": "counsel", "at": DURING}
    asked = {"by": date(2026, 6, 22), "reason": "Write to us on which day you signed it."}
    value(ask_for_cure(number="P-1", **asked, **said))
    value(decide_defect(number="P-2", verdict="reject", reason="No letter came.", **said))
    shown = {holder: Form.objects.get(number=number).pk for holder, number in numbers.items()}
    return [
        *pages(stage, ("form-to-cure", f"forms/{shown['L101']}/")),
        *pages(stage, ("form-rejected-by-decision", f"forms/{shown['L102']}/"), who="L102"),
    ]


@scene
def scene_held_and_lapsed(stage: Stage) -> Sequence[View]:
    stage.build()
    stage.elect("L101", "LK-1003")
    stage.elect("L102", "LK-1011")
    stage.accept()
    stage.promise()
    stage.decide("L101", "held")
    stage.leave("L102", date(2026, 11, 1))
    stage.grant()
    return [
        *pages(stage, ("home-held", "")),
        *pages(stage, ("home-lapsed", ""), ("new-options-lapsed", "new-options/"), who="L102"),
    ]


@scene
def scene_changing(stage: Stage) -> Sequence[View]:
    stage.build()
    stage.elect("L101", "LK-1001")
    stage.elect("L102", "LK-1011")
    stage.go(DURING + timedelta(hours=1))
    tendered = list(
        pages(
            stage,
            ("home-tendered", ""),
            ("choose-to-change", "choose/"),
            ("review-a-change", "review/?grant=LK-1003"),
        )
    )
    notice = stage.withdraw("L102")
    without_effect = stage.withdraw("L103")
    return [
        *tendered,
        *pages(stage, ("home-withdrawn", ""), ("done-notice", f"forms/{notice.pk}/done/"), who="L102"),
        *pages(stage, ("done-notice-without-effect", f"forms/{without_effect.pk}/done/"), who="L103"),
        View(
            "changed-meanwhile", stage.url("review/?grant=LK-1003"), do=partial(sign_what_another_tab_replaced, stage)
        ),
    ]


def sign_what_another_tab_replaced(stage: Stage, page: Page) -> None:
    stage.elect("L101", "LK-1001", "LK-1003")
    page.get_by_label("I acknowledge").check()
    page.get_by_label("Type your full name to sign").fill("Maya Okafor")
    page.get_by_role("button", name="Sign and submit Election Form").click()
    page.get_by_role("heading", name="changed meanwhile").wait_for()
    page.wait_for_load_state()


@scene
def scene_terminated(stage: Stage) -> Sequence[View]:
    stage.build()
    stage.elect("L101", "LK-1001")
    stage.go(DURING + timedelta(hours=1))
    stage.done(terminate_offer(code=stage.code, reason="A condition failed.", actor="test", at=stage.now))
    return [
        *pages(stage, ("terminated-home", ""), ("terminated-choose", "choose/")),
        *pages(stage, ("terminated-home-nothing-tendered", ""), who="L102"),
    ]
