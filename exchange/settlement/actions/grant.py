"""New options: one for each promise line whose holder is still an employee, on the grant date (domain §7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from exchange.audit.models import SealedRow
from exchange.grants.models import Cancellation, Plan, PoolEntry
from exchange.kernel import canonical, clock
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.shares import whole
from exchange.kernel.transactions import in_one_transaction
from exchange.market.reads import calendar, corporate_actions
from exchange.offers.actions import check_not_before_latest, flag_for_counsel, locked_offer, record_event
from exchange.offers.models import Offer, OfferEvent
from exchange.offers.reads import Loaded, load
from exchange.people.reads import facts_of, holders_by_id
from exchange.people.rules import PersonFacts, country_changed, is_employed_throughout, status_on
from exchange.settlement import letters, rules
from exchange.settlement.models import Acceptance, Lapse, NewGrant, Prohibition, Promise, PromiseLine
from exchange.settlement.promised import keeps_promise
from exchange.settlement.reads import shares_now


@dataclass(frozen=True)
class Granted:
    """What a run made: new grants, lapses, and the lines still held."""

    grants: Sequence[NewGrant]
    lapses: Sequence[Lapse]
    held: Sequence[PromiseLine]


def grant_new_options(
    *,
    code: str,
    on: date,
    closing_price: Decimal,
    actor: str,
    at: datetime | None,
    dry_run: bool = False,
) -> Result[Granted]:
    """Grant, lapse or hold every promise line that has no outcome yet. Price in dollars per share.

    Refuses a day before the earliest date, without a trading session, no business day, or in the future; and
    cancelled options without a promise. Lapse reasons in order: not an employee, prohibited, no whole share.
    Repeating it reaches only lines that were held.
    """

    def work() -> Done[Granted]:
        offer = locked_offer(code)
        instant = at or clock.now()
        loaded = load(offer)
        acceptance = Acceptance.objects.filter(offer=offer).first()
        if acceptance is None:
            raise refuse(Refusal("offer_not_accepted", {"offer": code}))
        _check(loaded, acceptance, on, closing_price, instant)
        run = _run(loaded, acceptance, on, closing_price)
        if not run.grants and not run.lapses:
            letters.queue_grants(loaded, acceptance, at=instant)
            return Done(run, [Refusal("nothing_to_do")])
        check_not_before_latest(offer, instant)
        rows: list[SealedRow] = [*run.grants, *run.lapses, *_flags(loaded, acceptance, on, instant)]
        shares = sum(grant.shares for grant in run.grants)
        if shares:
            plan, _created = Plan.objects.get_or_create(code=loaded.terms.award_plan)
            source = f"offer:{code}:granted:{_runs(offer) + 1}"
            rows.append(PoolEntry(plan=plan, shares=-shares, on=on, source=source))
        record_event(
            offer,
            kind=OfferEvent.Kind.GRANTED,
            audit_kind="options.granted",
            actor=actor,
            at=instant,
            payload={"on": on, "closing_price": closing_price, "shares": shares, "held": len(run.held)},
            rows=rows,
        )
        letters.queue_grants(loaded, acceptance, at=instant)
        return Done(run)

    return in_one_transaction(work, dry_run=dry_run)


def _runs(offer: Offer) -> int:
    return offer.events.filter(kind=OfferEvent.Kind.GRANTED).count()


def _check(loaded: Loaded, acceptance: Acceptance, on: date, price: Decimal, at: datetime) -> None:
    days = calendar()
    refusals = []
    if on < acceptance.earliest_grant_on:
        refusals.append(Refusal("grant_too_early", {"on": on, "earliest": acceptance.earliest_grant_on}))
    if not days.is_business_day(on):
        refusals.append(Refusal("not_a_business_day", {"on": on}))
    if not days.is_trading_day(on):
        refusals.append(Refusal("not_a_trading_day", {"on": on}))
    if on > loaded.date_of(at):
        refusals.append(Refusal("grant_in_the_future", {"on": on, "today": loaded.date_of(at)}))
    if price <= 0:
        refusals.append(Refusal("price_not_positive", {"price": price}))
    source = f"offer:{loaded.offer.code}"
    unpromised = Cancellation.objects.filter(source=source, promise_line__isnull=True).count()
    if unpromised:
        refusals.append(Refusal("promises_missing", {"count": unpromised}))
    if refusals:
        raise refuse(*refusals)


def _run(loaded: Loaded, acceptance: Acceptance, on: date, price: Decimal) -> Granted:
    actions = corporate_actions()
    lines = list(
        PromiseLine.objects.filter(promise__offer=loaded.offer, new_grant__isnull=True, lapse__isnull=True)
        .select_related("promise")
        .order_by("grant_number")
    )
    holders = holders_by_id(line.promise.holder_id for line in lines)
    people = {pk: facts_of(holder) for pk, holder in holders.items()}
    verdicts = latest_verdicts(loaded.offer)
    grants: list[NewGrant] = []
    lapses: list[Lapse] = []
    held: list[PromiseLine] = []
    for line in lines:
        shares = whole(shares_now(line, acceptance.on, on, actions))
        reason = _lapse_reason(people[line.promise.holder_id], on, verdicts.get(line.promise_id, ""), shares)
        if reason == Prohibition.Verdict.HELD:
            held.append(line)
        elif reason:
            lapses.append(Lapse(line=line, grant_number=line.grant_number, reason=reason, on=on))
        else:
            grants.append(_new_grant(loaded, line, shares, on, price))
    return Granted(grants, lapses, held)


def _lapse_reason(person: PersonFacts, on: date, verdict: str, shares: int) -> str:
    if not keeps_promise(status_on(person, on)):
        return Lapse.Reason.NOT_AN_EMPLOYEE
    if verdict == Prohibition.Verdict.PROHIBITED:
        return Lapse.Reason.PROHIBITED
    if verdict == Prohibition.Verdict.HELD:
        return Prohibition.Verdict.HELD
    return "" if shares else Lapse.Reason.NO_WHOLE_SHARE


def _new_grant(loaded: Loaded, line: PromiseLine, shares: int, on: date, price: Decimal) -> NewGrant:
    schedule = loaded.terms.vesting.schedule(shares, on)
    return NewGrant(
        line=line,
        holder_id=line.promise.holder_id,
        number=f"{loaded.offer.code}-{line.grant_number}",
        old_grant_number=line.grant_number,
        plan=loaded.terms.award_plan,
        shares=shares,
        exercise_price=price,
        stated_price=format(price, "f"),
        granted_on=on,
        expires_on=rules.expires_on(loaded.terms, on),
        vesting=canonical.dumps([[day, count] for day, count in schedule]),
    )


def latest_verdicts(offer: Offer) -> dict[object, str]:
    """Counsel's last word on each promise that has one, by promise id."""
    found = Prohibition.objects.filter(promise__offer=offer).order_by("number")
    return {row.promise_id: row.verdict for row in found}


def _flags(loaded: Loaded, acceptance: Acceptance, on: date, at: datetime) -> list[SealedRow]:
    """A gap healed by rehire and a move abroad grant, and go before counsel (domain §7)."""
    promises = Promise.objects.filter(offer=loaded.offer).values_list("holder_id", flat=True)
    flags: list[SealedRow] = []
    for holder in holders_by_id(promises).values():
        person = facts_of(holder)
        if not keeps_promise(status_on(person, on)):
            continue
        subject = f"holder:{holder.employee_number}"
        if not is_employed_throughout(person, acceptance.on, on):
            text = f"{holder.employee_number} was not employed on every day between cancellation and grant."
            flag = flag_for_counsel(loaded.offer, kind="rehired_after_gap", subject=subject, text=text, at=at)
            flags += [flag] if flag else []
        if country_changed(person, acceptance.on, on):
            text = f"{holder.employee_number} lives in another country than at cancellation."
            flag = flag_for_counsel(loaded.offer, kind="moved_abroad", subject=subject, text=text, at=at)
            flags += [flag] if flag else []
    return flags
