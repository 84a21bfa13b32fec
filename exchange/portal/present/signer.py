"""Who signs, where it is not the holder under the name on the agreement: in words, and what became of the proof."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from exchange.elections.models import Form, ProofDecision, Purpose
from exchange.elections.records import Proof
from exchange.elections.rules import EFFECTIVE
from exchange.portal.pages import Banner, Fact
from exchange.portal.pages.electing import SignerPage, SignerPart
from exchange.portal.tokens import Review, Signer
from exchange.portal.visit import Visit

KINDS = {"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG"}


def capacity_text(capacity: str) -> str:
    return {
        "self": _("The holder, under a changed name"),
        "attorney_in_fact": _("Attorney-in-fact"),
        "fiduciary": _("Fiduciary"),
    }[capacity]


def proof_text(proof: Proof) -> str:
    """PDF, 120 kB."""
    size = _("{n} kB").format(n=max(1, round(proof.size / 1024)))
    return f"{KINDS[proof.content_type]}, {size}"


def signer_facts(signer: Signer | None) -> tuple[Fact, ...]:
    if signer is None:
        return ()
    title = (Fact(_("Title of the signer"), signer.title),) if signer.title else ()
    purpose = str(Purpose(signer.proof.purpose).label)
    return (
        Fact(_("Who signs"), signer.name, capacity_text(signer.capacity)),
        *title,
        Fact(purpose, proof_text(signer.proof), _("SHA-256 with salt: {digest}").format(digest=signer.proof.sha256)),
    )


def signer_part(visit: Visit, review: Review, query: str = "") -> SignerPart:
    """`query` names what is ticked, so that one comes back to the same review."""
    more = f"&{query}" if query else ""
    return SignerPart(f"{visit.url('signer')}?for={review.kind}{more}", signer_facts(review.signer))


def signer_page(visit: Visit, signer: Signer | None, back_url: str, *, takes_files: bool) -> SignerPage:
    return SignerPage(
        holder=visit.holder.name_on_agreement,
        back_url=back_url,
        proof=proof_text(signer.proof) if signer else "",
        is_stated=signer is not None,
        takes_files=takes_files,
    )


def signed_facts(signed: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Who signed and with which proof, and under which consent, by the signed record."""
    facts = []
    proof = Proof(**signed["proof"]) if "proof" in signed else None
    if signed["signer_capacity"] != "self" or proof is not None:
        facts.append(Fact(_("Who signed"), capacity_text(signed["signer_capacity"])))
    if proof is not None:
        facts.append(Fact(str(Purpose(proof.purpose).label), proof_text(proof)))
    if signed.get("consent_version"):
        version = _("Version {number} of its wording").format(number=signed["consent_version"])
        facts.append(Fact(_("Consent to electronic records"), version))
    return tuple(facts)


def proof_banners(visit: Visit) -> tuple[Banner, ...]:
    """On home: a form in force whose proof nobody has judged yet."""
    form = visit.forms.form_in_force
    if form is None or form.pk in visit.proof_decisions:
        return ()
    told = proof_more(visit, form)
    title = _("Your proof is being looked at")
    more = _("Form {number} counts as it stands. We tell you by e-mail if the proof is not sufficient.")
    return (
        (Banner(title, more.format(number=form.number), "", visit.url("form", form.pk), _("See the form")),)
        if told
        else ()
    )


def proof_more(visit: Visit, form: Form) -> tuple[str, ...]:
    """What stands about the proof that came with a form: being looked at, or what was found of it."""
    if not visit.has_proof(form):
        return ()
    decision = visit.proof_decisions.get(form.pk)
    if decision is None:
        if visit.forms.judged(form).status != EFFECTIVE or visit.loaded.timeline.accepted_at is not None:
            return ()
        return (
            _("Your proof is being looked at. Until it is found not to be sufficient, the form counts as it stands."),
        )
    if decision.verdict == ProofDecision.Verdict.SUFFICIENT:
        return (_("The proof that came with it was found sufficient."),)
    return (_("The proof that came with it was found not sufficient: {reason}").format(reason=decision.reason),)
