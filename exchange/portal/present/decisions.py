"""What staff decided of a form's defects, and what its holder may still cure, in words to the holder."""

from django.utils.translation import gettext as _

from exchange.elections.decisions import Key, keys_of, requests_of, verdicts_of
from exchange.elections.models import Form, Judgement
from exchange.elections.models.decisions import Verdict
from exchange.elections.words import form_defect_text, line_defect_text
from exchange.kernel.wording import date_text
from exchange.portal.visit import Visit


def decided_more(visit: Visit, form: Form) -> tuple[str, ...]:
    """One sentence or two a defect that was decided, or that may be cured by a day; asked only where there is one."""
    judged, latest = visit.forms.judged(form), visit.forms.judgements[form.pk]
    if latest.cause != Judgement.Cause.DECIDED and not keys_of(judged):
        return ()
    decided = verdicts_of(visit.offer, [form]).get(form.pk, {})
    asked = requests_of(visit.offer, [form]).get(form.pk, {})
    # The one defect that is left has just been named by the form's standing.
    is_named = {("", code) for code in judged.defects} if len(judged.defects) == 1 else set()
    said = {key: _decided(row.verdict, row.reason) for key, row in decided.items()}
    for key, request in asked.items():
        text = _("You can cure this by the end of {day}. We ask for: {asked}")
        said.setdefault(key, text.format(day=date_text(request.by), asked=request.reason))
    return tuple(text if key in is_named else f"{_named(key)} {text}" for key, text in said.items())


def _named(key: Key) -> str:
    grant, defect = key
    if not grant:
        return form_defect_text(defect)
    return _("Option {grant}: {text}").format(grant=grant, text=line_defect_text(defect))


def _decided(verdict: str, reason: str) -> str:
    return {
        Verdict.CURED: _("You have cured this."),
        Verdict.WAIVED: _("This is waived for every holder."),
        Verdict.REJECTED: _("This was decided: it stays. {reason}").format(reason=reason),
    }[Verdict(verdict)]
