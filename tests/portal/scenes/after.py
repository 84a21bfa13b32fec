"""After acceptance: promises, events that touch them, agreements, one's own record; and sixty grants."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from exchange.audit.looks import record_look
from exchange.cli.demo import cast
from exchange.interchange.apply import Source, apply_corporate_actions
from exchange.interchange.schemas import CorporateActionRow
from exchange.people.models import EmploymentEvent
from exchange.settlement.actions.promise import decide_prohibition
from exchange.settlement.models import NewGrant, Promise
from tests.portal.conftest import DURING, PROMISES, Stage
from tests.portal.scenes.base import View, pages, press, scene


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
