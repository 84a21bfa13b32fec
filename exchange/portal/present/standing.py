"""Where a line of a promise stands, in a word, its mark, and why."""

from django.utils.translation import gettext as _

from exchange.portal.pages import Mark
from exchange.settlement.models import Prohibition, PromiseLine
from exchange.settlement.reads import HolderOutcome
from exchange.settlement.signatures import is_released
from exchange.settlement.words import lapse_text, lapsed_for_nothing_text


def line_standing(outcome: HolderOutcome, line: PromiseLine) -> tuple[str, Mark, str]:
    """Status, its mark, and a reason in words."""
    if hasattr(line, "new_grant"):
        if is_released(line.new_grant):
            return _("Granted, agreement signed"), "done", ""
        return _("Granted"), "time", _("The option is yours once you have signed its agreement.")
    if hasattr(line, "lapse"):
        return _("Lapsed"), "lost", f"{lapse_text(line.lapse.reason)} {lapsed_for_nothing_text()}"
    if outcome.verdict == Prohibition.Verdict.HELD:
        return _("Held"), "time", _("It is held until counsel has decided whether the law allows it.")
    if outcome.verdict == Prohibition.Verdict.PROHIBITED:
        return (
            _("Prohibited"),
            "lost",
            _("Counsel has decided that the law does not allow the grant to be made to you."),
        )
    return _("Promised"), "act", ""
