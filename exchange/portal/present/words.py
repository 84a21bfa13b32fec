"""Phrases that several pages share: counts, time left, a grant by its number, where to sign on paper."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.kernel import wording
from exchange.kernel.shares import VestingTerms

MINUTE = timedelta(minutes=1)


def deadline(at: datetime, zone: str) -> str:
    return wording.instant_text(at.replace(microsecond=0), zone)


def grants_and_shares(grants: int, shares: int) -> str:
    """3 grants, 11,200 shares."""
    return f"{grants_text(grants)}, {shares_text(shares)}"


def grants_text(count: int) -> str:
    return ngettext("%(count)d grant", "%(count)d grants", count) % {"count": count}


def shares_text(count: int) -> str:
    return wording.counted_shares_text(count)


def vesting_text(vesting: VestingTerms) -> str:
    """1/8 of the shares on the day of the grant, then 1/48 each month; all after 42 months."""
    return _(
        "{at_grant} of the shares on the day of the grant, then {each_month} each month; all after {months}"
    ).format(
        at_grant=vesting.at_grant,
        each_month=vesting.each_month,
        months=wording.counted_months_text(vesting.months()),
    )


def exact_text(shares: Fraction) -> str:
    """1,489 8/25: whole shares, and what is left of one."""
    count, rest = divmod(shares.numerator, shares.denominator)
    if not rest:
        return wording.shares_text(count)
    part = f"{wording.shares_text(rest)}/{wording.shares_text(shares.denominator)}"
    return f"{wording.shares_text(count)} {part}" if count else part


def listing(names: Sequence[str]) -> str:
    """A, B and C."""
    if len(names) < 2:
        return "".join(names)
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])


def countdown_words() -> dict[str, object]:
    """What the countdown script says; the same phrases as `time_left`. Marks are minutes at which it speaks."""
    return {
        "day": [_("1 day"), _("%d days")],
        "hour": [_("1 hour"), _("%d hours")],
        "minute": [_("1 minute"), _("%d minutes")],
        "second": [_("1 second"), _("%d seconds")],
        "over": _("The deadline has passed"),
        "spoken": _("%s left until the offer expires"),
        "marks": [1, 5, 10, 30, 60, 24 * 60],
    }


def time_left(until: datetime, at: datetime) -> str:
    """Days and hours, hours and minutes, or minutes; in the last ten minutes seconds too. Rounded down."""
    left = until - at
    if left <= timedelta(0):
        return _("The deadline has passed")
    days, hours = left.days, left.seconds // 3600
    minutes, seconds = left.seconds % 3600 // 60, left.seconds % 60
    if days:
        return f"{_days(days)} {_hours(hours)}"
    if hours:
        return f"{_hours(hours)} {_minutes(minutes)}"
    if minutes >= 10:
        return _minutes(minutes)
    return f"{_minutes(minutes)} {_seconds(seconds)}" if minutes else _seconds(seconds)


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _seconds(count: int) -> str:
    return ngettext("%(count)d second", "%(count)d seconds", count) % {"count": count}
