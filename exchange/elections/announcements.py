"""Letters to all whom the offer reaches: it was extended, amended or terminated, or its deadline comes near.

All are queued in the caller's transaction.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from exchange.documents.models import Paper
from exchange.elections import condition_letters, decision_letters
from exchange.elections.audience import audience, deadline_before, tendering
from exchange.elections.letters import overtaken, receipt, subject_key
from exchange.elections.models import Form
from exchange.elections.reads import Judge, judged_of, latest_judgements
from exchange.elections.tally import tally
from exchange.notices import contexts
from exchange.notices.actions import call_back_ended, cancel_superseded, queue_letters
from exchange.notices.models import Message
from exchange.notices.queueing import Letter
from exchange.offers import difference, exclusion_letters, invitations, terms
from exchange.offers import letters as offer_letters
from exchange.offers.audience import eligible_holders
from exchange.offers.letters import common, deadline_of, letter, owner_key, stamp
from exchange.offers.library import MARKED_COPY
from exchange.offers.marked_papers import papers_of
from exchange.offers.models import Amendment, OfferEvent
from exchange.offers.reads import Loaded
from exchange.people.models import Holder


def queue_extension(loaded: Loaded, event: OfferEvent, previous: datetime, *, at: datetime) -> None:
    """Call back the letters that name the old deadline, and tell everyone it concerns of the new one."""
    deadline = deadline_of(loaded)
    call_back_superseded(loaded, at=at)
    tendered, shares = tendering(loaded), tally(loaded, at).tendered_shares
    people, reached = audience(loaded, at)
    queue_letters(
        (
            letter(
                loaded,
                holder,
                "offer_extended",
                contexts.OfferExtended(
                    **common(loaded, holder),
                    previous_deadline=previous,
                    deadline=deadline,
                    tendered_shares=shares,
                    has_tendered=tendered.get(holder.pk, False),
                    reaches_none=holder.pk not in reached,
                ),
                about=f"{stamp(deadline)}:{holder.employee_number}",
                names_deadline=deadline,
            )
            for holder in people
        ),
        at=at,
    )


def call_back_superseded(loaded: Loaded, *, at: datetime) -> None:
    """Call back every letter that names an earlier deadline; those that say more than it are made again."""
    superseded = cancel_superseded(offer_key=loaded.offer.code, deadline=deadline_of(loaded), at=at)
    keys = [message.key for message in superseded]
    _receipts_again(loaded, superseded, at=at)
    invitations.queue_again(loaded, keys, at=at)
    exclusion_letters.queue_again(loaded, keys, at=at)
    _amendments_again(loaded, superseded, at=at)
    condition_letters.queue_waivers_again(loaded, superseded, at=at)
    decision_letters.queue_again(loaded, keys, at=at)


def _receipts_again(loaded: Loaded, superseded: Sequence[Message], *, at: datetime) -> None:
    """Make receipts that had not gone out yet again, with the new deadline; the extension's letter does for the rest.

    A reminder is not made again here: the new deadline has its own.
    """
    papers = {
        paper.subject_key: paper
        for paper in Paper.objects.filter(
            pk__in=[paper_id for message in superseded for paper_id in message.attachments],
            kind__in=["election_receipt", "withdrawal_receipt", "form_not_in_force"],
        )
    }
    numbers = [key.removeprefix(f"form:{loaded.offer.code}:") for key in papers]
    found = Form.objects.filter(offer=loaded.offer, number__in=numbers, mending__isnull=True)
    forms = list(found.select_related("holder"))
    judge = Judge.for_holders(loaded, [form.holder_id for form in forms if form.holder_id is not None])
    judgements = latest_judgements(forms)
    behind = overtaken(loaded, [(form, judged_of(judgements[form.pk])) for form in forms])
    queue_letters(
        [
            receipt(
                loaded,
                form,
                judged_of(judgements[form.pk]),
                form.holder,
                judge,
                papers[subject_key(form, loaded.offer.code)],
                at=at,
                again=f":{stamp(deadline_of(loaded))}",
                instead=behind.get(form.pk),
            )
            for form in forms
            if form.holder is not None
        ],
        at=at,
    )


def queue_termination(loaded: Loaded, event: OfferEvent, *, at: datetime) -> None:
    """Tell everyone it concerns that the offer has ended and that they keep their options; who tendered, that it is
    returned. Letters that asked to act in it are called back."""
    call_back_ended(offer_key=loaded.offer.code, at=at)
    tendered = tendering(loaded)
    people, _reached = audience(loaded, at)
    queue_letters(
        (
            letter(
                loaded,
                holder,
                "offer_terminated",
                contexts.OfferTerminated(
                    **common(loaded, holder),
                    terminated_at=event.at,
                    reason=event.reason,
                    has_tendered=tendered.get(holder.pk, False),
                ),
                about=holder.employee_number,
            )
            for holder in people
        ),
        at=at,
    )


def queue_reminder(
    loaded: Loaded, business_days: int, *, but: Collection[int] = (), about: str = "", at: datetime
) -> int:
    """Remind every eligible person but those left out; each letter says whether they have tendered."""
    return offer_letters.queue_reminder(loaded, business_days, tendering(loaded), but=but, about=about, at=at)


# Amendments

AMENDED = "offer_amended"


def queue_amendment(loaded: Loaded, amendment: Amendment, *, at: datetime) -> int:
    """Send the cover letter of a new version to everyone it concerns; how many that are.

    They are all whom the offer reaches, or reached by the terms before, and whoever has tendered.
    """
    before = loaded.offer.versions.get(number=amendment.version.number - 1)
    earlier = replace(loaded, version=before, terms=terms.parse(before.terms))
    people = {holder.pk: holder for holder, _options, _shares in eligible_holders(earlier, at)}
    people |= Holder.objects.in_bulk([pk for pk, has in tendering(loaded).items() if has])
    return queue_letters(_amendment_letters(loaded, amendment, people, at), at=at)


def _amendment_letters(
    loaded: Loaded, amendment: Amendment, people: Mapping[int, Holder], at: datetime, *, reached: bool = True
) -> Iterator[Letter]:
    """The letter to each of these people, and (`reached`) to each whom the offer reaches now."""
    deadline = deadline_of(loaded)
    eligible = {holder.pk: (holder, options, shares) for holder, options, shares in eligible_holders(loaded, at)}
    if reached:
        people = {**people, **{pk: holder for pk, (holder, _options, _shares) in eligible.items()}}
    tendered, so_far = tendering(loaded), tally(loaded, at).tendered_shares
    changes = [difference.Difference(*each) for each in json.loads(amendment.changes)]
    by_us = amendment.summary == difference.summary(changes)
    copies = list(amendment.version.documents.filter(kind=MARKED_COPY).defer("body"))
    papers = [paper.pk for paper in papers_of(copies).values()]
    before = deadline_before(loaded, amendment.step)
    for holder in sorted(people.values(), key=lambda holder: holder.employee_number):
        _holder, options, shares = eligible.get(holder.pk, (holder, 0, 0))
        yield letter(
            loaded,
            holder,
            AMENDED,
            contexts.OfferAmended(
                **common(loaded, holder),
                summary="" if by_us else amendment.summary,
                changes=tuple(contexts.Change(one.title, one.before, one.after) for one in changes),
                has_marked_copies=bool(copies),
                has_attached_copies=bool(papers),
                previous_deadline=before,
                deadline=deadline,
                tendered_shares=so_far,
                has_tendered=tendered.get(holder.pk, False),
                eligible_count=options,
                eligible_shares=shares,
            ),
            about=f"{amendment.version.number}:{stamp(deadline)}:{holder.employee_number}",
            papers=papers,
            names_deadline=deadline,
            since=amendment.step.at,
        )


def _amendments_again(loaded: Loaded, superseded: Sequence[Message], *, at: datetime) -> None:
    """Make cover letters that had not gone out again with the new deadline: no other letter says what changed."""
    start = f"{AMENDED}:{loaded.offer.code}:"
    found = Amendment.objects.filter(version__offer=loaded.offer).select_related("version", "step")
    for amendment in found.order_by("version__number"):
        keys = {
            message.owner_key
            for message in superseded
            if message.key.startswith(f"{start}{amendment.version.number}:")
        }
        if keys:
            people = {holder.pk: holder for holder in Holder.objects.all() if owner_key(holder) in keys}
            queue_letters(_amendment_letters(loaded, amendment, people, at, reached=False), at=at)
