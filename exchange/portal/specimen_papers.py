"""The papers of an offer as exhibits: as the invented holder of the pages would have them, each marked as a specimen.

Made in the transaction that the holder is written in, which is undone; none is kept.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from exchange.documents.actions import specimen_pdf
from exchange.documents.catalogue import KINDS
from exchange.elections.actions.batch import Batch
from exchange.elections.letters import paper_of
from exchange.elections.models import Form
from exchange.elections.records import Submission
from exchange.elections.rules import WITHDRAWAL, Signed
from exchange.elections.wording import acknowledgments
from exchange.interchange.exports.exhibits import Picture
from exchange.interchange.exports.order import Order
from exchange.kernel import canonical
from exchange.offers.content import PAPER_TEXTS
from exchange.offers.letters import offer_text
from exchange.offers.reads import Loaded
from exchange.people.models import Holder
from exchange.settlement.actions.certify import KIND as CERTIFICATE
from exchange.settlement.certificates import certificate
from exchange.settlement.printed import ELECTION, NOTICE, STATEMENT, paper_form, statement
from exchange.settlement.specimens import NO_DIGEST, NUMBER, SAYS, specimen

ACTOR = f"holder:{NUMBER}"  # as the portal writes whose account it was


def to_sign(order: Order, holder: Holder) -> Iterator[Picture]:
    """What is printed for a holder before anything is signed: both forms for the paper route, and the statement."""
    for kind in (ELECTION, NOTICE):
        yield _picture(
            kind, specimen_pdf(kind=kind, snapshot=paper_form(order.loaded, holder, kind, order.at), at=order.at)
        )
    said = statement(order.loaded, holder, order.at)
    yield _picture(STATEMENT, specimen_pdf(kind=STATEMENT, snapshot=said, at=order.at))


def receipts(order: Order, holder: Holder, election: Submission) -> Iterator[Picture]:
    """What confirms a form: one in force, a Notice that withdraws it, and one that came too late.

    As of a moment at which the offer took forms, whatever has become of it since. Nothing is written for them.
    """
    loaded, received_at = _while_open(order)
    batch = Batch.start(loaded, {holder.pk: holder})
    notice = replace(election, kind=WITHDRAWAL, lines=(), acknowledgments=acknowledgments(loaded.terms, WITHDRAWAL))
    late = loaded.timeline.expires_at or loaded.terms.expires_at
    moments = ((election, received_at), (notice, received_at + timedelta(seconds=1)), (election, late))
    for place, (submission, at) in enumerate(moments, start=1):
        form, judged = batch.take(
            replace(submission, signed=Signed(at=at)),
            number=f"SPEC-IMEN-{place}",
            holder_id=holder.pk,
            received_at=at,
            recorded_at=at,
            actor=ACTOR,
        )
        paper = paper_of(loaded, form, judged, holder, batch.judge)
        yield _picture(paper.kind, specimen_pdf(kind=paper.kind, snapshot=paper.snapshot, at=order.at))


def _while_open(order: Order) -> tuple[Loaded, datetime]:
    """The offer without its end, and an instant at which it took forms: that of the exhibits, or its last minute."""
    timeline = order.loaded.timeline
    ends = [timeline.expires_at, timeline.accepted_at, timeline.terminated_at]
    last = min(end for end in ends if end is not None) - timedelta(minutes=1)
    at = min(max(order.at, timeline.commences_at or order.at), last)
    return replace(order.loaded, timeline=replace(timeline, accepted_at=None, terminated_at=None)), at


def certified(order: Order, form: Form, still: Mapping[str, str]) -> Picture:
    """The audit certificate of the form that was signed; `still` has what is to stand for what each making makes anew.

    So have the digests of the events that vouch for it: theirs are of rows that are undone.
    """
    text = canonical.dumps(certificate(order.loaded, form, order.at))
    for made, stands in still.items():
        text = text.replace(made, stands)
    said = json.loads(text)
    said["events"] = [{**event, "sha256": NO_DIGEST} for event in said["events"]]
    return _picture(CERTIFICATE, specimen_pdf(kind=CERTIFICATE, snapshot=said, at=order.at))


def promised(order: Order, holder: Holder) -> Iterator[Picture]:
    """From the Promise to Grant to the final statement, with the texts of the offer's own that are in use."""
    for kind in SAYS:
        own = "new_option" if kind == "signed_agreement" else kind  # the signed copy has the agreement's text
        text = offer_text(order.loaded, holder, own) if own in PAPER_TEXTS else ""
        pdf = specimen(order.loaded, holder, kind, text=text, at=order.at)
        if pdf is not None:
            yield _picture(kind, pdf)


def _picture(kind: str, pdf: bytes) -> Picture:
    return Picture(
        f"papers/{kind.replace('_', '-')}.pdf", _("{title}, a specimen").format(title=str(KINDS[kind].title)), pdf
    )
