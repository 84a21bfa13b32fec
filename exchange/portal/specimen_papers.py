"""The papers of an offer as exhibits: as the invented holder of the pages would have them, each marked as a specimen.

Made in the transaction that the holder is written in, which is undone; none is kept.
"""

import json
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from exchange.documents.actions import specimen_pdf
from exchange.documents.catalogue import KINDS
from exchange.documents.models import Paper
from exchange.interchange.exports.exhibits import Picture
from exchange.interchange.exports.order import Order
from exchange.offers.letters import offer_text, owner_key
from exchange.people.models import Holder
from exchange.settlement.printed import ELECTION, NOTICE, STATEMENT, paper_form, statement
from exchange.settlement.specimens import SAYS, specimen


def to_sign(order: Order, holder: Holder) -> Iterator[Picture]:
    """What is printed for a holder before anything is signed: both forms for the paper route, and the statement."""
    for kind in (ELECTION, NOTICE):
        yield _picture(
            kind, specimen_pdf(kind=kind, snapshot=paper_form(order.loaded, holder, kind, order.at), at=order.at)
        )
    said = statement(order.loaded, holder, order.at)
    yield _picture(STATEMENT, specimen_pdf(kind=STATEMENT, snapshot=said, at=order.at))


def receipts(order: Order, holder: Holder, still: Mapping[str, str]) -> Iterator[Picture]:
    """The papers that signing made; `still` has what is to stand for keys and numbers that differ at each making."""
    for paper in Paper.objects.filter(owner_key=owner_key(holder)).order_by("kind"):
        if paper.kind == "sample":
            continue
        text = paper.snapshot
        for made, stands in still.items():
            text = text.replace(made, stands)
        values = {name: value for name, value in json.loads(text).items() if name != "verify"}
        yield _picture(paper.kind, specimen_pdf(kind=paper.kind, snapshot=values, at=order.at))


def promised(order: Order, holder: Holder) -> Iterator[Picture]:
    """The Promise to Grant and the option agreement, with the texts of the offer's own that are in use."""
    for kind in SAYS:
        pdf = specimen(order.loaded, holder, kind, text=offer_text(order.loaded, holder, kind), at=order.at)
        if pdf is not None:
            yield _picture(kind, pdf)


def _picture(kind: str, pdf: bytes) -> Picture:
    return Picture(
        f"papers/{kind.replace('_', '-')}.pdf", _("{title}, a specimen").format(title=str(KINDS[kind].title)), pdf
    )
