"""Consent to electronic records as its pages show it, and the paper route that takes its place."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from exchange.elections.consent import VERSION, sections
from exchange.portal.pages import Fact
from exchange.portal.pages.consent import ConsentPage, OnPaperPage, State, WithdrawConsentPage
from exchange.portal.present.words import deadline
from exchange.portal.visit import Visit


def consent_page(visit: Visit, then: str) -> ConsentPage:
    """The wording, and where this person stands. `then` is the address that agreeing leads to, '' for none."""
    consent = visit.consent
    given_on = deadline(consent.last.at, visit.zone) if consent.last else ""
    told: tuple[str, ...]
    state: State
    if consent.stands:
        state, told = "given", (_("You agreed on {at}. You can sign here.").format(at=given_on),)
    elif consent.is_withdrawn:
        told = (
            _("You withdrew your consent on {at}. You sign on paper. What you signed before stays valid.").format(
                at=given_on
            ),
            _("You can consent again below."),
        )
        state = "withdrawn"
    elif consent.is_outdated:
        told = (
            _("You agreed on {at}, to an earlier wording. It has changed: read it, and agree again before you sign.")
            .format(at=given_on),
        )  # fmt: skip
        state = "changed"
    else:
        state, told = "asked", (_("You are asked once, before your first signature. Nothing is signed by agreeing."),)
    return ConsentPage(
        state=state,
        told=told,
        sections=sections(visit.loaded.terms),
        version=VERSION,
        sample_url=visit.url("consent_sample"),
        sample_state=_("You have opened it.") if consent.has_opened_sample else _("You have not opened it yet."),
        then=_then(visit, then),
        agree_text=_("Agree and go on to review") if then.startswith(visit.url("review")) else _("Agree"),
        withdraw_url=visit.url("withdraw_consent") if consent.is_given else "",
        paper_url=visit.url("on_paper"),
    )


def _then(visit: Visit, then: str) -> str:
    if then.startswith(visit.url("review")):
        return _("Next you review your Election Form, and sign it there. What you chose is kept.")
    if then.startswith(visit.url("withdraw")):
        return _("Next you read and sign the Notice to Withdraw.")
    return ""


def withdraw_consent_page(visit: Visit) -> WithdrawConsentPage:
    told = [
        _("From then on you cannot sign here. You sign on paper: by fax or by hand, with the same deadline."),
        _("What you signed before stays valid, and stays here for you to read."),
    ]
    if visit.forms.tendered:
        told.append(
            _(
                "It does not withdraw your tender. To withdraw that, sign a Notice to Withdraw: here first, or on "
                "paper later."
            )
        )
    told.append(_("You can consent again at any time."))
    return WithdrawConsentPage(tuple(told), visit.url("consent"))


def on_paper_page(visit: Visit, *, is_refused: bool = False) -> OnPaperPage:
    """How to sign on paper. `is_refused`: the person wanted to sign here and has withdrawn their consent."""
    told = []
    heading = _("Sign on paper")
    if is_refused:
        heading = _("You sign on paper now")
        told.append(
            _(
                "You have withdrawn your consent to electronic records, so nothing can be signed here. Nothing was "
                "stored."
            )
        )
    if visit.may_elect:
        told.append(
            _("A paper Election Form must be received before {expires}, as one signed here must.").format(
                expires=deadline(visit.expires_at, visit.zone)
            )
        )
    if visit.may_withdraw:
        told.append(_("A paper Notice to Withdraw must be received before the company accepts."))
    told.append(_("It counts from the instant the company has it, as HR writes it on the form. Sign and date it."))
    return OnPaperPage(
        heading=heading,
        told=tuple(told),
        routes=tuple(_routes(visit)),
        forms=tuple(_forms(visit)),
        consent_url=visit.url("consent"),
        consent_text=_("Consent again, and sign here") if visit.consent.is_withdrawn else _("Read the consent"),
    )


def _forms(visit: Visit) -> Iterator[tuple[str, str]]:
    """The forms to print, filled in but for the signature; none that could no longer be sent."""
    if {"fax", "hand"} & visit.loaded.terms.channels:
        if visit.may_elect:
            yield _("Print an Election Form, filled in for you (PDF)"), visit.url("election_form")
        if visit.may_withdraw:
            yield _("Print a Notice to Withdraw, filled in for you (PDF)"), visit.url("notice_form")
    yield _("Print the statement of your options (PDF)"), visit.url("option_statement")


def _routes(visit: Visit) -> list[Fact]:
    terms = visit.loaded.terms
    company = terms.company
    takers = [contact for contact in company.contacts if contact.purpose == "forms"] or list(company.contacts)
    facts = []
    for contact in takers:
        who = f"{contact.name}, {contact.title}" if contact.title else contact.name
        if "fax" in terms.channels and contact.fax:
            facts.append(Fact(_("By fax"), contact.fax, who))
        if "hand" in terms.channels:
            facts.append(Fact(_("By hand"), "\n".join(company.address), who))
        if contact.phone:
            facts.append(Fact(_("By telephone: ask for the forms"), contact.phone, who))
    return facts
