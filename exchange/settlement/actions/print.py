"""Making a paper to print for one holder: a form to sign on paper, or the statement of their options."""

from datetime import datetime

from exchange.audit.actions import append
from exchange.documents.actions import request_paper
from exchange.documents.models import Paper
from exchange.kernel import canonical
from exchange.kernel.results import Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.letters import owner_key
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded, load
from exchange.offers.rules import State
from exchange.people.models import Holder
from exchange.settlement import printed


def may_print(loaded: Loaded, kind: str, at: datetime) -> bool:
    """Whether such a paper is of use at that instant: a form while it may be sent, the statement from opening on."""
    if kind == printed.ELECTION:
        return loaded.timeline.state(at) is State.OPEN
    if kind == printed.NOTICE:
        return loaded.timeline.is_withdrawal_open(at)
    return loaded.timeline.state(at) is not State.DRAFT


def print_paper(*, kind: str, offer: Offer, holder: Holder, actor: str, at: datetime) -> Result[Paper]:
    """Owe the paper as of `at`; the same again on the same day while no fact on it has changed.

    Refuses a form that could no longer be sent, or not yet. Nothing is sent or signed by it.
    """

    def work() -> Paper:
        loaded = load(offer)
        if not may_print(loaded, kind, at):
            raise refuse(Refusal("offer_not_open", {"state": loaded.timeline.state(at)}))
        if kind == printed.STATEMENT:
            snapshot = printed.statement(loaded, holder, at)
        else:
            snapshot = printed.paper_form(loaded, holder, kind, at)
        facts = {name: value for name, value in snapshot.items() if name != "issued_at"}
        as_of = f"{loaded.date_of(at):%Y%m%d}-{canonical.digest(canonical.dumps(facts))[:12]}"
        subject = f"{kind}:{as_of}:{snapshot['number']}"
        known = Paper.objects.filter(kind=kind, subject_key=subject).first()
        if known is not None:
            return known
        paper = request_paper(
            kind=kind,
            owner_key=owner_key(holder),
            subject_key=subject,
            offer_key=offer.code,
            snapshot=snapshot,
            at=at,
            is_replay=offer.is_replay,
        )
        append(
            chain=f"printed:{holder.employee_number}",
            kind="paper.printed",
            actor=actor,
            at=at,
            payload={"offer": offer.code, "kind": kind, "paper": str(paper.pk), "sha256": paper.sha256},
        )
        return paper

    return in_one_transaction(work)
