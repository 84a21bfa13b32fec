"""Every paper of an offer as its holder has it: the sealed PDFs byte for byte, in one zip with a register of them.

The exhibits beside it name no holder; this does, and is for whoever audits what was issued. Nothing is made for it: an
audit certificate is there where somebody asked for it, for a certificate says what is on record when it is made.
"""

from collections import defaultdict
from typing import IO, Any

from django.utils.translation import gettext as _

from exchange.documents.models import Paper, RenderedPaper
from exchange.interchange.exports.order import ZIP, Made, Order, Progress
from exchange.interchange.exports.zips import csv_bytes, zipped
from exchange.interchange.held.files import named
from exchange.kernel.canonical import instant_text
from exchange.settlement.agreement_letters import SIGNED_COPY, mistaken_copies
from exchange.settlement.models import AgreementMistake

HOLDER = "holder:"  # what the key of an owner who is a holder begins with (`offers.letters.owner_key`)
REGISTER = ("employee_number", "kind", "title", "template", "template_version", "code", "requested_at", "remark")
MADE = ("made_at", "seal_level", "seal_certificate", "size", "sha256", "path")
EVERY = 100  # papers between two signs of life


def make(order: Order, out: IO[bytes], progress: Progress) -> Made:
    """The zip. One PDF is in memory at a time; the same rows at the same instant make the same bytes."""
    found, mistaken = list(_papers(order)), _mistaken(order)
    counted: dict[str, int] = defaultdict(int)
    rows: list[list[Any]] = []
    with zipped(out, order.at) as zip_file:
        for done, paper in enumerate(found):
            if done % EVERY == 0:
                progress(done, len(found))
            number = str(paper["owner_key"]).removeprefix(HOLDER)
            is_mistaken = paper["kind"] == SIGNED_COPY and paper["subject_key"] in mistaken
            remark = _("The agreement was recorded as signed by mistake.") if is_mistaken else ""
            told = [number, *[_plain(paper[name]) for name in REGISTER[1:-1]], remark]
            made = _made(order, paper["pk"])
            if made is None:
                rows.append([*told, *[""] * len(MADE)])
                continue
            folder = f"papers/{named(number)}"
            counted[folder.casefold()] += 1
            path = f"{folder}/{counted[folder.casefold()]:02}-{named(paper['title'])}.pdf"
            zip_file.put(path, _("{title}, of {number}").format(title=paper["title"], number=number), bytes(made.pdf))
            seal = (made.seal_level, made.seal_certificate)
            rows.append([*told, instant_text(made.rendered_at), *seal, made.size, made.sha256, path])
        zip_file.put("register.csv", _("Every paper, also one not yet made"), csv_bytes([*REGISTER, *MADE], rows))
        zip_file.put_index(
            order,
            _("Papers of {code}").format(code=order.code),
            _(
                "Each paper is the file that its holder has, unchanged; the register has the SHA-256 that was kept "
                "with it when it was made. An audit certificate of a form is made on request, on the form’s page of "
                "the desk or of the portal; those that were asked for are here."
            ),
        )
    return Made(f"{order.code}-papers.zip", ZIP)


def _papers(order: Order) -> Any:
    """What was issued to holders by the instant, by holder and in the order in which it was asked for; no PDF."""
    papers = Paper.objects.filter(
        offer_key=order.code, owner_key__startswith=HOLDER, requested_at__lte=order.at
    ).order_by("owner_key", "requested_at", "kind", "pk")
    return papers.values("pk", "owner_key", "subject_key", *REGISTER[1:-1])


def _mistaken(order: Order) -> set[str]:
    """Copies of agreements that nobody had signed: issued all the same, and found to be a mistake by the instant."""
    found = AgreementMistake.objects.filter(signature__grant__line__promise__offer=order.loaded.offer)
    return mistaken_copies(found.filter(at__lte=order.at))


def _made(order: Order, paper: Any) -> RenderedPaper | None:
    return RenderedPaper.objects.filter(paper=paper, rendered_at__lte=order.at).first()


def _plain(value: Any) -> Any:
    return instant_text(value) if hasattr(value, "tzinfo") else value
