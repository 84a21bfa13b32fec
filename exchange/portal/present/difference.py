"""How what is chosen differs from the form in force, in words; the script that follows the ticks says the same."""

import json
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.portal.pages import Difference
from exchange.portal.pages.electing import Changes
from exchange.portal.visit import Visit


def difference(before: Sequence[str], after: Sequence[str]) -> Difference:
    return Difference(
        added=tuple(number for number in after if number not in before),
        removed=tuple(number for number in before if number not in after),
        kept=tuple(number for number in after if number in before),
    )


def changes(visit: Visit, numbers: Sequence[str]) -> Changes | None:
    """What an Election Form of these grants would change of the one in force; None where none is."""
    in_force = visit.forms.election_in_force
    if in_force is None:
        return None
    found = difference(visit.forms.tendered, numbers)
    is_none = not found.added and not found.removed
    sentence = _no_change() if is_none else _sentence(found)
    return Changes(in_force.number, sentence, is_none, found)


def _sentence(found: Difference) -> str:
    counts = (
        (len(found.added), _adding(len(found.added))),
        (len(found.removed), _removing(len(found.removed))),
        (len(found.kept), _keeping(len(found.kept))),
    )
    return _you().replace("%s", ", ".join(words.replace("%d", str(count)) for count, words in counts if count))


def words_for_script() -> str:
    """The phrases of the sentence, one and many, as JSON."""
    return json.dumps(
        {
            "you": _you(),
            "none": _no_change(),
            "nothing": _("Nothing is ticked. To take everything out of the offer, withdraw instead."),
            "adding": [_adding(1), _adding(2)],
            "removing": [_removing(1), _removing(2)],
            "keeping": [_keeping(1), _keeping(2)],
            "added": "+ " + _("Added"),
            "removed": "− " + _("Removed"),
            "kept": "= " + _("Same"),
            "grant": _("Grant %s"),
        }
    )


def _you() -> str:
    return _("You are %s.")


def _no_change() -> str:
    return _("No change: these are the grants you tender already. There is nothing to sign.")


def _adding(count: int) -> str:
    return ngettext("adding %d grant", "adding %d grants", count)


def _removing(count: int) -> str:
    return ngettext("removing %d grant", "removing %d grants", count)


def _keeping(count: int) -> str:
    return ngettext("keeping %d grant", "keeping %d grants", count)
