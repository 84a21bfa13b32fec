"""Consent to electronic records: the wording, its version, and how a holder stands. Nobody signs here without it.

The wording changes only together with `VERSION`; a holder who agreed to an earlier version is asked again before the
next signature. What was shown is kept word for word with each consent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from exchange.elections.models import ElectronicConsent
from exchange.kernel import canonical
from exchange.offers.models import Offer
from exchange.offers.terms import Contact, Terms
from exchange.people.models import Holder

VERSION = "1"


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Consent:
    """How a holder stands: the last step that gave or withdrew consent, and which samples were opened."""

    last: ElectronicConsent | None
    opened: frozenset[str]
    count: int

    @property
    def is_withdrawn(self) -> bool:
        return self.last is not None and self.last.kind == ElectronicConsent.Kind.WITHDRAWN

    @property
    def is_given(self) -> bool:
        """Given, for this version of the wording or an earlier one."""
        return self.last is not None and self.last.kind == ElectronicConsent.Kind.GIVEN

    @property
    def stands(self) -> bool:
        """Given for the wording as it is now: forms may be signed here."""
        return self.is_given and self.last is not None and self.last.version == VERSION

    @property
    def is_outdated(self) -> bool:
        return self.is_given and not self.stands

    @property
    def has_opened_sample(self) -> bool:
        return VERSION in self.opened


def consent_of(offer: Offer, holder: Holder) -> Consent:
    """One query; the wordings stay where they are."""
    rows = list(ElectronicConsent.objects.filter(offer=offer, holder=holder).defer("wording").order_by("number"))
    steps = [row for row in rows if row.kind != ElectronicConsent.Kind.SAMPLE_OPENED]
    opened = frozenset(row.version for row in rows if row.kind == ElectronicConsent.Kind.SAMPLE_OPENED)
    return Consent(steps[-1] if steps else None, opened, len(rows))


def sections(terms: Terms) -> tuple[Section, ...]:
    """What the holder is shown before agreeing, in the language in force."""
    company = terms.company.short_name
    return (
        Section(
            _("What you agree to"),
            (
                _(
                    "You agree to sign Election Forms and Notices to Withdraw of this offer on this site, by typing "
                    "your name, and to receive the records of this offer from {company} electronically instead of on "
                    "paper."
                ).format(company=company),
                _(
                    "The records are: the forms you sign and their receipts, letters about the offer and about your "
                    "forms, changed documents of the offer, your Promise to Grant, and the agreement for each new "
                    "option."
                ),
                _(
                    "You find them on this site, as pages and as PDF files. Letters come to the e-mail address that "
                    "{company} has on file for you."
                ).format(company=company),
            ),
        ),
        Section(_("The paper route"), _paper_route(terms)),
        Section(
            _("How to withdraw this consent"),
            (
                _(
                    "You can withdraw it at any time, on the page “Consent to electronic records” that is linked at "
                    "the foot of every page. It costs nothing and needs no reason."
                ),
                _(
                    "From then on you sign on paper. What you signed before stays valid: withdrawing consent does not "
                    "withdraw a tender. You can consent again at any time."
                ),
            ),
        ),
        Section(
            _("What you need"),
            (
                _(
                    "A computer, tablet or telephone with an internet connection and a current web browser; a program "
                    "that opens PDF files, which most browsers have built in; and an e-mail address."
                ),
                _("To keep the records: room to save PDF files, or a printer."),
                _(
                    "If your e-mail address changes, tell {company}’s human resources department. If these needs "
                    "change so that you might no longer open a record, we tell you and ask for your consent again."
                ).format(company=company),
            ),
        ),
    )


def _paper_route(terms: Terms) -> tuple[str, ...]:
    company = terms.company
    takers = [contact for contact in company.contacts if contact.purpose == "forms"] or list(company.contacts)
    told = [
        _(
            "You need not agree. You can sign the offer’s forms on paper instead; the same deadline and the same "
            "rules apply."
        )
    ]
    told += [route for contact in takers for route in paper_routes(terms, contact)]
    told.append(
        _(
            "You can also ask for a paper copy of any record, before or after you agree, without charge and without "
            "withdrawing your consent."
        )
    )
    return tuple(told)


def paper_routes(terms: Terms, contact: Contact) -> Sequence[str]:
    """Each way in which this person takes a signed paper form, as a sentence."""
    who = f"{contact.name}, {contact.title}" if contact.title else contact.name
    routes = []
    if "fax" in terms.channels and contact.fax:
        routes.append(_("By fax: {fax}, to {who}.").format(fax=contact.fax, who=who))
    if "hand" in terms.channels:
        address = ", ".join(terms.company.address)
        routes.append(_("By hand: to {who}, {address}.").format(who=who, address=address))
    if contact.phone:
        routes.append(_("Ask for the forms, or for help: {phone}.").format(phone=contact.phone))
    return routes


def wording(terms: Terms) -> str:
    """The whole text as it is kept."""
    parts = [part for section in sections(terms) for part in (section.heading, *section.paragraphs)]
    return "\n\n".join(parts)


def wording_digest(terms: Terms) -> str:
    """What a page sends back so that nobody agrees to a text other than the one shown."""
    return canonical.digest(f"{VERSION}\n{wording(terms)}")
