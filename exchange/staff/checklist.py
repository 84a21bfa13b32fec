"""The checklist before opening, in words: what each check is, what it found, what to do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext

from exchange.grants.models import Grant
from exchange.kernel.sentences import sentence
from exchange.kernel.wording import shares_text
from exchange.offers.findings import Finding
from exchange.offers.preflight import Check, Level, preflight
from exchange.offers.reads import Loaded
from exchange.people.models import Holder, User
from exchange.staff import words
from exchange.staff.admin.base import record_url
from exchange.staff.parts import Cell, Section, Table, table

TITLE: Mapping[str, str] = {
    "duplicate_people": noop("Nobody is on file twice"),
    "duplicate_addresses": noop("Nobody shares an e-mail address"),
    "placeholder_addresses": noop("Everyone has a real address"),
    "people_without_options": noop("Everyone holds an option, and every option has its holder"),
    "unpaired_halves": noop("Split pairs are named as pairs"),
    "nobody_reached": noop("The offer reaches someone"),
    "share_pool": noop("The share pool holds the new options"),
    "contacts": noop("Contacts are set"),
    "signatory": noop("The signatory is set"),
    "staff_numbers": noop("Every staff account says whose it is"),
    "documents_approved": noop("Documents are approved"),
    "letters_approved": noop("Letters are approved"),
    "legal_clock": noop("The legal clock allows the period"),
    "clocks": noop("The clocks are in step"),
}
TO_DO: Mapping[str, str] = {
    "duplicate_people": noop(
        "If they are one person, mend the people and options files and import them again. If they are two people of "
        "one name, counsel says so."
    ),
    "duplicate_addresses": noop(
        "Find each person’s own address and import the people again. Someone without one is reached on paper; counsel "
        "says so."
    ),
    "placeholder_addresses": noop(
        "Find the real address and import the people again. Whoever has none is reached on paper; counsel says so."
    ),
    "people_without_options": noop(
        "They are not reached by the offer. If someone should hold an option, import the options again."
    ),
    "unpaired_halves": noop(
        "Give both halves the same split_pair in the options file and import it again. If they are two grants of one "
        "day, counsel says so."
    ),
    "nobody_reached": noop("Look at the eligibility preview: the reasons tell which term or file is wrong."),
    "share_pool": noop(
        "State the shares available of the plan in the terms, or change the ratio. If the pool is known to be large "
        "enough and not stated, counsel says so."
    ),
    "contacts": noop("Add the contact to the terms."),
    "signatory": noop("Name the officer in the terms. If papers are to leave the line open, counsel says so."),
    "staff_numbers": noop(
        "The administrator states the employee number on the account’s page, or that it is no employee’s: so nobody "
        "decides on what is their own."
    ),
    "documents_approved": noop("Counsel reads the documents and approves them on the page of this check."),
    "letters_approved": noop("Counsel reads and approves each kind under Letters of this offer."),
    "legal_clock": noop("Change the dates in the terms. A clock rule can be overridden by counsel while opening."),
    "clocks": noop("Those who run the site put the clocks right; forms are refused beyond one second."),
}
FINDING: Mapping[str, str] = {
    "contacts:questions": noop("Nobody who answers questions has a telephone or an e-mail address."),
    "contacts:fax": noop("Forms come by fax, and no contact that takes paper forms has a fax number."),
    "contacts:hand": noop("Forms come by hand or mail, and no contact or no address takes them."),
    "signatory": noop("No officer is named."),
    "staff": noop("Neither an employee number nor that it is no employee’s."),
    "nobody": noop("No eligible person has an eligible option."),
    "clocks": noop("The difference is more than a tenth of a second."),
    "never": noop("Never approved"),
    "edited": noop("Changed since it was approved"),
    "changed": noop("The product’s own words changed since it was approved"),
    "documents": noop("Documents of the newest version"),
    "unpaired": noop("An ISO and an NSO of one day, plan and price; neither is named a half of a pair."),
    "same_kind": noop("Named a pair, and both are of one kind."),
}
LEVEL: Mapping[str, str] = {
    Level.DONE: noop("Done"),
    Level.ATTENTION: noop("Needs attention"),
    Level.ACCEPTED: noop("Accepted by counsel"),
    Level.BLOCKS: noop("Blocks"),
}
MARK: Mapping[str, str] = {
    Level.DONE: "done",
    Level.ATTENTION: "time",
    Level.ACCEPTED: "done",
    Level.BLOCKS: "lost",
}


def title_of(check: Check) -> str:
    return _(TITLE[check.code])


def check_url(code: str, check: Check) -> str:
    return reverse("staff:check", args=[code, check.code])


def found_text(check: Check, zone: str) -> str:
    """What was found, in a sentence."""
    if check.level is not Level.DONE:
        return sentence(check.refusal, zone)
    return _good(check.code, check.params)


def _good(code: str, params: Mapping[str, Any]) -> str:
    """What is good about a check that found nothing."""
    if code == "nobody_reached":
        return _("{people}, {options}.").format(
            people=words.eligible_people_text(params["people"]), options=words.eligible_options_text(params["options"])
        )
    if code == "share_pool" and not params["wanted"]:
        return _(
            "Plan {plan}: no option becomes more shares than it returns, so the pool need hold none; up to {returned} "
            "come back, up to {new} are granted."
        ).format(plan=params["plan"], returned=shares_text(params["returned"]), new=shares_text(params["new"]))
    if code == "share_pool":
        return _(
            "Plan {plan}, in shares: up to {returned} come back, up to {new} new ones are needed, "
            "{available} are available."
        ).format(
            plan=params["plan"],
            returned=shares_text(params["returned"]),
            new=shares_text(params["new"]),
            available=shares_text(params["available"]),
        )
    if code == "people_without_options":
        return ngettext(
            "{n} option, with its holder.", "{n} options, each with its holder.", params["options"]
        ).format(n=shares_text(params["options"]))
    if code == "clocks":
        return _("{n} ms apart.").format(n=params["milliseconds"])
    return _("Nothing to mend.")


def checklist_table(loaded: Loaded, checks: Sequence[Check]) -> Table:
    rows = [
        [
            Cell(title_of(check), url=check_url(loaded.offer.code, check)),
            Cell(_(LEVEL[check.level]), mark=MARK[check.level]),
            Cell(
                found_text(check, loaded.zone),
                more=_(TO_DO[check.code]) if check.level in {Level.BLOCKS, Level.ATTENTION} else _accepted(check),
            ),
        ]
        for check in checks
    ]
    return table(_("Before the offer is opened"), [_("Check"), _("Stands"), _("What was found, and what to do")], rows)


def _accepted(check: Check) -> str:
    return " ".join(
        _("{who}: {reason}").format(who=row.accepted_by.removeprefix("staff:"), reason=row.reason)
        for row in check.acceptances
        if check.level is Level.ACCEPTED
    )


def summary(checks: Sequence[Check]) -> str:
    """How many stand how, in one line."""
    counts = [(level, sum(check.level is level for check in checks)) for level in Level]
    return ", ".join(f"{_(LEVEL[level])}: {count}" for level, count in counts if count)


def checklist_section(loaded: Loaded, at: datetime) -> Section:
    """The checklist as a part of the page on which the offer is opened."""
    checks = preflight(loaded, at)
    return Section(_("Checklist"), text=summary(checks), table=checklist_table(loaded, checks))


def findings_table(check: Check, findings: Sequence[Finding], zone: str) -> Table:
    """A page of findings, each with links to its rows."""
    people = {subject.key for finding in findings for subject in finding.subjects if subject.kind == "person"}
    numbers = {subject.key for finding in findings for subject in finding.subjects if subject.kind == "option"}
    accounts = {subject.key for finding in findings for subject in finding.subjects if subject.kind == "account"}
    rows_of: Mapping[str, Mapping[Any, Any]] = {
        "person": {str(pk): row for pk, row in Holder.objects.in_bulk([int(key) for key in people]).items()},
        "option": Grant.objects.in_bulk(list(numbers), field_name="grant_number"),
        "account": {str(pk): row for pk, row in User.objects.in_bulk([int(key) for key in accounts]).items()},
    }
    accepted = {key: row for row in check.acceptances for key in row.keys_accepted}
    rows: list[list[object]] = []
    for finding in findings:
        by = accepted.get(finding.token)
        state = Cell(_("Accepted"), mark="done", more=by.reason) if by else Cell(_("Open"), mark="time")
        links = [
            Cell(subject.text, url=record_url(rows_of[subject.kind][subject.key]))
            for subject in finding.subjects
            if subject.kind in rows_of
        ]
        first = links[0] if links else Cell(_what(finding, zone))
        rows.append([first, _others(links[1:]), _detail(finding, zone) if links else "", state])
    heads = [_("Found"), _("Together with"), _("What it is"), _("Stands")]
    return table(title_of(check), heads, rows, empty=_("Nothing is found."))


def _others(cells: Sequence[Cell]) -> Cell:
    if not cells:
        return Cell("–")
    return Cell(cells[0].text, url=cells[0].url, more=", ".join(cell.text for cell in cells[1:]))


def _what(finding: Finding, zone: str) -> str:
    """A finding that is about no row of people or options."""
    if finding.reason is not None:
        return sentence(finding.reason, zone)
    if finding.subjects:
        subject = finding.subjects[0]
        what = subject.key.replace("_", " ") or _(FINDING.get(subject.kind, subject.kind))
        return _("{what}: {why}").format(what=what, why=_(FINDING.get(subject.text, subject.text)))
    return _(FINDING.get(finding.key, finding.key.partition(":")[0]))


def _detail(finding: Finding, zone: str) -> str:
    said = FINDING.get(finding.key.partition(":")[0])
    return " ".join(part for part in (_(said) if said else "", finding.detail) if part)
