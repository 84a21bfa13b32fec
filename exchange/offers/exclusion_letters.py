"""The letters to a holder who is excluded from an offer, whole or with one option, and when that is lifted again."""

from datetime import datetime

from exchange.grants.models import Grant
from exchange.notices import contexts
from exchange.notices.actions import call_back_about, queue_letters
from exchange.offers.letters import common, letter
from exchange.offers.models import Exclusion, ExclusionLifted
from exchange.offers.reads import load
from exchange.people.models import Holder

EXCLUDED, LIFTED = "holder_excluded", "exclusion_lifted"


def queue_excluded(row: Exclusion, *, at: datetime) -> None:
    """Tell the holder, in the caller's transaction, what is excluded, from when and why."""
    loaded, holder = load(row.offer), _holder(row)
    context = contexts.HolderExcluded(
        **common(loaded, holder), grants=_grants(row), effective_on=row.effective_on, told=row.told
    )
    queue_letters([letter(loaded, holder, EXCLUDED, context, about=str(row.number))], at=at)


def queue_lifted(lifted: ExclusionLifted, *, at: datetime) -> None:
    """Tell the holder that it ends; the letter that told of it is called back where it has not gone out yet."""
    row = lifted.exclusion
    loaded, holder = load(row.offer), _holder(row)
    call_back_about(offer_key=loaded.offer.code, kinds=[EXCLUDED], about=[str(row.number)], at=at)
    context = contexts.ExclusionLifted(
        **common(loaded, holder),
        grants=_grants(row),
        excluded_from=row.effective_on,
        effective_on=lifted.effective_on,
    )
    queue_letters([letter(loaded, holder, LIFTED, context, about=str(row.number))], at=at)


def _holder(row: Exclusion) -> Holder:
    return Holder.objects.get(employee_number=row.employee_number)


def _grants(row: Exclusion) -> tuple[contexts.Line, ...]:
    """The one option that it is about; none where it is the person."""
    return tuple(
        contexts.Line(
            grant_number=grant.grant_number,
            shares=grant.outstanding,
            grant_date=grant.grant_date,
            exercise_price=grant.exercise_price,
        )
        for grant in Grant.objects.filter(grant_number=row.grant_number)
    )
