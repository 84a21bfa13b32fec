"""What judgements used: which forms, acceptances and grants a change of a fact would touch."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from exchange.elections.models import Form, FormLine
from exchange.grants.models import Cancellation, Grant
from exchange.kernel.dates import local_date
from exchange.offers.models import Offer
from exchange.offers.reads import load
from exchange.people.rules import PersonFacts, status_on
from exchange.settlement.models import Acceptance, Lapse, NewGrant, NotAccepted


@dataclass
class Judged:
    """Of every holder, the days on which their state was judged and for what; of every grant, the forms it is on.

    `pairs` has the forms on which a holder's half of a pair is: whether its mate was outstanding was judged too.
    """

    days: dict[int, list[tuple[date, str]]] = field(default_factory=lambda: defaultdict(list))
    unknown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    pairs: dict[tuple[int, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def by_grant(self, number: str, holder_id: int, pairs: Iterable[str]) -> list[str]:
        """What used this grant: forms that name it, and those that name another half of its pairs."""
        touched = list(self.lines.get(number, ()))
        for pair in pairs:
            touched += self.pairs.get((holder_id, pair), ())
        return touched

    def by_person(self, holder_id: int, before: PersonFacts, after: PersonFacts) -> list[str]:
        """What used a fact of this person that would now be another."""
        touched = []
        for day, subject in self.days.get(holder_id, ()):
            is_form = subject.startswith("form ")
            if status_on(before, day) != status_on(after, day) or (
                is_form and before.name_on_agreement != after.name_on_agreement
            ):
                touched.append(subject)
        return touched


def judged() -> Judged:
    """Everything judged so far in offers that were opened; empty before any opening."""
    result = Judged()
    for offer in Offer.objects.filter(events__kind="opened").distinct():
        zone = load(offer).zone
        for form in Form.objects.filter(offer=offer).only("holder_id", "employee_number", "received_at", "number"):
            subject = f"form {form.number}"
            if form.holder_id is None:
                result.unknown[form.employee_number].append(subject)
            else:
                result.days[form.holder_id].append((local_date(form.received_at, zone), subject))
        for number, form_number in FormLine.objects.filter(form__offer=offer).values_list(
            "grant_number", "form__number"
        ):
            result.lines[number].append(f"form {form_number}")
        _settled(result, offer)
    halves = Grant.objects.exclude(split_pair="").values_list("grant_number", "holder_id", "split_pair")
    for number, holder_id, pair in halves if result.lines else ():
        result.pairs[holder_id, pair] += result.lines.get(number, ())
    return result


def _settled(result: Judged, offer: Offer) -> None:
    acceptance = Acceptance.objects.filter(offer=offer).first()
    if acceptance is None:
        return
    subject = f"the acceptance of {offer.code}"
    taken = Cancellation.objects.filter(source=f"offer:{offer.code}").values_list("grant__holder_id", flat=True)
    refused = NotAccepted.objects.filter(acceptance=acceptance).values_list("holder_id", flat=True)
    for holder_id in {*taken, *refused}:
        result.days[holder_id].append((acceptance.on, subject))
    for number in Cancellation.objects.filter(source=f"offer:{offer.code}").values_list("grant_number", flat=True):
        result.lines[number].append(subject)
    for holder_id, number, day in NewGrant.objects.filter(line__promise__offer=offer).values_list(
        "holder_id", "number", "granted_on"
    ):
        result.days[holder_id].append((day, f"new grant {number}"))
    for holder_id, number, day in Lapse.objects.filter(line__promise__offer=offer).values_list(
        "line__promise__holder_id", "grant_number", "on"
    ):
        result.days[holder_id].append((day, f"the lapse of {number}"))


def shortened(subjects: Iterable[str], most: int = 8) -> str:
    """A list of what is touched, for one sentence; the audit event has all of it."""
    found = sorted(set(subjects))
    text = ", ".join(found[:most])
    return f"{text} +{len(found) - most}" if len(found) > most else text
