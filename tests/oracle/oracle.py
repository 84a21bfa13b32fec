"""The outcome of an offer, from the contract's files alone: a second reading that imports nothing of exchange.

It is plain on purpose: one pass, no database, no cleverness, so that where it and the product disagree the text of
the rule can decide. A world is a list of steps in the order they are taken (`Step`), with their files and instants.

Readings chosen where the rules leave room:
- a blank signature is `unsigned`, neither `name_mismatch` nor `authority_not_evidenced`; a blank date is listed too;
- a repeat of an unknown grant is `duplicate` and nothing else, as of any other;
- proof of a changed name excuses the name signed, whatever it is; without it the name on the agreement counts;
- an adjusted option has whole shares, rounded down; its stated price may be exact or rounded to 2 or 4 decimals;
- an action known only after acceptance, effective from commencement through cancellation, changes no figure;
- a promise shows the cancelled shares at the ratio, as of the cancellation: no action is in that figure;
- a form recorded after one received later is not in force when that later one is effective or a signed Notice; it is
  listed as effective all the same. Whoever looks back from an instant (a judgement at a receipt, acceptance) sees only
  what was received before it;
- a form's status and defects are what its receipt gives, waivers granted before it apart as well; only a defective
  form, never a rejected one, can be cured or waived; what is recorded after acceptance is reached by no waiver;
- a line stands once each of its defects is cured or waived. `pair_broken` goes with its cause: a half whose mates are
  all on the form, each with no defect of its own left, stands again, unless staff rejected just that. The first line
  of a grant speaks for it: a repeat whose `duplicate` is decided tenders nothing by itself;
- a form that comes to be effective is out of force for good if a signed Notice, or a form effective by then, was
  received after it and is on record by then; how its lines are decided later does not bring that up again;
- a Notice that had nothing wrong but that it found no Election Form in force withdraws every Election Form received
  before it: what it did not find was hidden by another form, which may be mended or judged again later;
- a mended transcription is the same paper form, judged anew at its receipt, in its place; what was cured or rejected
  goes with it where the defect is still there, until acceptance. Effective before and after, it stands against others,
  and they against it, as it did. Effective only now, or at another receipt than was copied first, it counts as one
  that a decision made so. One that turns out to
  be another person's takes a place among theirs as if it were recorded then, at its receipt. The outcome tells of a
  form that was on record at acceptance as it read then, whatever was mended since;
- a price that no ratio tier has makes an option ineligible;
- an offer opened after its stated commencement commences when it is opened;
- dates add months to the last day of a shorter month, years likewise (29 February + 10 years → 28 February).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

from tests.oracle.days import add_months, business_day_from, business_days_after
from tests.oracle.facts import Facts, Row, Signed, Step, plain_name, rows_of

ENDING = {"unknown_person", "before_commencement", "late"}
REJECTING = ENDING | {"person_not_eligible", "nothing_tendered"}


@dataclass
class Form:
    row: Row
    lines: list[Row]
    number: int  # order of recording
    received: datetime
    signed: Signed | None
    status: str = ""
    defects: list[str] = field(default_factory=list)
    judged: list[tuple[str, list[str]]] = field(default_factory=list)  # (grant number, its line's defects)
    at_receipt: list[tuple[str, list[str]]] = field(default_factory=list)  # the same, effective or not
    decided: dict[tuple[str, str], str] = field(default_factory=dict)  # (grant number or "", defect): verdict
    tenders: list[str] = field(default_factory=list)  # grants whose lines stand, decisions counted
    is_good: bool = False  # effective, decisions counted
    known: int = 0  # how many entries had been recorded when it became so
    good_at: int = 0  # when it became so, in steps of the world
    first: int = 0  # its order of recording, whatever it was mended to since
    # Its place, outcome and whether it was effective, if mended after the end.
    at_end: tuple[tuple[datetime, int], dict[str, Any], bool] | None = None

    @property
    def is_election(self) -> bool:
        return self.row["kind"] == "election"

    @property
    def holder(self) -> str:
        return self.row["employee_number"]

    @property
    def has_signature(self) -> bool:
        return plain_name(self.row["signature_name"]) != ""

    @property
    def place(self) -> tuple[datetime, int]:
        return self.received, self.number

    def outcome(self) -> dict[str, Any]:
        return {
            "form_id": self.row["form_id"],
            "employee_number": self.holder,
            "kind": self.row["kind"],
            "status": self.status,
            "defects": list(self.defects),
            "lines": [
                {"grant_number": n, "status": "defective" if d else "tendered", "defects": list(d)}
                for n, d in self.judged
            ],
        }


@dataclass
class Promise:
    grant: str
    holder: str
    exact: Fraction


class World(Facts):
    """An offer from its files to its outcome, one step after another."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.forms: list[Form] = []
        self.accepted: datetime | None = None
        self.recorded_by_then = 0  # how many forms were recorded before acceptance
        self.waived: set[str] = set()
        self.recorded = 0  # how many entries there have been, and
        self.steps = 0  # how many times a form became effective
        self.cancelled: dict[str, int] = {}
        self.not_accepted: dict[str, str] = {}
        self.promises: list[Promise] = []
        self.new_grants: dict[str, Any] = {}
        self.lapsed: dict[str, str] = {}

    def take(self, steps: Iterable[Step]) -> "World":
        for step in steps:
            getattr(self, f"do_{step.does}")(step)
        return self

    def do_open(self, step: Step) -> None:
        self.commences = max(self.commences, datetime.fromisoformat(step.at))

    # --- forms

    def do_forms(self, step: Step) -> None:
        lines: dict[str, list[Row]] = {}
        for line in rows_of(self.folder, step.files[1]):
            lines.setdefault(line["form_id"], []).append(line)
        rows = rows_of(self.folder, step.files[0])
        for row in sorted(rows, key=lambda row: datetime.fromisoformat(row["received_at"])):
            form = Form(
                row=row,
                lines=lines.get(row["form_id"], []),
                number=self.recorded,
                first=self.recorded,
                received=datetime.fromisoformat(row["received_at"]),
                signed=Signed.read(row["signed_at"], self.zone),
            )
            self.judge(form)
            self.forms.append(form)
            self.recorded += 1

    def do_mend(self, step: Step) -> None:
        """Another entry of a form: who sent it, what it says, and when the paper shows that it was received."""
        (row,), lines = rows_of(self.folder, step.files[0]), rows_of(self.folder, step.files[1])
        form = next(form for form in self.forms if form.row["form_id"] == step.form)
        was_good, known, good_at = form.is_good, form.known, form.good_at
        holder, received = form.holder, form.received
        if self.accepted is not None and form.first < self.recorded_by_then and form.at_end is None:
            form.at_end = form.place, form.outcome(), form.is_good
        form.row, form.lines, form.signed = row, lines, Signed.read(row["signed_at"], self.zone)
        form.received = datetime.fromisoformat(row["received_at"])
        stays = form.holder == holder
        if not stays:
            form.number = self.recorded
        self.recorded += 1
        form.decided = {key: verdict for key, verdict in form.decided.items() if verdict != "waived"}
        if self.accepted is not None:
            form.decided = {}
        self.forms.remove(form)  # nothing is judged against itself
        self.judge(form)
        self.forms.append(form)
        form.decided = {key: said for key, said in form.decided.items() if key in self.defects_of(form)}
        if form.status == "rejected":
            form.decided = {}
        if stays and was_good and form.is_good and form.received == received:
            form.known, form.good_at = known, good_at

    def do_decide(self, step: Step) -> None:
        """A cure or a rejection binds one form; a waiver reaches every form, those recorded later too."""
        if step.verdict == "waive":
            self.waived.add(step.defect)
            reached = [form for form in sorted(self.forms, key=lambda form: form.place) if self.take_waivers(form)]
        else:
            reached = [form for form in self.forms if form.row["form_id"] == step.form]
            reached[0].decided[step.grant, step.defect] = {"cure": "cured", "reject": "rejected"}[step.verdict]
        for form in reached:
            self.settle(form)

    def take_waivers(self, form: Form) -> bool:
        """Have the waivers granted so far reach a form; whether one had not yet."""
        if form.status == "rejected" or self.accepted is not None:
            return False
        found = [
            key
            for key in self.defects_of(form)
            if key[1] in self.waived and form.decided.get(key) not in ("cured", "waived")
        ]
        form.decided |= dict.fromkeys(found, "waived")
        return bool(found)

    def defects_of(self, form: Form) -> list[tuple[str, str]]:
        """Every defect of a form and of its lines, with the grant it is on."""
        found = [("", code) for code in form.defects]
        return found + [(number, code) for number, codes in form.at_receipt for code in codes]

    def settle(self, form: Form) -> None:
        """Whether the form is effective now; when it comes to be, what stands against it is fixed."""
        was_good, form.tenders = form.is_good, self.tendered(form)
        is_cleared = all(form.decided.get(("", code)) in ("cured", "waived") for code in form.defects)
        form.is_good = form.status != "rejected" and is_cleared
        if form.is_good and not was_good:
            self.steps += 1
            form.good_at = self.steps
            form.known = self.recorded

    def tendered(self, form: Form) -> list[str]:
        """Grants whose first line stands, decisions counted."""
        first: dict[str, list[str]] = {}
        for number, codes in form.at_receipt:
            first.setdefault(number, codes)
        left = {
            number: [code for code in codes if form.decided.get((number, code)) not in ("cured", "waived")]
            for number, codes in first.items()
        }
        day = self.day_of(form.received)
        found = []
        for number, codes in left.items():
            if codes == ["pair_broken"] and (number, "pair_broken") not in form.decided:
                mates = self.mates_of(number, day)
                is_lifted = bool(mates) and all(set(left.get(mate, ["absent"])) <= {"pair_broken"} for mate in mates)
            else:
                is_lifted = False
            if not codes or is_lifted:
                found.append(number)
        return found

    def do_extend(self, step: Step) -> None:
        """The later expiration; an Election Form late by the earlier one is judged again, at its receipt."""
        self.expires = datetime.fromisoformat(step.to)
        for form in sorted(self.forms, key=lambda form: form.place):
            if form.is_election and "late" in form.defects and form.received < self.expires:
                self.judge(form)

    def is_withdrawn(self, form: Form, seen: list[Form]) -> bool:
        """Whether a later Notice, with nothing else wrong, found nothing to withdraw: it withdraws this for good."""
        return form.is_election and any(
            later.place > form.place and later.defects == ["nothing_tendered"] for later in seen
        )

    def in_force(self, holder: str, place: tuple[datetime, int]) -> Form | None:
        seen = [form for form in self.forms if form.holder == holder and form.place < place]
        good = [form for form in seen if form.is_good and not self.is_withdrawn(form, seen)]
        standing = [form for form in good if not self.is_overtaken(form, seen)]
        return max(standing, key=lambda form: form.place, default=None)

    def is_overtaken(self, form: Form, seen: list[Form]) -> bool:
        """Whether a later one stood against it when it became effective; `seen` are of its holder."""
        return any(
            later.place > form.place
            and later.number < form.known
            and ((later.is_good and later.good_at <= form.good_at) or (not later.is_election and later.has_signature))
            for later in seen
        )

    def judge(self, form: Form) -> None:
        form.defects = sorted(set(self.form_defects(form)))
        form.status = "rejected" if REJECTING & set(form.defects) else "defective" if form.defects else "effective"
        form.at_receipt = self.line_defects(form) if form.is_election and not ENDING & set(form.defects) else []
        form.judged = form.at_receipt if form.status == "effective" else []
        form.is_good = False
        self.take_waivers(form)
        self.settle(form)

    def form_defects(self, form: Form) -> Iterable[str]:
        row, known = form.row, form.holder in self.people
        ending = []
        if not known:
            ending.append("unknown_person")
        if form.received < self.commences:
            ending.append("before_commencement")
        closes = self.expires if form.is_election else self.accepted
        if closes is not None and form.received >= closes:
            ending.append("late")
        if ending:
            return ending
        defects = []
        person = self.people[form.holder]
        before = self.in_force(form.holder, form.place)
        received_on = self.day_of(form.received)
        if not form.has_signature:
            defects.append("unsigned")
        elif row["signer_capacity"] == "self":
            is_own = plain_name(row["signature_name"]) == plain_name(person["name_on_agreement"])
            if not is_own and row["name_change_proof"] != "yes":
                defects.append("name_mismatch")
        elif not row["signer_title"].strip() or row["authority_evidence"] != "yes":
            defects.append("authority_not_evidenced")
        if form.signed is None:
            defects.append("undated")
        else:
            if form.signed.is_after(Signed(form.received, received_on)):
                defects.append("dated_after_receipt")
            if before is not None and before.signed is not None and not form.signed.is_after(before.signed):
                defects.append("not_dated_after_previous")
        if form.is_election:
            if not form.lines:
                defects.append("no_options_listed")
            if not self.is_eligible_person(form.holder, received_on):
                defects.append("person_not_eligible")
        elif before is None or not before.is_election:
            defects.append("nothing_tendered")
        return defects

    def line_defects(self, form: Form) -> list[tuple[str, list[str]]]:
        day = self.day_of(form.received)
        own: list[set[str]] = []
        first: dict[str, int] = {}
        for index, line in enumerate(form.lines):
            number = line["grant_number"]
            defects: set[str] = set()
            if number in first:
                defects.add("duplicate")
            elif number not in self.register or self.register[number]["employee_number"] != form.holder:
                defects.add("unknown_grant")
            else:
                row, outstanding, shares = self.register[number], self.outstanding_on(number, day), int(line["shares"])
                if not self.is_eligible_option(number, day):
                    defects.add("option_not_eligible")
                if line["grant_date"] != row["grant_date"] or shares > outstanding:
                    defects.add("mismatch")
                if not self.is_price_of(line["exercise_price"], number, day):
                    defects.add("mismatch")
                if shares < outstanding:
                    defects.add("partial_tender")
            first.setdefault(number, index)
            own.append(defects)
        result = []
        for index, line in enumerate(form.lines):
            defects = set(own[index])
            if not defects & {"duplicate", "unknown_grant"}:
                mates = self.mates_of(line["grant_number"], day)
                is_missing = any(mate not in first for mate in mates)
                is_spoilt = any(own[first[mate]] for mate in mates if mate in first)
                if is_missing or (not own[index] and is_spoilt):
                    defects.add("pair_broken")
            result.append((line["grant_number"], sorted(defects)))
        return result

    # --- acceptance, promise, grant

    def do_accept(self, step: Step) -> None:
        self.accepted = datetime.fromisoformat(step.at)
        self.recorded_by_then = self.recorded
        day = self.day_of(self.accepted)
        for form in self.forms:
            if not form.is_election and form.received >= self.accepted:
                self.judge(form)
        for holder in self.people:
            form_in_force = self.in_force(holder, (self.accepted, -1))
            if form_in_force is None or not form_in_force.is_election:
                continue
            tendered = form_in_force.tenders
            if not self.is_eligible_person(holder, day):
                self.not_accepted |= dict.fromkeys(tendered, "person_not_eligible")
                continue
            able = {number for number in tendered if self.is_eligible_option(number, day)}
            for number in tendered:
                if number not in able:
                    self.not_accepted[number] = "option_not_eligible"
                elif any(mate not in able for mate in self.mates_of(number, day)):
                    self.not_accepted[number] = "pair_broken"
                else:
                    self.cancelled[number] = self.outstanding_on(number, day)

    def growth(self, after: date, to: date) -> Fraction:
        """What splits and mergers make of one promised share: effective after one day and no later than another."""
        factor = Fraction(1)
        for action in self.actions:
            if after < date.fromisoformat(action["effective_on"]) <= to:
                factor *= Fraction(action["new"]) / Fraction(action["old"])
        return factor

    def cancelled_on(self) -> date:
        assert self.accepted is not None
        return self.day_of(self.accepted)

    def do_promise(self, step: Step) -> None:
        for number, shares in self.cancelled.items():
            ratio = self.ratio_of(number)
            assert ratio is not None
            self.promises.append(Promise(number, self.register[number]["employee_number"], shares * ratio))

    def do_grant(self, step: Step) -> None:
        day, award = date.fromisoformat(step.on), self.terms["new_award"]
        growth = self.growth(self.cancelled_on(), day)
        at_grant, each_month = (Fraction(award["vesting"][key]) for key in ("at_grant", "each_month"))
        for promise in self.promises:
            employed, role, _ = self.person_on(promise.holder, day)
            shares = floor(promise.exact * growth)
            if not employed or role in ("consultant", "director"):
                self.lapsed[promise.grant] = "not_an_employee"
            elif shares < 1:
                self.lapsed[promise.grant] = "no_whole_share"
            else:
                vesting, vested, month = [], 0, 0
                while vested < shares:
                    by_now = min(shares, floor(shares * (at_grant + month * each_month)))
                    if by_now > vested:
                        vesting.append([add_months(day, month).isoformat(), by_now - vested])
                    vested, month = by_now, month + 1
                self.new_grants[promise.grant] = {
                    "employee_number": promise.holder,
                    "shares": shares,
                    "exercise_price": step.price,
                    "granted_on": day.isoformat(),
                    "expires_on": add_months(day, 12 * award["term_years"]).isoformat(),
                    "vesting": vesting,
                }

    # --- the export

    def read_at_end(self) -> list[tuple[tuple[datetime, int], dict[str, Any], bool]]:
        """Every form as it read when the offer ended; one recorded only since, as it reads."""
        return [form.at_end or (form.place, form.outcome(), form.is_good) for form in self.forms]

    def effective(self) -> int:
        """How many forms are effective, decisions counted."""
        return sum(is_good for _place, _outcome, is_good in self.read_at_end())

    def earliest_grant_date(self) -> date:
        wait = self.terms["new_award"]["wait"]
        waited = add_months(self.cancelled_on(), wait.get("months", 0)) + timedelta(days=wait.get("days", 0))
        return business_day_from(waited)

    def outcome(self) -> dict[str, Any]:
        by_holder: dict[str, int] = {}
        for promise in self.promises:
            by_holder[promise.holder] = by_holder.get(promise.holder, 0) + floor(promise.exact)
        due = self.terms["deadlines"]["promise_within_business_days"]
        return {
            "offer": self.terms["offer"]["code"],
            "forms": [outcome for _place, outcome, _is_good in sorted(self.read_at_end(), key=lambda found: found[0])],
            "cancelled": self.cancelled,
            "not_accepted": self.not_accepted,
            "earliest_grant_date": self.earliest_grant_date().isoformat(),
            "promises_due_on": business_days_after(self.cancelled_on(), due).isoformat(),
            "promised": {"by_holder": by_holder, "total": sum(by_holder.values())},
            "new_grants": self.new_grants,
            "lapsed": self.lapsed,
            "held": {},
            "totals": {
                "forms": len(self.forms),
                "cancelled_grants": len(self.cancelled),
                "cancelled_shares": sum(self.cancelled.values()),
                "holders": len({self.register[number]["employee_number"] for number in self.cancelled}),
                "new_shares": sum(grant["shares"] for grant in self.new_grants.values()),
                "lapsed_grants": len(self.lapsed),
            },
        }


def capstone_steps(commences: str = "2003-06-25T06:00:00-07:00") -> list[Step]:
    """The published run: every file in turn, the acceptance of the morning after, the grant at the earliest date."""
    return [
        Step("people", ("people.csv",)),
        Step("grants", ("grants.csv",)),
        Step("events", ("employment_events.csv",)),
        Step("open", at=commences),
        Step("forms", ("forms.csv", "form_lines.csv"), at="2003-07-24T20:30:00-07:00"),
        Step("accept", at="2003-07-25T09:00:00-07:00"),
        Step("promise", at="2003-07-28T12:00:00-07:00"),
        Step("actions", ("corporate_actions.csv",), at="2003-11-03T09:00:00-08:00"),
        Step("grant", on="2004-01-26", price="2.03", at="2004-01-26T14:00:00-08:00"),
    ]
