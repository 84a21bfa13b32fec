"""Deciding and electing: consent, choice, another signer, what is not signed."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page

from exchange.elections.actions import (
    judge_proof,
)
from tests.portal.conftest import DURING, Stage
from tests.portal.scenes.base import View, pages, press, scene, unfold
from tests.support.world import consent, value


@scene
def scene_deciding(stage: Stage) -> Sequence[View]:
    stage.build()
    return [
        *pages(
            stage,
            ("home", ""),
            ("options", "options/"),
            ("compare", "compare/"),
            ("compare-at-a-price", "compare/?grant_price=9.20"),
            ("compare-one-alone", "compare/?grant_price=7.25&later_price=0&option=LK-1003"),
            ("compare-with-errors", "compare/?grant_price=-1&later_price=1.23456&ticked=yes"),
            ("choose", "choose/"),
            ("choose-nothing-ticked", "review/?chosen=yes"),
            ("review", "review/?grant=LK-1001&grant=LK-1003"),
            ("withdraw-without-a-tender", "withdraw/"),
            ("forms-none", "forms/"),
            ("documents", "documents/"),
            ("outcome-not-yet", "outcome/"),
        ),
        View("compare-at-two-prices", stage.url("compare/?grant_price=9.20&later_price=20"), do=unfold),
        View(
            "review-with-errors",
            stage.url("review/?grant=LK-1001"),
            do=press("Sign and submit Election Form"),
        ),
    ]


@scene
def scene_consent(stage: Stage) -> Sequence[View]:
    """Daniel has not consented, Maya has, Priya has withdrawn her consent."""
    stage.build(consented=False)
    for number in ("L101", "L103"):
        consent(stage.offer, stage.holder(number), stage.now)
    stage.client("L103").post(stage.url("consent/withdraw/"))
    return [
        View("consent-before-signing", stage.url("review/?grant=LK-1011"), "L102"),
        View("consent-with-errors", stage.url("consent/"), "L102", press("Agree")),
        *pages(
            stage, ("consent-given", "consent/"), ("consent-withdraw", "consent/withdraw/"), ("paper", "on-paper/")
        ),
        *pages(stage, ("consent-withdrawn", "consent/"), ("sign-on-paper-now", "withdraw/"), who="L103"),
    ]


@scene
def scene_someone_else_signs(stage: Stage) -> Sequence[View]:
    """Maya's attorney states who signs; Daniel's has signed, and the proof waits; Priya's was found not sufficient."""
    stage.build()
    for number, grant in (("L102", "LK-1011"), ("L103", "LK-1021")):
        by_attorney(stage, number, grant)
    looked_at, found = stage.last_form("L102"), stage.last_form("L103")
    reason = "It names another person."
    value(judge_proof(form=found, verdict="not_sufficient", reason=reason, actor="staff", at=stage.now))
    signer = stage.url("signer/?for=election&grant=LK-1003")
    return [
        View("signer", signer),
        View("signer-with-errors", signer, do=press("Keep this, and go back to sign")),
        View("review-by-attorney", signer, do=state_the_attorney),
        *pages(
            stage,
            ("proof-waits-home", ""),
            ("proof-waits-form", f"forms/{looked_at.pk}/"),
            ("proof-waits-done", f"forms/{looked_at.pk}/done/"),
            who="L102",
        ),
        *pages(stage, ("proof-not-sufficient", f"forms/{found.pk}/"), who="L103"),
    ]


PROOF = b"%PDF-1.7 a power of attorney"


def by_attorney(stage: Stage, number: str, grant: str) -> None:
    client = stage.client(number)
    data = {"who": "attorney_in_fact", "title": "General Counsel", "name": "Grace Whitfield"}
    client.post(stage.url("signer/"), {**data, "proof": SimpleUploadedFile("proof.pdf", PROOF)})
    stage.sign(client, stage.token(client, grant), signature_name="Grace Whitfield")


def state_the_attorney(page: Page) -> None:
    page.get_by_label("An attorney-in-fact signs").check()
    page.get_by_label("Title of the signer").fill("General Counsel")
    page.get_by_label("Full name of the one who signs").fill("Grace Whitfield")
    page.get_by_label("Proof").set_input_files({"name": "proof.pdf", "mimeType": "application/pdf", "buffer": PROOF})
    press("Keep this, and go back to sign")(page)


@scene
def scene_chosen_and_not_signed(stage: Stage) -> Sequence[View]:
    stage.build()
    stage.elect("L101", "LK-1003")
    stage.go(DURING + timedelta(hours=1))
    form = stage.last_form()
    keep = stage.url("choose/?keep=yes&grant=LK-1001")
    return [
        View("choices-kept", keep),
        View("home-with-a-draft", keep, do=lambda page: then(page, stage.url())),
        View("choose-with-a-draft", keep, do=lambda page: then(page, stage.url("choose/"))),
        View("review-no-change", stage.url("review/?grant=LK-1003")),
        View("no-answer-came", stage.url("review/?grant=LK-1001"), do=lose_the_answer),
        *pages(stage, ("arrived", f"arrived/{form.key}/"), ("not-arrived", f"arrived/{uuid4()}/")),
    ]


def then(page: Page, path: str) -> None:
    page.goto(path)


def lose_the_answer(page: Page) -> None:
    page.route("**/review/", lambda route: route.abort())
    page.get_by_label("I acknowledge").check()
    page.get_by_label("Type your full name to sign").fill("Maya Okafor")
    page.get_by_role("button", name="Sign and submit Election Form").click()
    page.get_by_role("heading", name="We do not know whether it arrived").wait_for()
