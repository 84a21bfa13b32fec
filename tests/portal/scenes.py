"""Every page of the holder's in every state: one list for the accessibility tests, the screenshots and the words.

A scene sets the stage once; its views are looked at in order. Add a page or a state here, and it is checked by axe,
at 320 px, at 200 % zoom, in the dark, and photographed by `make screenshots`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page

from exchange.audit.looks import record_look
from exchange.cli.demo import cast
from exchange.cli.demo.words import DOCUMENTS
from exchange.elections.actions import ask_for_cure, decide_defect, judge_proof, terminate_offer
from exchange.elections.models import Form
from exchange.elections.rules import Signed
from exchange.grants.models import Grant
from exchange.interchange.apply import Source, apply_corporate_actions
from exchange.interchange.schemas import CorporateActionRow
from exchange.notices.links import address
from exchange.offers.invitations import invite_holders
from exchange.people.models import EmploymentEvent
from exchange.settlement.actions.promise import decide_prohibition
from exchange.settlement.models import NewGrant, Promise
from tests.portal.conftest import DURING, EXPIRES, PASSWORD, PROMISES, Stage
from tests.support.world import consent, election, paper, record, value

STRANGER = ""


@dataclass(frozen=True)
class View:
    """A page as one person sees it; `do` brings it into its state once it is there. `who` '' is a stranger."""

    name: str
    path: str
    who: str = "L101"
    do: Callable[[Page], None] | None = None


Scene = Callable[[Stage], Sequence[View]]
SCENES: dict[str, Scene] = {}


def scene(build: Scene) -> Scene:
    SCENES[build.__name__.removeprefix("scene_").replace("_", "-")] = build
    return build


def pages(stage: Stage, *named: tuple[str, str], who: str = "L101") -> Iterator[View]:
    """Views of pages of the offer, by name and the rest of the address."""
    for name, rest in named:
        yield View(name, stage.url(rest), who)


def press(button: str) -> Callable[[Page], None]:
    """Press a button and wait for the page that answers, however long a script takes to ask for it."""

    def do(page: Page) -> None:
        page.evaluate("window.isTheOldPage = true")
        page.get_by_role("button", name=button).first.click()
        page.wait_for_function("!window.isTheOldPage && document.readyState === 'complete'")

    return do


def unfold(page: Page) -> None:
    """Everything that can be folded out is."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


@scene
def scene_getting_in(stage: Stage) -> Sequence[View]:
    stage.build()
    return [
        View("sign-in", "/accounts/login/", STRANGER),
        View("sign-in-with-errors", "/accounts/login/", STRANGER, press("Sign in")),
        View("forgotten-password", "/accounts/password/reset/", STRANGER),
        View("forgotten-password-sent", "/accounts/password/reset/done/", STRANGER),
        View("cannot-sign-in", "/help/signing-in/", STRANGER),
        View("cannot-sign-in-with-errors", "/help/signing-in/", STRANGER, press("Send to HR")),
        View("cannot-sign-in-sent", "/help/signing-in/sent/", STRANGER),
        View("check-a-paper", "/verify/", STRANGER),
        View("check-a-paper-with-errors", "/verify/", STRANGER, press("Check")),
        View("not-there", "/no/such/page/", STRANGER),
        View("not-sent", "/accounts/login/", STRANGER, sign_in_without_cookies),
    ]


def sign_in_without_cookies(page: Page) -> None:
    page.context.clear_cookies()
    press("Sign in")(page)


@scene
def scene_invited(stage: Stage) -> Sequence[View]:
    """Grace is invited, Tomás half-way, Maya has everything, Daniel an app; a stranger asks for a code."""
    stage.build()
    stage.done(invite_holders(code=stage.code, employee_numbers=["L105", "L106"], actor="test", at=stage.now))
    link = address("invitation", stage.holder("L105").invitations.get().pk.hex).removeprefix(settings.SITE_URL)
    tomas = stage.holder("L106").user
    tomas.set_password(PASSWORD)
    tomas.save()
    for number in ("L101", "L102"):
        TOTP.activate(stage.holder(number).user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(stage.holder(number).user)
    passkey = {"name": "Maya Okafor", "credential": {}}
    Authenticator.objects.create(user=stage.holder("L101").user, type="webauthn", data=passkey)
    return [
        View("invitation", link, STRANGER),
        View("invitation-ended", "/invitation/none/", STRANGER),
        View("secure-your-sign-in", "/accounts/secure/", "L105"),
        View("secure-half-way", "/accounts/secure/", "L106"),
        View("set-up-passkey", "/accounts/2fa/webauthn/add/", "L105"),
        View("set-up-password", "/accounts/password/set/", "L105"),
        View("set-up-app", "/accounts/2fa/totp/activate/", "L106"),
        View("set-up-app-with-errors", "/accounts/2fa/totp/activate/", "L106", press("Set up the app")),
        View("recovery-codes", "/accounts/2fa/recovery-codes/", "L102"),
        View("new-recovery-codes", "/accounts/2fa/recovery-codes/generate/", "L102"),
        View("your-sign-in", "/accounts/2fa/", "L101"),
        View("your-sign-in-password-alone", "/accounts/2fa/", "L103"),
        View("remove-app", "/accounts/2fa/totp/deactivate/", "L101"),
        View("change-password", "/accounts/password/change/", "L101"),
        View("still-you-password", "/accounts/reauthenticate/", "L103"),
        View("still-you-app", "/accounts/2fa/reauthenticate/", "L102"),
        View("sign-in-by-passkey", "/accounts/passkey/", STRANGER),
        View("second-step", "/accounts/login/", STRANGER, sign_in_as("daniel@larkfield.example")),
        View("code-by-e-mail", "/accounts/login/code/", STRANGER),
        View("code-sent", "/accounts/login/code/", STRANGER, ask_for_code),
        View("sign-out", "/accounts/logout/"),
        View("company-sign-in-fails", "/accounts/3rdparty/login/error/", STRANGER),
        View("company-sign-in-stopped", "/accounts/3rdparty/login/cancelled/", STRANGER),
    ]


def sign_in_as(email: str) -> Callable[[Page], None]:
    def do(page: Page) -> None:
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        press("Sign in")(page)

    return do


def ask_for_code(page: Page) -> None:
    page.get_by_label("E-mail address").fill("nobody@larkfield.example")
    press("Send me a code")(page)


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


@scene
def scene_not_accepted(stage: Stage) -> Sequence[View]:
    """One of Maya's options expired before the acceptance; Daniel was no employee by then."""
    stage.build()
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.elect("L102", "LK-1011")
    Grant.objects.filter(grant_number="LK-1003").update(expires_on=date(2026, 6, 20))
    stage.leave("L102", date(2026, 6, 22))
    stage.accept()
    shown = (("home", ""), ("outcome", "outcome/"))
    return [
        *pages(stage, *((f"partly-accepted-{name}", rest) for name, rest in shown)),
        *pages(stage, *((f"not-accepted-{name}", rest) for name, rest in shown), who="L102"),
    ]


@scene
def scene_who_cannot_take_part(stage: Stage) -> Sequence[View]:
    stage.build()
    return list(
        pages(
            stage,
            ("not-eligible-home", ""),
            ("not-eligible-options", "options/"),
            ("not-eligible-compare", "compare/"),
            ("closed", "choose/"),
            who="L104",
        )
    )


@scene
def scene_before_it_begins(stage: Stage) -> Sequence[View]:
    stage.build(opened_at=OPENED_EARLY)
    stage.go(OPENED_EARLY + timedelta(hours=1))
    return list(
        pages(stage, ("scheduled-home", ""), ("scheduled-compare", "compare/"), ("scheduled-choose", "choose/"))
    )


OPENED_EARLY = DURING - timedelta(days=30)


@scene
def scene_accepted(stage: Stage) -> Sequence[View]:
    stage.build()
    stage.elect("L101", "LK-1001")
    stage.accept()
    return list(
        pages(
            stage,
            ("accepted-home", ""),
            ("accepted-outcome", "outcome/"),
            ("accepted-compare", "compare/"),
            ("too-late", "withdraw/"),
        )
    )


@scene
def scene_promised(stage: Stage) -> Sequence[View]:
    stage.build()
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.elect("L102", "LK-1011")
    stage.accept()
    stage.promise()
    stage.decide("L102", "prohibited")
    promised = pages(stage, ("promised-home", ""), ("promise", "promise/"), ("no-new-options-yet", "new-options/"))
    return [*promised, *pages(stage, ("home-prohibited", ""), who="L102")]


@scene
def scene_a_replay_and_its_end(stage: Stage) -> Sequence[View]:
    stage.build(is_replay=True)
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.accept()
    stage.promise()
    stage.grant()
    return list(
        pages(
            stage,
            ("granted-home", ""),
            ("granted-outcome", "outcome/"),
            ("granted-promise", "promise/"),
            ("new-options", "new-options/"),
            ("granted-documents", "documents/"),
            ("granted-withdraw", "withdraw/"),
            ("granted-forms", "forms/"),
        )
    )


@scene
def scene_ones_own_record(stage: Stage) -> Sequence[View]:
    """Facts with an event, looks of two days and more than a page of them, and what the download has in it."""
    stage.build()
    EmploymentEvent.objects.create(
        holder=stage.holder(), effective_on=date(2026, 6, 2), position=1, event="role", value="executive_officer"
    )
    for hour in range(60):
        record_look(
            subject="L101",
            what=("form", "person", "letter")[hour % 3],
            name="ABCD-2345",
            by="Hannah Sorensen",
            group="HR",
            actor="staff:hannah@larkfield.example",
            at=DURING + timedelta(hours=hour),
        )
    stage.go(DURING + timedelta(hours=70))
    return [
        *pages(stage, ("record", "record/"), ("looks", "record/looks/"), ("download", "record/download/")),
        View("looks-none", stage.url("record/looks/"), "L102"),
    ]


@scene
def scene_a_promise_as_events_touch_it(stage: Stage) -> Sequence[View]:
    """A reverse split, an acquisition for cash, a promotion, a move abroad, counsel's hold."""
    stage.build()
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.accept()
    stage.promise()
    stage.go(PROMISES + timedelta(days=90))
    events = (("role", "executive_officer"), ("residence_country", "FR"))
    for position, (event, to) in enumerate(events):
        EmploymentEvent.objects.create(
            holder=stage.holder(), effective_on=date(2026, 8, 3), position=position, event=event, value=to
        )
    actions = [
        CorporateActionRow(2, date(2026, 8, 10), "split", Decimal(1), Decimal(32), "", ""),
        CorporateActionRow(
            3, date(2026, 9, 1), "cash_merger", Decimal("310"), Decimal("42.50"), "Bristol Holdings", ""
        ),
    ]
    stage.done(apply_corporate_actions(actions, source=Source("scene", ""), actor="test", at=stage.now))
    held = {"promise": Promise.objects.get(), "verdict": "held", "reason": "abroad", "actor": "test"}
    stage.done(decide_prohibition(**held, at=stage.now))
    return list(pages(stage, ("promise-after-events", "promise/"), ("held-home", "")))


@scene
def scene_agreements(stage: Stage) -> Sequence[View]:
    """New options whose agreements wait, one signed by itself, then what is left."""
    stage.build()
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.elect("L102", "LK-1011")
    stage.accept()
    stage.promise()
    stage.grant()
    one = NewGrant.objects.get(old_grant_number="LK-1003")
    stage.sign_agreements(path=f"new-options/{one.pk}/sign/")
    stage.sign_agreements("L102")
    return [
        *pages(
            stage,
            ("agreements-waiting-home", ""),
            ("new-options-waiting", "new-options/"),
            ("agreements-to-sign", "new-options/sign/"),
            ("agreement-signed-others-wait", f"new-options/{one.pk}/signed/"),
            ("nothing-to-sign", f"new-options/{one.pk}/sign/"),
        ),
        View("agreements-with-errors", stage.url("new-options/sign/"), do=press("Sign 2 option agreements")),
        View("new-options-signed", stage.url("new-options/"), "L102"),
    ]


@scene
def scene_sixty_grants(stage: Stage) -> Sequence[View]:
    """The most anyone has."""
    stage.build(grants=sixty_grants())
    stage.elect("L101", *[f"LK-2{number:03}" for number in range(0, 60, 2)])
    stage.go(DURING + timedelta(hours=1))
    ticked = "&".join(f"grant=LK-2{number:03}" for number in range(0, 60, 3))
    return list(
        pages(
            stage,
            ("sixty-home", ""),
            ("sixty-options", "options/"),
            ("sixty-choose", "choose/"),
            ("sixty-compare", "compare/?grant_price=9.20&later_price=20"),
            ("sixty-review", f"review/?{ticked}"),
            ("sixty-done", f"forms/{stage.last_form().pk}/done/"),
            ("sixty-withdraw", "withdraw/"),
        )
    )


def sixty_grants() -> list[object]:
    first = cast.grants(2026)[2]
    return [
        replace(
            first,
            grant_number=f"LK-2{number:03}",
            grant_date=date(2016 + number // 8, 1 + number % 12, 3),
            expires_on=date(2030 + number // 8, 1 + number % 12, 3),
            exercise_price=Decimal("5.25") + number * Decimal("0.35"),
        )
        for number in range(60)
    ]
