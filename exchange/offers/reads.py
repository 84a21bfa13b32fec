"""Questions about offers. One function answers "when does it close": `timeline_of`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from exchange.audit.models import AuditEvent
from exchange.kernel import clock
from exchange.kernel.dates import local_date
from exchange.offers import content
from exchange.offers import terms as terms_module
from exchange.offers.eligibility import ExclusionFact, Exclusions
from exchange.offers.models import Exclusion, Offer, OfferDocument, OfferEvent, OfferVersion
from exchange.offers.rules import EventFact, Timeline
from exchange.offers.terms import Terms


def chain_of(offer: Offer) -> str:
    """The audit chain of what is done to the offer itself."""
    return f"offer:{offer.code}"


def timeline_of(offer: Offer) -> Timeline:
    """Every dated fact of the offer, from its events. Every page, paper, letter, gate and job asks this."""
    return _timeline(offer.events.select_related("postponement").order_by("number"))


def timeline_after(event: OfferEvent) -> Timeline:
    """The same as it was once a step was taken, without those that came after it."""
    events = OfferEvent.objects.filter(offer=event.offer_id, number__lte=event.number)
    return _timeline(events.select_related("postponement").order_by("number"))


def _timeline(events: Iterable[OfferEvent]) -> Timeline:
    return Timeline.of([_fact(event) for event in events])


def _fact(event: OfferEvent) -> EventFact:
    """A step as the rules read it; with the day that a postponement named."""
    postponement = getattr(event, "postponement", None)
    intended_on = postponement.intended_on if postponement else None
    return EventFact(event.kind, event.at, event.commences_at, event.expires_at, intended_on)


def newest_version(offer: Offer) -> OfferVersion:
    version = offer.versions.order_by("-number").first()
    if version is None:
        raise LookupError(f"offer {offer.code} has no version")
    return version


@dataclass(frozen=True)
class Loaded:
    """An offer with all that judging needs, read once. `opened_by` is who opened it, '' for a draft."""

    offer: Offer
    version: OfferVersion
    terms: Terms
    timeline: Timeline
    opened_by: str = ""
    has_exclusions: bool = True  # whether there may be any to ask for

    @cached_property
    def exclusions(self) -> Exclusions:
        """Who and what was excluded from the offer; asked for only where there is any."""
        return exclusions_of(self.offer) if self.has_exclusions else Exclusions()

    @cached_property
    def documents(self) -> list[OfferDocument]:
        """The documents of the newest version, without their bodies."""
        return list(self.version.documents.defer("body"))

    @cached_property
    def letter_contents(self) -> content.LetterContents:
        """What the offer's letters are made of now."""
        return content.letter_contents(self.offer, opened_by=self.opened_by)

    def version_at(self, at: datetime) -> OfferVersion:
        """The version in force at an instant: an amendment's from its notice on, the one that was opened before."""
        later = sum(amended_at > at for amended_at in self.timeline.amendments)
        return self._versions[later] if later else self.version

    def documents_at(self, at: datetime) -> list[OfferDocument]:
        """The documents of the version in force at an instant, without their bodies."""
        version = self.version_at(at)
        return self.documents if version.pk == self.version.pk else list(version.documents.defer("body"))

    def terms_at(self, at: datetime) -> Terms:
        """The terms in force at an instant; a form is judged by those of its receipt, whenever it is recorded."""
        return terms_module.parse(self.version_at(at).terms)

    @cached_property
    def _versions(self) -> list[OfferVersion]:
        """This version and all before it, the newest first; each amendment made one."""
        return list(self.offer.versions.filter(number__lte=self.version.number).order_by("-number"))

    @property
    def amended_on(self) -> list[date]:
        """The dates of the amendments, each once, in the offer's zone."""
        return sorted({self.date_of(amended_at) for amended_at in self.timeline.amendments})

    @property
    def zone(self) -> str:
        return self.terms.time_zone

    def date_of(self, at: datetime) -> date:
        """An instant's date in the offer's zone."""
        return local_date(at, self.zone)

    @property
    def commencement_date(self) -> date:
        """The date of commencement in the offer's zone; of the stated one while the offer is a draft."""
        return self.date_of(self.timeline.commences_at or self.terms.commences_at)


def exclusions_of(offer: Offer) -> Exclusions:
    """Every exclusion of the offer, lifted or not, as the rules read them."""
    rows = Exclusion.objects.filter(offer=offer).order_by("number")
    found = rows.values_list("employee_number", "grant_number", "effective_on", "lifted__effective_on", "told")
    return Exclusions.of(ExclusionFact(*row) for row in found)


def _telling(versions: QuerySet[OfferVersion]) -> QuerySet[Any]:
    """Versions that say besides whether their offer has exclusions, so that those without cost no question."""
    return versions.annotate(has_exclusions=Exists(Exclusion.objects.filter(offer=OuterRef("offer"))))


def load(offer: Offer) -> Loaded:
    version = _telling(offer.versions.order_by("-number")).first()
    if version is None:
        raise LookupError(f"offer {offer.code} has no version")
    return _loaded(offer, version)


def load_by_code(code: str) -> Loaded | None:
    """The same by the offer's code, in one query less."""
    versions = OfferVersion.objects.select_related("offer").filter(offer__code=code)
    version = _telling(versions).order_by("-number").first()
    return _loaded(version.offer, version) if version else None


def _loaded(offer: Offer, version: Any) -> Loaded:
    events = list(offer.events.select_related("postponement").order_by("number"))
    opened_by = next((event.actor for event in events if event.kind == OfferEvent.Kind.OPENED), "")
    terms = terms_module.parse(version.terms)
    return Loaded(offer, version, terms, _timeline(events), opened_by, has_exclusions=version.has_exclusions)


def offer_by_code(code: str) -> Offer | None:
    return Offer.objects.filter(code=code).first()


def ended_by(loaded: Loaded) -> int | None:
    """The event by which the offer was accepted or terminated, whose place in the log tells what came after it."""
    if loaded.timeline.accepted_at is None and loaded.timeline.terminated_at is None:
        return None
    ends = loaded.offer.events.filter(kind__in=["accepted", "terminated"])
    return ends.order_by("event_id").values_list("event_id", flat=True).first()


def latest_action_at(offer: Offer) -> datetime | None:
    """The instant of the latest action on the offer itself (forms sent by holders are not among them)."""
    events = AuditEvent.objects.filter(chain=chain_of(offer))
    return events.order_by("-at").values_list("at", flat=True).first()


def now_for(offer: Offer, true_now: datetime | None = None) -> datetime:
    """The offer's *now*: the clock, or for a replay the instant of its latest action."""
    if not offer.is_replay:
        return true_now or clock.now()
    last = offer.events.order_by("-at").values_list("at", flat=True).first()
    latest = latest_action_at(offer)
    candidates = [value for value in (last, latest) if value is not None]
    return max(candidates) if candidates else load(offer).terms.commences_at


def running_offer() -> Offer | None:
    """The one offer between opening and acceptance or termination."""
    return Offer.objects.filter(is_running=True).first()


def current_offer() -> Offer | None:
    """The offer that a holder is shown: the running one, else the last one opened."""
    return running_offer() or (
        Offer.objects.filter(events__kind=OfferEvent.Kind.OPENED).order_by("-events__at", "-pk").first()
    )
