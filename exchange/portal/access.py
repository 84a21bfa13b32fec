"""The only way from an address to a row: what is not this person's is not there (404), whoever asks."""

from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from exchange.documents.models import Paper
from exchange.elections.models import Form
from exchange.notices.models import Message
from exchange.offers.letters import owner_key
from exchange.offers.marked_papers import offer_owner
from exchange.offers.models import Offer, OfferDocument, OfferEvent
from exchange.people.models import Holder, Report, User
from exchange.people.reads import with_outcome
from exchange.settlement.models import AgreementSignature, NewGrant
from exchange.settlement.signatures import standing_signatures

M = TypeVar("M", bound=Model)


def _only(rows: QuerySet[M]) -> M:
    found = rows.first()
    if found is None:
        raise Http404
    return found


def holder_of(user: User | AnonymousUser) -> Holder | None:
    """The holder that this user is, if any: staff may hold options, and need not."""
    return Holder.objects.filter(user=user).first() if user.is_authenticated else None


def access_holder(user: User | AnonymousUser) -> Holder:
    """The holder that this user is; staff who hold no options are nobody here."""
    holder = holder_of(user)
    if holder is None:
        raise Http404
    return holder


def access_offer(code: str) -> Offer:
    """An offer that has been opened; drafts are the staff's."""
    return _only(Offer.objects.filter(code=code, events__kind=OfferEvent.Kind.OPENED))


def access_form(offer: Offer, holder: Holder, pk: UUID) -> Form:
    """One of the holder's own forms in this offer, with its lines; none that turned out to be another person's."""
    own = Q(mending__isnull=True) | Q(mending__entry__holder=holder)
    return _only(Form.objects.filter(own, pk=pk, offer=offer, holder=holder).prefetch_related("lines"))


def form_of_key(offer: Offer, holder: Holder, key: UUID) -> Form | None:
    """The holder's own form that came of a one-time key; another's key is as one that nothing came of."""
    return Form.objects.filter(key=key, offer=offer, holder=holder).first()


def access_new_grant(offer: Offer, holder: Holder, pk: UUID) -> NewGrant:
    """One of the holder's own new options from this offer."""
    return _only(NewGrant.objects.filter(pk=pk, holder=holder, line__promise__offer=offer))


def access_signatures(offer: Offer, holder: Holder, pk: UUID) -> list[AgreementSignature]:
    """The signature that stands under one agreement of the holder's, and those given with it; it first."""
    own = standing_signatures().filter(holder=holder, grant__line__promise__offer=offer)
    one = _only(own.filter(grant=pk))
    return [one, *own.filter(event=one.event_id).exclude(pk=one.pk).order_by("grant_number")]


def access_document(offer: Offer, pk: UUID) -> OfferDocument:
    """A document of any version of this offer: whoever may see the offer may see it."""
    return _only(OfferDocument.objects.filter(pk=pk, version__offer=offer))


def notices_of(offer: Offer, holder: Holder) -> QuerySet[Message]:
    """Every letter of this offer to this holder, newest first, without its words."""
    found = Message.objects.filter(offer_key=offer.code, owner_key=owner_key(holder)).defer("text", "html")
    return found.select_related("opened").order_by("-queued_at", "-pk")


def access_notice(offer: Offer, holder: Holder, pk: UUID) -> Message:
    """One letter of this offer to this holder."""
    return _only(Message.objects.filter(pk=pk, offer_key=offer.code, owner_key=owner_key(holder)))


def notice_papers(message: Message) -> QuerySet[Paper]:
    """The papers that came with a letter: its owner's own, and the offer's, which are for everyone."""
    owners = [message.owner_key, offer_owner(message.offer_key)]
    return Paper.objects.filter(pk__in=message.attachments, owner_key__in=owners).defer("snapshot")


def access_notice_paper(offer: Offer, holder: Holder, pk: UUID, paper: UUID) -> Paper:
    """One paper of one letter of the holder's."""
    return _only(notice_papers(access_notice(offer, holder, pk)).filter(pk=paper))


def reports_of(user: User | AnonymousUser) -> QuerySet[Report]:
    """What this user has reported, newest first."""
    found = with_outcome(Report.objects.filter(user_id=user.pk)) if user.is_authenticated else Report.objects.none()
    return found.prefetch_related("answers").order_by("-number")
