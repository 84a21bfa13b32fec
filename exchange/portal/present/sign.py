"""The pages on which one signs, and what the reader is told when signing stored nothing."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from exchange.elections import consent
from exchange.elections.models import Form, FormKind
from exchange.kernel import wording
from exchange.kernel.results import Refusal
from exchange.kernel.sentences import sentence
from exchange.market.reads import calendar
from exchange.portal.pages import ClosedPage, Fact, Line
from exchange.portal.pages.electing import ArrivedPage, ChangedPage, ReviewPage, WithdrawPage
from exchange.portal.present.difference import changes, difference
from exchange.portal.present.forms import tendered_lines, title_of
from exchange.portal.present.options import choices_of, kept_lines
from exchange.portal.present.signer import signer_facts, signer_part
from exchange.portal.present.words import deadline, grants_and_shares
from exchange.portal.tokens import Review
from exchange.portal.visit import Visit
from exchange.settlement.rules import earliest_grant_date


def letters_to(count: int) -> str:
    """(a) to (i), as the statements are lettered."""
    return _("(a) to ({last})").format(last=chr(ord("a") + count - 1))


def acknowledgment_label(review: Review) -> str:
    return _("I acknowledge each of {letters}, and I sign this form electronically.").format(
        letters=letters_to(len(review.acknowledgments))
    )


def must_acknowledge(review: Review) -> str:
    return _("Tick the box to acknowledge {letters}. Without that the form cannot be signed.").format(
        letters=letters_to(len(review.acknowledgments))
    )


def _facts(visit: Visit, replaces: str) -> tuple[Fact, ...]:
    loaded = visit.loaded
    offer = loaded.terms.title
    if loaded.terms.dated is not None:
        offer = _("{title}, dated {date}").format(title=offer, date=wording.date_text(loaded.terms.dated))
    return (
        Fact(_("Offer"), offer, _("Version {number} of its documents").format(number=loaded.version.number)),
        Fact(_("Name in print"), visit.holder.legal_name),
        Fact(_("Employee number"), visit.holder.employee_number),
        Fact(_("Date and time signed"), _("The instant our server has the whole form, by its clock")),
        Fact(
            _("Consent to electronic records"),
            _("Version {number} of its wording").format(number=consent.VERSION),
        ),
        Fact(_("Amends and replaces"), replaces),
    )


def review_lines(review: Review) -> tuple[Line, ...]:
    return tuple(Line(line.grant_number, line.grant_date, line.exercise_price, line.shares) for line in review.lines)


def query_for(visit: Visit, numbers: Sequence[str]) -> str:
    """The part of an address that names what is ticked: each choice by its value."""
    values = [
        choice.value
        for choice in choices_of(visit.view)
        if any(option.grant_number in numbers for option in choice.options)
    ]
    return urlencode([("grant", value) for value in values])


def review_page(visit: Visit, review: Review) -> ReviewPage:
    numbers = [line.grant_number for line in review.lines]
    in_force = visit.forms.election_in_force
    lines = review_lines(review)
    earliest = earliest_grant_date(visit.loaded.terms, visit.loaded.date_of(visit.expires_at), calendar())
    return ReviewPage(
        change_url=f"{visit.url('choose')}?{query_for(visit, numbers)}",
        is_late=not visit.may_elect,
        facts=(*_facts(visit, _replaced(in_force)), *signer_facts(review.signer)),
        lines=lines,
        total=sum(line.shares or 0 for line in lines),
        acknowledgments=tuple(text for _code, text in review.acknowledgments),
        kept=kept_lines(visit.view, numbers),
        changes=changes(visit, numbers),
        earliest_grant_on=wording.date_text(earliest),
        expires=deadline(visit.expires_at, visit.zone),
        signer=signer_part(visit, review, query_for(visit, numbers)),
        ask_url=visit.url("arrived", review.key),
    )


def _replaced(in_force: Form | None) -> str:
    if in_force is None:
        return _("No earlier form")
    return _("Your form {number}, whole").format(number=in_force.number)


def withdraw_page(visit: Visit, review: Review) -> WithdrawPage:
    in_force = visit.forms.election_in_force
    lines = tendered_lines(visit.forms, in_force) if in_force else ()
    expires = deadline(visit.expires_at, visit.zone)
    if visit.may_elect:
        until = _(
            "You can sign this Notice until the company accepts, also after the offer expires on {expires}."
        ).format(expires=expires)
        retender = _("You can tender again with a new Election Form, until the offer expires.")
    else:
        until = _("The offer expired on {expires}. You can sign this Notice until the company accepts.").format(
            expires=expires
        )
        retender = _("The offer has expired: after this Notice you cannot tender again.")
    return WithdrawPage(
        until=until,
        choose_url=visit.url("choose") if visit.may_elect and in_force else "",
        retender=retender,
        no_tender=in_force is None,
        facts=(
            *_facts(visit, "")[:-1],
            Fact(_("Withdraws"), in_force.number if in_force else _("No Election Form of yours is in force")),
            *signer_facts(review.signer),
        ),
        lines=lines,
        total=sum(line.shares or 0 for line in lines),
        acknowledgments=tuple(text for _code, text in review.acknowledgments),
        signer=signer_part(visit, review),
        ask_url=visit.url("arrived", review.key),
    )


def moved_page(visit: Visit, review: Review) -> ChangedPage:
    """Not stored: the form in force is another than when the page was made."""
    numbers = [line.grant_number for line in review.lines]
    in_force = visit.forms.form_in_force
    return ChangedPage(
        what_happened=_("Another form of yours was stored while this page was open, here or elsewhere."),
        in_force_title=_("In force now"),
        in_force_facts=_in_force_facts(visit, in_force),
        difference=difference(visit.forms.tendered, numbers) if review.kind == FormKind.ELECTION else None,
        again_url=_again(visit, review, numbers),
    )


def _in_force_facts(visit: Visit, form: Form | None) -> tuple[Fact, ...]:
    if form is None:
        return (Fact(_("Form"), _("None")), Fact(_("Tendered"), _("Nothing")))
    tendered = _("Nothing")
    if form.kind == FormKind.ELECTION:
        lines = tendered_lines(visit.forms, form)
        tendered = grants_and_shares(len(lines), sum(line.shares or 0 for line in lines))
    return (
        Fact(title_of(form), form.number),
        Fact(_("Received"), deadline(form.received_at, visit.zone)),
        Fact(_("Tendered"), tendered),
    )


def refused_page(visit: Visit, review: Review | None, reasons: Sequence[Refusal]) -> ChangedPage:
    """Not stored: what was shown is no longer so, or the page is not one that this person was shown."""
    numbers = [line.grant_number for line in review.lines] if review else []
    told = " ".join(sentence(reason, visit.zone) for reason in reasons)
    return ChangedPage(
        what_happened=told or _("The offer’s terms or your options changed while this page was open."),
        in_force_title=_("In force now"),
        in_force_facts=_in_force_facts(visit, visit.forms.form_in_force),
        difference=None,
        again_url=_again(visit, review, numbers),
    )


def _again(visit: Visit, review: Review | None, numbers: Sequence[str]) -> str:
    if review is not None and review.kind == FormKind.WITHDRAWAL:
        return visit.url("withdraw")
    query = query_for(visit, numbers)
    return f"{visit.url('review')}?{query}" if query else visit.url("choose")


def clocks_page() -> ClosedPage:
    """No form is taken while our clocks differ: nobody could say what was in time."""
    return ClosedPage(
        _("We cannot take forms at this moment"),
        (
            _("Our server’s clocks do not agree, so no form can be timed. Nothing was stored."),
            _("Go back and press Sign again in a minute. If the deadline is near, call, or send a signed paper form."),
        ),
    )


def arrived_page(visit: Visit, form: Form | None) -> ArrivedPage:
    """Whether the press of Sign that one asks about made a form."""
    if form is not None:
        return ArrivedPage(
            heading=_("It arrived"),
            told=(_("Your form is stored under this number. There is nothing to press again."),),
            number=form.number,
            received_at=form.received_at,
            url=visit.url("done", form.pk),
            link=_("Go to the confirmation"),
        )
    return ArrivedPage(
        heading=_("It has not arrived"),
        told=(
            _("Up to now our server has no form from that press of Sign. Nothing is signed by it."),
            _("Go back to the page and press Sign again. Should both arrive, they are one form."),
        ),
        number="",
        received_at=None,
        url=visit.url("home"),
        link=_("Back to your offer"),
    )
