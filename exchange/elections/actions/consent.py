"""Consent to electronic records: the sample opened, consent given, consent withdrawn. Each step is kept for good."""

from datetime import datetime

from django.utils import translation

from exchange.audit.actions import append
from exchange.elections.actions.batch import loaded_offer, locked_holders
from exchange.elections.consent import VERSION, Consent, consent_of, wording, wording_digest
from exchange.elections.models import ElectronicConsent
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.models import Offer
from exchange.people.models import Holder

Kind = ElectronicConsent.Kind


def open_sample(*, code: str, holder: Holder, actor: str, at: datetime) -> Result[ElectronicConsent | None]:
    """Note that the holder was served the sample PDF. Once for each version of the wording; then nothing to do."""

    def work() -> ElectronicConsent | Done[ElectronicConsent | None]:
        offer, consent = _locked(code, holder)
        if consent.has_opened_sample:
            return Done(None, [Refusal("nothing_to_do")])
        return _step(offer, holder, consent, Kind.SAMPLE_OPENED, actor=actor, at=at)

    return in_one_transaction(work)


def give_consent(
    *, code: str, holder: Holder, shown: str, actor: str, at: datetime
) -> Result[ElectronicConsent | None]:
    """Keep the holder's consent with the whole wording. `shown` is the digest of the wording that the page showed.

    Refuses a wording that has changed since, and consent before the sample was opened. Given already, for this
    version: nothing to do.
    """

    def work() -> ElectronicConsent | Done[ElectronicConsent | None]:
        offer, consent = _locked(code, holder)
        if consent.stands:
            return Done(None, [Refusal("nothing_to_do")])
        terms = loaded_offer(code).terms
        refusals = []
        if not consent.has_opened_sample:
            refusals.append(Refusal("consent_sample_unopened"))
        if shown != wording_digest(terms):
            refusals.append(Refusal("consent_wording_changed"))
        if refusals:
            raise refuse(*refusals)
        return _step(offer, holder, consent, Kind.GIVEN, actor=actor, at=at, text=wording(terms))

    return in_one_transaction(work)


def withdraw_consent(*, code: str, holder: Holder, actor: str, at: datetime) -> Result[ElectronicConsent | None]:
    """From now on the holder signs on paper; what was signed before stays valid. Nothing to do where none stands."""

    def work() -> ElectronicConsent | Done[ElectronicConsent | None]:
        offer, consent = _locked(code, holder)
        if not consent.is_given:
            return Done(None, [Refusal("nothing_to_do")])
        return _step(offer, holder, consent, Kind.WITHDRAWN, actor=actor, at=at)

    return in_one_transaction(work)


def _locked(code: str, holder: Holder) -> tuple[Offer, Consent]:
    """How the holder stands, with their row locked: a signature either precedes this step or knows of it."""
    offer = loaded_offer(code).offer
    locked_holders(Holder.objects.filter(pk=holder.pk))
    return offer, consent_of(offer, holder)


def _step(
    offer: Offer, holder: Holder, consent: Consent, kind: str, *, actor: str, at: datetime, text: str = ""
) -> ElectronicConsent:
    row = ElectronicConsent(
        offer=offer,
        holder=holder,
        number=consent.count + 1,
        kind=kind,
        version=VERSION,
        language=translation.get_language() or "en-us",
        wording=text,
        at=at,
        actor=actor,
    )
    append(
        chain=f"consent:{holder.employee_number}",
        kind=f"consent.{kind}",
        actor=actor,
        at=at,
        payload={"offer": offer.code, "version": VERSION},
        rows=[row],
    )
    return row
