"""The exhibits of an offer in one zip: documents of every version, each kind of letter, the holder's pages, registers.

A letter to holders is a public filing; each wording stands here once, as a specimen to nobody in particular.
What was sent when, and to how many, stands in the registers. No file names a holder.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from exchange.interchange.exports.order import ZIP, Made, Order, Progress
from exchange.interchange.exports.zips import csv_bytes, zipped
from exchange.interchange.held.files import named
from exchange.kernel.canonical import instant_text
from exchange.notices.examples import specimen
from exchange.notices.letters import VERSIONS, Content, Rendered, render
from exchange.notices.models import Message
from exchange.notices.wording import Wording
from exchange.offers.content import LETTER, Contents
from exchange.offers.letters import common
from exchange.offers.library import volumes
from exchange.offers.models import OfferDocument, OfferEvent, OfferVersion
from exchange.people.models import Holder

ENDINGS = {"text/html": "html", "text/plain": "txt", "application/pdf": "pdf", "text/markdown": "md"}


@dataclass(frozen=True)
class Picture:
    """One more file of the exhibits: its place, what it is, its bytes."""

    path: str
    title: str
    body: bytes


# Rooms above this one add theirs when they are loaded: the holder's pages are the portal's.
SOURCES: dict[str, Callable[[Order], Iterator[Picture]]] = {}


def make(order: Order, out: IO[bytes], progress: Progress) -> Made:
    """The zip. One file is in memory at a time; the same rows at the same instant make the same bytes."""
    steps = (_documents, _letters, _registers, *SOURCES.values())
    with zipped(out, order.at) as zip_file:
        for done, step in enumerate(steps):
            progress(done, len(steps))
            for picture in step(order):
                zip_file.put(picture.path, picture.title, picture.body)
        zip_file.put_index(
            order,
            _("Exhibits of {code}").format(code=order.code),
            _(
                "Letters stand here once for each wording, to nobody in particular; the registers say what was sent "
                "when, and to how many. The holder’s pages and the papers are those of an invented holder. The papers "
                "that holders have are a file of their own, “Papers as issued”: they name their holders."
            ),
        )
    return Made(f"{order.code}-exhibits.zip", ZIP)


def _documents(order: Order) -> Iterator[Picture]:
    """Every version's terms and documents, marked copies among them, as they are kept."""
    offer = order.loaded.offer
    for version in OfferVersion.objects.filter(offer=offer).order_by("number"):
        title = _("Terms of version {number}").format(number=version.number)
        yield Picture(f"documents/version-{version.number}/terms.json", title, version.terms.encode())
    for volume in reversed(volumes(offer)):
        for place, document in enumerate(volume.documents, start=1):
            ending = ENDINGS.get(document.content_type.partition(";")[0].strip(), "bin")
            path = f"documents/version-{volume.number}/{place:02}-{named(document.title)}.{ending}"
            title = _("{title}, version {number}").format(title=document.title, number=volume.number)
            body = OfferDocument.objects.values_list("body", flat=True).get(pk=document.pk)
            yield Picture(path, title, bytes(body))


WORDING = ("kind", "template_version", "wording_number", "names_deadline")


def _letters(order: Order) -> Iterator[Picture]:
    """One specimen of each wording that was used: of its template, approved words and deadline.

    It is made for nobody, never from a letter to somebody: what such a letter says of its addressee and of others may
    stand in it in ways that no masking finds.
    """
    letters = Message.objects.filter(offer_key=order.code, queued_at__lte=order.at)
    contents = Contents(order.loaded.offer)
    counted: dict[str, int] = {}
    for used in letters.order_by(*WORDING).values(*WORDING).distinct():
        kind = used["kind"]
        counted[kind] = counted.get(kind, 0) + 1
        path = f"letters/{named(kind)}-{counted[kind]:02}"
        letter = _specimen(order, contents, **used)
        if letter is None:
            title = _("{kind}: a wording of an earlier release").format(kind=kind)
            yield Picture(f"{path}.txt", title, _no_specimen(used["template_version"]).encode())
            continue
        yield Picture(f"{path}.txt", letter.subject, f"{letter.subject}\n\n{letter.text}".encode())
        yield Picture(f"{path}.html", letter.subject, letter.html.encode())


def _specimen(
    order: Order,
    contents: Contents,
    *,
    kind: str,
    template_version: int,
    wording_number: int,
    names_deadline: datetime | None,
) -> Rendered | None:
    """A letter of these words to an invented holder; None where this release has that template no more."""
    if VERSIONS.get(kind) != template_version:
        return None
    loaded = order.loaded
    known: dict[str, Any] = {
        **common(loaded, Holder(legal_name=_("[Holder]"))),
        "deadline": names_deadline or loaded.timeline.expires_at or loaded.terms.expires_at,
    }
    if kind == "offer_terminated":
        end = loaded.offer.events.filter(kind=OfferEvent.Kind.TERMINATED, at__lte=order.at).first()
        known |= {"terminated_at": end.at, "reason": end.reason} if end else {}
    words = {piece.number: piece for piece in contents.versions(LETTER, kind)}[wording_number]
    content = Content(Wording(**words.parts), words.number, words.digest)
    return render(kind, specimen(kind, known, order.at), content=content, reference=_("[its number]"))


def _no_specimen(version: int) -> str:
    return _(
        "Letters of this kind went out from version {n} of the template, which this release has no more. "
        "They stand in the notices of those they went to; how many went out and when is in register.csv."
    ).format(n=version)


def _registers(order: Order) -> Iterator[Picture]:
    """What was sent when to how many: by wording and state, and day by day."""
    letters = Message.objects.filter(offer_key=order.code, queued_at__lte=order.at)
    states = letters.order_by(*WORDING, "state").values(*WORDING, "state")
    rows = [
        [
            *[_plain(row[name]) for name in (*WORDING, "state")],
            row["letters"],
            row["people"],
            *[_plain(row[name]) for name in ("first_queued", "last_queued", "first_sent", "last_sent")],
        ]
        for row in states.annotate(
            letters=Count("pk"),
            people=Count("owner_key", distinct=True),
            first_queued=Min("queued_at"),
            last_queued=Max("queued_at"),
            first_sent=Min("sent_at"),
            last_sent=Max("sent_at"),
        )
    ]
    heads = [*WORDING, "state", "letters", "people", "first_queued", "last_queued", "first_sent", "last_sent"]
    yield Picture("letters/register.csv", _("What was sent, by wording and state"), csv_bytes(heads, rows))
    day = TruncDate("sent_at", tzinfo=ZoneInfo(order.loaded.zone))
    sent = letters.filter(sent_at__isnull=False).annotate(day=day).order_by("day", "kind").values("day", "kind")
    days = [[row["day"].isoformat(), row["kind"], row["letters"]] for row in sent.annotate(letters=Count("pk"))]
    title = _("What was sent on each day, in the offer’s zone")
    yield Picture("letters/register-by-day.csv", title, csv_bytes(["day", "kind", "letters"], days))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant_text(value)
    return "" if value is None else value
