"""New options and their agreements: what waits for a signature, what is put before the holder, what was signed."""

import json
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.kernel import wording
from exchange.kernel.results import Refusal
from exchange.kernel.sentences import sentence
from exchange.portal.agreement_form import Offered
from exchange.portal.pages import ClosedPage
from exchange.portal.pages.agreement import AgreementsPage, NewGrantsPage, NewOption, SignedPage, Vested
from exchange.portal.present.sign import letters_to
from exchange.portal.present.standing import line_standing
from exchange.portal.present.words import deadline, shares_text
from exchange.portal.visit import Visit
from exchange.settlement.models import AgreementSignature, NewGrant
from exchange.settlement.reads import HolderOutcome
from exchange.settlement.signatures import is_released, signature_of


def new_grants_of(outcome: HolderOutcome) -> list[NewGrant]:
    return [line.new_grant for line in outcome.lines if hasattr(line, "new_grant")]


def waiting_for_signature(outcome: HolderOutcome) -> list[NewGrant]:
    """New options whose agreements are not signed yet: granted, and not released."""
    return [grant for grant in new_grants_of(outcome) if not is_released(grant)]


def waiting_text(count: int) -> str:
    return ngettext(
        "%(count)d option agreement waits for your signature",
        "%(count)d option agreements wait for your signature",
        count,
    ) % {"count": count}


def signed_text(visit: Visit, signature: AgreementSignature) -> str:
    """When and how an agreement was signed."""
    if signature.signed_at is not None:
        return deadline(signature.signed_at, visit.zone)
    on = wording.date_text(signature.signed_on) if signature.signed_on else "–"
    return _("{on}, on paper").format(on=on)


def option_of(visit: Visit, grant: NewGrant) -> NewOption:
    """A new option with its agreement: waiting for the holder's signature, or signed and released."""
    total, vesting = 0, []
    for on, shares in json.loads(grant.vesting):
        total += shares
        vesting.append(Vested(date.fromisoformat(on), shares, total))
    signature = signature_of(grant)
    return NewOption(
        old_grant_number=grant.old_grant_number,
        shares=grant.shares,
        exercise_price=grant.exercise_price,
        granted_on=grant.granted_on,
        expires_on=grant.expires_on,
        number=grant.number,
        vesting=tuple(vesting),
        status=_("Yours: agreement signed") if signature else _("Granted, waiting for your signature"),
        mark="done" if signature else "time",
        signed=signed_text(visit, signature) if signature else "",
        agreement_url=visit.url("agreement", grant.pk),
        sign_url="" if signature else visit.url("sign_agreement", grant.pk),
        copy_url=visit.url("signed_agreement", grant.pk) if signature else "",
        calendar_url=visit.url("vesting", grant.pk),
    )


def new_grants_page(visit: Visit) -> NewGrantsPage:
    outcome = visit.outcome
    shown = []
    for line in outcome.lines:
        if hasattr(line, "new_grant"):
            shown.append(option_of(visit, line.new_grant))
        else:
            status, mark, reason = line_standing(outcome, line)
            shown.append(NewOption(line.grant_number, line.shares, reason=reason, status=status, mark=mark))
    waiting = len(waiting_for_signature(outcome))
    calendar = visit.url("all_vesting") if len(new_grants_of(outcome)) > 1 else ""
    return NewGrantsPage(
        _lede(outcome), tuple(shown), waiting, visit.url("sign_agreements") if waiting else "", calendar
    )


def _lede(outcome: HolderOutcome) -> str:
    grants = new_grants_of(outcome)
    if grants:
        return _("New options for {shares} were granted on {date} at {price} a share.").format(
            shares=shares_text(sum(grant.shares for grant in grants)),
            date=wording.date_text(grants[0].granted_on),
            price=wording.price_text(grants[0].exercise_price),
        )
    if outcome.acceptance is not None and outcome.lines and not any(hasattr(line, "lapse") for line in outcome.lines):
        return _("None is granted yet: {date} at the earliest.").format(
            date=wording.date_text(outcome.acceptance.earliest_grant_on)
        )
    return _("No new option is granted to you.")


def tick_label(offered: Offered) -> str:
    return ngettext(
        "I acknowledge each of {letters}, and I sign this option agreement electronically.",
        "I acknowledge each of {letters}, and I sign these option agreements electronically.",
        len(offered.pdfs),
    ).format(letters=letters_to(len(offered.acknowledgments)))


def must_tick(offered: Offered) -> str:
    return _("Tick the box to acknowledge {letters}. Without that nothing is signed.").format(
        letters=letters_to(len(offered.acknowledgments))
    )


def agreements_page(
    visit: Visit, grants: Sequence[NewGrant], offered: Offered, not_ready: int, action_url: str
) -> AgreementsPage:
    return AgreementsPage(
        options=tuple(option_of(visit, grant) for grant in grants),
        total=sum(grant.shares for grant in grants),
        name=visit.holder.name_on_agreement,
        acknowledgments=tuple(text for _code, text in offered.acknowledgments),
        not_ready=not_ready,
        action_url=action_url,
        new_grants_url=visit.url("new_grants"),
    )


def signed_page(visit: Visit, signatures: Sequence[AgreementSignature]) -> SignedPage:
    """What was signed together, and what comes next."""
    first = signatures[0]
    grants = {grant.pk: grant for grant in new_grants_of(visit.outcome)}
    waiting = len(waiting_for_signature(visit.outcome))
    return SignedPage(
        options=tuple(option_of(visit, grants[row.grant_id]) for row in signatures if row.grant_id in grants),
        total=sum(grants[row.grant_id].shares for row in signatures if row.grant_id in grants),
        signed_at=first.signed_at,
        signed=signed_text(visit, first),
        digest=first.record_digest if len(signatures) == 1 else "",
        waiting=waiting,
        sign_url=visit.url("sign_agreements") if waiting else "",
        new_grants_url=visit.url("new_grants"),
        calendar_url=visit.url("all_vesting"),
        next=(
            _("We send you a letter with the signed copy. You find it here too, at any time."),
            _("Shares vest on the dates of the schedule, while you stay employed."),
            _("How you exercise vested shares, and pay for them, is in the plan."),
        ),
    )


def nothing_to_sign_page(visit: Visit) -> ClosedPage:
    """Why there is nothing to sign now."""
    grants = new_grants_of(visit.outcome)
    if grants and not waiting_for_signature(visit.outcome):
        told = _("Every option agreement of yours is signed. There is nothing left to do.")
    elif grants:
        told = _("The agreements are being made ready. Open this page again in a few minutes.")
    else:
        told = _("No new option is granted to you, so there is no agreement to sign.")
    return ClosedPage(_("Nothing to sign"), (told,), visit.url("new_grants"), _("See your new options"))


def no_consent_page(visit: Visit) -> ClosedPage:
    """Consent to electronic records is withdrawn, so nothing is signed here."""
    told = (
        sentence(Refusal("consent_withdrawn"), visit.zone),
        _("Your options stay granted meanwhile. To sign on paper, ask the contact on this page for the agreements."),
    )
    return ClosedPage(_("Not without your consent"), told, visit.url("consent"), _("Consent to electronic records"))


def not_signed_page(visit: Visit, told: str) -> ClosedPage:
    """Sign was pressed and nothing was signed: why, and where it stands."""
    return ClosedPage(
        _("Nothing was signed"),
        (told or _("This page was not made for you, or it is too old. Open the agreement again."),),
        visit.url("new_grants"),
        _("See your new options, and which are signed"),
    )
