"""Every promise before and after a split or merger, with totals that are held against each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.core.paginator import Page
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.kernel.canonical import decimal_text
from exchange.kernel.shares import product, whole
from exchange.kernel.wording import counted_promises_text, date_text, shares_text
from exchange.market.models import CorporateAction
from exchange.market.reads import corporate_actions, factor_of
from exchange.offers.reads import Loaded
from exchange.settlement.models import Promise, PromiseLine
from exchange.staff.admin.base import Choice, record_url
from exchange.staff.paged import Paged, address, answer, as_file, file_links, shown_of
from exchange.staff.parts import Cell, Fact, Section, table
from exchange.staff.steps import import_links
from exchange.staff.views.watch import not_yet, setting_of


@dataclass(frozen=True)
class Factors:
    """What one promised share had become before an action, and what it is after."""

    action: CorporateAction
    before: Fraction
    after: Fraction


def factors_of(actions: Sequence[CorporateAction], chosen: CorporateAction) -> Factors:
    """`actions` are those effective after the cancellation, in order; of one day by their number."""
    earlier = [factor_of(one) for one in actions[: actions.index(chosen)]]
    before = product(earlier)
    return Factors(chosen, before, before * factor_of(chosen))


def effective_after(cancelled_on: date) -> list[CorporateAction]:
    """Every action that touches promises, in the order in which they take effect."""
    found = [action for action in corporate_actions() if action.effective_on > cancelled_on]
    return sorted(found, key=lambda action: (action.effective_on, action.number))


def adjusted(request: HttpRequest, code: str) -> HttpResponse:
    _edge, loaded, acceptance, back = setting_of(request, code)
    title = _("Promises before and after a split or merger")
    actions = effective_after(acceptance.on) if acceptance is not None else []
    if not actions:
        told = _("No split or merger that takes effect after the cancellation is recorded.")
        return not_yet(request, title, back, "" if acceptance is None else told)
    chosen = next((one for one in actions if str(one.number) == request.GET.get("action")), actions[-1])
    factors = factors_of(actions, chosen)
    lines = Prefetch("lines", PromiseLine.objects.order_by("grant_number"))
    found = Promise.objects.filter(offer=loaded.offer).select_related("holder").prefetch_related(lines)
    promises = found.order_by("number")
    file = as_file(
        request,
        f"{code}-split-{chosen.number}",
        ["promise", "employee_number", "name", "promised", "before", "after"],
        lambda: [_plain(promise, factors) for promise in promises],
    )
    if file is not None:
        return file
    shown: Page[Promise] = shown_of(request, promises)
    count = shown.paginator.count
    return answer(
        request,
        Paged(
            title,
            _(
                "Whole shares of each promise, rounded down for each cancelled option. The exact fractions are kept "
                "through every split and merger; the grant rounds once."
            ),
            back,
            shown,
            table(
                title,
                [_("Promise"), _("To"), _("As promised"), _("Before"), _("After")],
                [_row(promise, factors) for promise in shown],
                empty=_("No promise has been issued."),
            ),
            counted_promises_text(count),
            filters=[(_("Split or merger"), [_choice(request, one, chosen) for one in actions])],
            sections=[_totals(loaded, factors)],
            links=import_links(request, "corporate_actions"),
            files=file_links(request),
        ),
    )


def action_text(action: CorporateAction) -> str:
    """What an action is, and its day."""
    ratio = _("{new} for {old}").format(new=decimal_text(action.new), old=decimal_text(action.old))
    kind = str(action.get_kind_display())
    return _("{kind}, {ratio}, effective {day}").format(kind=kind, ratio=ratio, day=date_text(action.effective_on))


def _choice(request: HttpRequest, action: CorporateAction, chosen: CorporateAction) -> Choice:
    url = address(request, p=None, action=str(action.number)).rstrip("&")
    return Choice(action_text(action), url, action.number == chosen.number)


def _shares(promise: Promise, factor: Fraction) -> int:
    return sum(whole(Fraction(line.exact) * factor) for line in promise.lines.all())


def _plain(promise: Promise, factors: Factors) -> list[object]:
    who = [promise.number, promise.holder.employee_number, promise.holder.legal_name]
    return [*who, promise.shares, _shares(promise, factors.before), _shares(promise, factors.after)]


def _row(promise: Promise, factors: Factors) -> list[object]:
    number, employee_number, name, *figures = _plain(promise, factors)
    return [
        Cell(str(number), url=record_url(promise)),
        Cell(str(name), url=record_url(promise.holder), more=str(employee_number)),
        *figures,
    ]


def _totals(loaded: Loaded, factors: Factors) -> Section:
    """All promises together, exactly and in whole shares; what rounding down leaves out is told, not hidden."""
    found = (
        PromiseLine.objects.filter(promise__offer=loaded.offer).order_by().values_list("exact").annotate(Count("pk"))
    )
    lines = [(Fraction(exact), count) for exact, count in found]
    exact = sum((shares * count for shares, count in lines), Fraction(0))
    facts = []
    for name, factor in ((_("Before"), factors.before), (_("After"), factors.after)):
        rounded = sum(whole(shares * factor) * count for shares, count in lines)
        left_out = exact * factor - rounded
        facts.append(
            Fact(
                name,
                ngettext("{n} whole share", "{n} whole shares", rounded).format(n=shares_text(rounded)),
                more=_("{exact} exactly; rounding down leaves out {left}").format(
                    exact=exact_text(exact * factor), left=exact_text(left_out)
                ),
            )
        )
    ratio = factor_of(factors.action)
    agrees = exact * factors.before * ratio == exact * factors.after
    facts.append(
        Fact(
            _("Held against each other"),
            _("They agree") if agrees else _("They differ"),
            more=_("Before, exactly, times {ratio} is after, exactly.").format(ratio=exact_text(ratio)),
            mark="done" if agrees else "lost",
        )
    )
    return Section(_("All promises together"), facts=facts)


def exact_text(value: Fraction) -> str:
    """A fraction as a whole and a part: 1,234 2/3."""
    shares, rest = divmod(value, 1)
    if not rest:
        return shares_text(int(shares))
    part = f"{rest.numerator}/{rest.denominator}"
    return f"{shares_text(int(shares))} {part}" if shares else part
