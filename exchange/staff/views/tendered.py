"""What acceptance would take, by holder and by option, why each is or is not taken; in pages, and as a file."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from exchange.kernel.wording import (
    counted_holders_text,
    counted_options_text,
    counted_shares_text,
    date_text,
    shares_text,
)
from exchange.people.models import Holder
from exchange.settlement.models import NotAccepted
from exchange.settlement.tenders import HolderTenders, PlainTender, by_holder, plain_tenders
from exchange.staff import words
from exchange.staff.admin.base import list_url, record_url
from exchange.staff.paged import Paged, answer, as_file, choices, file_links, shown_of
from exchange.staff.parts import Cell, Fact, Link, Table, table
from exchange.staff.steps import ACCEPT, link_to
from exchange.staff.views.watch import not_yet, setting_of

HOLDERS = "holders"


def tendered(request: HttpRequest, code: str) -> HttpResponse:
    """Every tendered line as acceptance would decide now, from the newest facts and decisions."""
    edge, loaded, acceptance, back = setting_of(request, code)
    title = _("What acceptance would take")
    if acceptance is not None:
        told = _(
            "The offer is accepted. The lists of cancelled options and of what was not accepted have the outcome."
        )
        return answer(
            request,
            Paged(
                title,
                told,
                back,
                shown_of(request, []),
                table(title, (), ()),
                "",
                links=[Link(_("Not accepted"), list_url(NotAccepted))],
            ),
        )
    if loaded.timeline.commences_at is None:
        return not_yet(request, title, back, _("The offer is not open yet."))
    at = edge.latest
    lines = plain_tenders(loaded, at)
    wanted = request.GET.get("taken", "")
    verdicts = {"": _("All"), "yes": _("Taken"), "no": _("Not taken")}
    chosen = [line for line in lines if not wanted or (wanted == "yes") == (not line.reason)]
    is_by_holder = request.GET.get("by") == HOLDERS
    file = as_file(request, f"{code}-acceptance", FILE, lambda: _rows_of_file(chosen))
    if file is not None:
        return file
    own = by_holder(chosen) if is_by_holder else []
    count = len(own) if is_by_holder else len(chosen)
    shown: Page[PlainTender | HolderTenders] = shown_of(request, own if is_by_holder else chosen)
    return answer(
        request,
        Paged(
            title,
            _("Each tendered option as it would be decided if the company accepted on {day}.").format(
                day=date_text(loaded.date_of(at))
            ),
            back,
            shown,
            _table(title, list(shown)),
            counted_holders_text(count) if is_by_holder else counted_options_text(count),
            facts=_facts(lines),
            filters=[
                (_("Show"), choices(request, "by", {"": _("Option by option"), HOLDERS: _("Holder by holder")})),
                (
                    _("Would be taken"),
                    choices(request, "taken", verdicts),
                ),
            ],
            links=[Link(str(ACCEPT.words), link_to(request, ACCEPT, code))] if link_to(request, ACCEPT, code) else [],
            files=file_links(request),
        ),
    )


FILE = (
    *("employee_number", "name", "form", "grant_number", "grant_date", "exercise_price", "shares"),
    *("taken", "reason", "in_words"),
)


def _rows_of_file(lines: Sequence[PlainTender]) -> list[list[object]]:
    people = dict(_people(line.holder_id for line in lines))
    return [
        [
            *people[line.holder_id],
            line.form,
            line.grant.grant_number,
            line.grant.grant_date,
            line.grant.exercise_price,
            line.shares,
            "no" if line.reason else "yes",
            line.reason,
            words.say(words.ACCEPTANCE, line.reason) if line.reason else "",
        ]
        for line in lines
    ]


def _people(ids: Iterable[int]) -> list[tuple[int, tuple[str, str]]]:
    """Employee number and name by key; of everyone where many are asked for, in one query."""
    wanted = set(ids)
    rows = Holder.objects.all() if len(wanted) > 500 else Holder.objects.filter(pk__in=wanted)
    found = rows.order_by().values_list("pk", "employee_number", "legal_name")
    return [(pk, (number, name)) for pk, number, name in found if pk in wanted]


def _facts(lines: Sequence[PlainTender]) -> list[Fact]:
    taken = [line for line in lines if not line.reason]
    why = Counter(line.reason for line in lines if line.reason)
    return [
        Fact(
            _("Would be taken"),
            counted_options_text(len(taken)),
            more=_("{shares}; holders: {holders}").format(
                shares=counted_shares_text(sum(line.shares for line in taken)),
                holders=shares_text(len({line.holder_id for line in taken})),
            ),
            mark="done" if taken else "",
        ),
        Fact(
            _("Would not be taken"),
            counted_options_text(len(lines) - len(taken)),
            more=" ".join(
                f"{shares_text(count)}: {words.say(words.ACCEPTANCE, code)}" for code, count in sorted(why.items())
            ),
            mark="lost" if why else "",
        ),
    ]


def _table(title: str, shown: Sequence[PlainTender | HolderTenders]) -> Table:
    holders = Holder.objects.in_bulk([row.holder_id for row in shown])
    empty = _("Nothing is tendered by a form in force.")
    if shown and isinstance(shown[0], HolderTenders):
        heads = [_("Holder"), _("Form in force"), _("Taken"), _("Shares taken"), _("Not taken"), _("Why not")]
        rows = [_holder_row(row, holders[row.holder_id]) for row in shown if isinstance(row, HolderTenders)]
    else:
        heads = [_("Option"), _("Held by"), _("Form in force"), _("Exercise price"), _("Shares"), _("At acceptance")]
        rows = [_line_row(row, holders[row.holder_id]) for row in shown if isinstance(row, PlainTender)]
    return table(title, heads, rows, empty=empty)


def _who(holder: Holder) -> Cell:
    return Cell(holder.legal_name, url=record_url(holder), more=holder.employee_number)


def _holder_row(row: HolderTenders, holder: Holder) -> list[object]:
    why = " ".join(words.say(words.ACCEPTANCE, code) for code in row.reasons)
    return [_who(holder), row.form, row.taken, row.taken_shares, row.left, why]


def _line_row(row: PlainTender, holder: Holder) -> list[object]:
    verdict = (
        Cell(_("Not taken"), mark="lost", more=words.say(words.ACCEPTANCE, row.reason))
        if row.reason
        else Cell(_("Taken and cancelled"), mark="done", more=_("In force, and eligible on that day."))
    )
    return [row.grant.grant_number, _who(holder), row.form, row.grant.exercise_price, row.shares, verdict]
