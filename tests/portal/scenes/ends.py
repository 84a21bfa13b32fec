"""Offers that one sees from outside or that end without acceptance, and acceptance itself."""

from collections.abc import Sequence
from datetime import date, timedelta

from exchange.elections.actions import (
    postpone_acceptance,
)
from exchange.grants.models import Grant
from tests.portal.conftest import DURING, EXPIRES, Stage
from tests.portal.scenes.base import View, pages, scene


@scene
def scene_postponed(stage: Stage) -> Sequence[View]:
    """The company accepts later than it meant to: the day is a dated fact, and withdrawal is open."""
    stage.build()
    stage.elect("L101", "LK-1001")
    stage.go(EXPIRES + timedelta(hours=1))
    day = {"intended_on": date(2026, 7, 2), "reason": "§ 7"}  # data; no word that a translation would miss
    stage.done(postpone_acceptance(code=stage.code, actor="test", at=stage.now, **day))
    letter = stage.letter("acceptance_postponed")
    return pages(
        stage,
        ("postponed-home", ""),
        ("postponed-withdraw", "withdraw/"),
        ("notice-postponed", f"notices/{letter.pk}/"),
    )


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
