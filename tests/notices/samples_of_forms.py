"""Sample contexts of the letters about a form, in each of their forms."""

from datetime import UTC, date, datetime
from typing import Any

from exchange.notices import contexts
from tests.notices.sample_values import ACCEPTED, DEADLINE, LINES, RECEIVED, RECORDED, REFUSED, made

FORM = {"form_number": "E-000217", "received_at": RECEIVED}
TENDERED: dict[str, Any] = {
    **FORM,
    "deadline": DEADLINE,
    "replaces": "",
    "tendered": LINES,
    "total_shares": 25200,
    "kept_count": 1,
}

MENDED: dict[str, Any] = {
    "entry_number": "P-0007.2",
    "is_withdrawal": False,
    "was_theirs": True,
    "is_theirs": True,
    "changes": (contexts.Change("Name signed", "Siobhan O'Brian", "Siobhan O'Brien"),),
    "problems": (),
    "is_in_force": True,
    "tendered": LINES,
    "in_force_before": "P-0007",
    "in_force": "P-0007.2",
    "has_ended": False,
    "may_sign": True,
}

DEFECTIVE: dict[str, Any] = {
    "is_withdrawal": False,
    "is_rejected": False,
    "defects": ("It bears no signature.", "It bears no date."),
    "deadline": DEADLINE,
    "is_open": True,
    "may_withdraw": False,
    "has_ended": False,
    "is_not_eligible": False,
}

OF_FORMS: dict[str, tuple[str, contexts.Common]] = {
    "election": made("election_received", **{**TENDERED, "replaces": "E-000198"}, not_tendered=REFUSED),
    "first election": made(
        "election_received",
        **FORM,
        deadline=DEADLINE,
        replaces="",
        tendered=LINES[:1],
        total_shares=1200,
        kept_count=0,
    ),
    "election none of whose lines stands": made(
        "election_received",
        **FORM,
        deadline=DEADLINE,
        replaces="",
        tendered=(),
        total_shares=0,
        kept_count=3,
        not_tendered=REFUSED,
    ),
    "election recorded after the expiration": made(
        "election_received",
        **TENDERED,
        has_expired=True,
    ),
    "election overtaken by a later form": made(
        "election_received",
        **TENDERED,
        not_tendered=REFUSED,
        is_overtaken=True,
        in_force="E-000198",
    ),
    "election overtaken, nothing in force": made(
        "election_received",
        **TENDERED,
        is_overtaken=True,
    ),
    "withdrawal overtaken by a later form": made(
        "withdrawal_received",
        **FORM,
        deadline=DEADLINE,
        may_tender_again=True,
        is_overtaken=True,
        in_force="E-000198",
    ),
    "withdrawal": made("withdrawal_received", **FORM, deadline=DEADLINE, may_tender_again=True),
    "withdrawal after expiration": made("withdrawal_received", **FORM, deadline=DEADLINE, may_tender_again=False),
    "late election": made(
        "form_late", **FORM, is_withdrawal=False, ended_at=DEADLINE, may_withdraw=True, had_tendered=True
    ),
    "late election, nothing in force": made(
        "form_late", **FORM, is_withdrawal=False, ended_at=DEADLINE, may_withdraw=False, had_tendered=False
    ),
    "late election, the offer extended since": made(
        "form_late",
        **FORM,
        is_withdrawal=False,
        ended_at=DEADLINE,
        may_withdraw=False,
        had_tendered=False,
        deadline=datetime(2003, 7, 26, 0, 0, tzinfo=UTC),
    ),
    "late election that changed one in force, the offer extended since": made(
        "form_late",
        **FORM,
        is_withdrawal=False,
        ended_at=DEADLINE,
        may_withdraw=True,
        had_tendered=True,
        deadline=datetime(2003, 7, 26, 0, 0, tzinfo=UTC),
    ),
    "late notice": made(
        "form_late", **FORM, is_withdrawal=True, ended_at=ACCEPTED, may_withdraw=False, had_tendered=True
    ),
    "late election, when the offer had been terminated": made(
        "form_late",
        **FORM,
        is_withdrawal=False,
        ended_at=ACCEPTED,
        may_withdraw=False,
        had_tendered=True,
        terminated_at=ACCEPTED,
    ),
    "late election, the offer terminated since": made(
        "form_late",
        **FORM,
        is_withdrawal=False,
        ended_at=DEADLINE,
        may_withdraw=False,
        had_tendered=True,
        terminated_at=ACCEPTED,
    ),
    "late notice, when the offer had been terminated": made(
        "form_late",
        **FORM,
        is_withdrawal=True,
        ended_at=ACCEPTED,
        may_withdraw=False,
        had_tendered=True,
        terminated_at=ACCEPTED,
    ),
    "recorded after acceptance": made(
        "form_recorded_after",
        **FORM,
        is_withdrawal=True,
        recorded_at=RECORDED,
        is_terminated=False,
        ended_at=ACCEPTED,
    ),
    "recorded after termination": made(
        "form_recorded_after",
        **FORM,
        is_withdrawal=False,
        recorded_at=RECORDED,
        is_terminated=True,
        ended_at=ACCEPTED,
    ),
    "mended": made("form_mended", **FORM, **MENDED),
    "mended, it withdraws": made(
        "form_mended", **FORM, **{**MENDED, "is_withdrawal": True, "tendered": (), "may_sign": False}
    ),
    "mended, defective now, another form in force as before": made(
        "form_mended",
        **FORM,
        **{
            **MENDED,
            "problems": ("The form is not signed.",),
            "is_in_force": False,
            "tendered": (),
            "in_force_before": "E-000198",
            "in_force": "E-000198",
        },
    ),
    "mended, after the end": made("form_mended", **FORM, **{**MENDED, "has_ended": True, "may_sign": False}),
    "found to be yours": made("form_mended", **FORM, **{**MENDED, "was_theirs": False, "changes": ()}),
    "found to be another's, after the end": made(
        "form_mended",
        **FORM,
        **{
            **MENDED,
            "entry_number": "",
            "is_theirs": False,
            "changes": (),
            "is_in_force": False,
            "tendered": (),
            "in_force": "",
            "has_ended": True,
            "may_sign": False,
        },
    ),
    "found to be another's": made(
        "form_mended",
        **FORM,
        **{
            **MENDED,
            "entry_number": "",
            "is_theirs": False,
            "changes": (),
            "is_in_force": False,
            "tendered": (),
            "in_force": "",
        },
    ),
    "defective": made("form_defective", **FORM, **DEFECTIVE),
    "defective, before the offer opens": made(
        "form_defective", **FORM, **{**DEFECTIVE, "is_open": False, "opens_at": RECEIVED}
    ),
    "defective notice after the expiration": made(
        "form_defective",
        **FORM,
        **{**DEFECTIVE, "is_withdrawal": True, "is_open": False, "may_withdraw": True},
    ),
    "defective, after acceptance": made(
        "form_defective", **FORM, **{**DEFECTIVE, "is_open": False, "has_ended": True}
    ),
    "defective, after termination": made(
        "form_defective",
        **FORM,
        **{**DEFECTIVE, "is_open": False, "has_ended": True, "terminated_at": ACCEPTED},
    ),
    "rejected, not eligible": made(
        "form_defective",
        **FORM,
        **{
            **DEFECTIVE,
            "is_rejected": True,
            "is_not_eligible": True,
            "defects": ("You were not eligible on the day the form was received.",),
        },
    ),
    "rejected notice": made(
        "form_defective",
        **FORM,
        **{
            **DEFECTIVE,
            "is_withdrawal": True,
            "is_rejected": True,
            "defects": ("You had no Election Form in force to withdraw.",),
            "is_open": False,
        },
    ),
    "a day to cure": made(
        "cure_asked",
        **FORM,
        is_withdrawal=False,
        grant_number="",
        defect="The form does not say when it was signed.",
        asked="A letter that says on which day you signed it.",
        cure_by=date(2003, 7, 22),
        deadline=DEADLINE,
        is_open=True,
        may_withdraw=False,
    ),
    "a day to cure a notice after the expiration": made(
        "cure_asked",
        **FORM,
        is_withdrawal=True,
        grant_number="",
        defect="The form does not say when it was signed.",
        asked="A letter that says on which day you signed it.",
        cure_by=date(2003, 7, 28),
        deadline=DEADLINE,
        is_open=False,
        may_withdraw=True,
    ),
    "rejected defect": made(
        "defect_decided",
        **FORM,
        is_withdrawal=False,
        verdict="rejected",
        grants=(),
        defect="The form does not say when it was signed.",
        reason="No letter came by the day that was set.",
        is_effective=False,
        remaining=("The form sets conditions.",),
        tendered=(),
        total_shares=0,
        deadline=DEADLINE,
        is_open=True,
        may_withdraw=True,
    ),
    "waived on a line": made(
        "defect_decided",
        **FORM,
        is_withdrawal=False,
        verdict="waived",
        grants=("00010003",),
        defect="The grant date, price or number of shares is not the option's.",
        reason="",
        is_effective=True,
        remaining=(),
        tendered=LINES,
        total_shares=6200,
        deadline=DEADLINE,
        is_open=False,
        may_withdraw=True,
    ),
}
