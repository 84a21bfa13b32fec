"""What staff decided of a form's defects, and what its holder may still cure, in words to the holder."""

from django.utils.translation import gettext as _

from exchange.elections.decision_models import Verdict
from exchange.elections.decisions import Key, keys_of, requests_of, verdicts_of
from exchange.elections.models import Form, Judgement
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
    said = [_decided(key, row.verdict, row.reason) for key, row in decided.items()]
    for key, request in asked.items():
        if key not in decided:
            day = date_text(request.by)
            said.append(
                f"{_named(key)} "
                + _("You can cure this by the end of {day}. We ask for: {asked}").format(day=day, asked=request.reason)
            )
    return tuple(said)


def _named(key: Key) -> str:
    grant, defect = key
    if not grant:
        return form_defect_text(defect)
    return _("Option {grant}: {text}").format(grant=grant, text=line_defect_text(defect))


def _decided(key: Key, verdict: str, reason: str) -> str:
    end = {
        Verdict.CURED: _("You have cured this."),
        Verdict.WAIVED: _("This is waived for every holder."),
        Verdict.REJECTED: _("This was decided: it stays. {reason}").format(reason=reason),
    }[Verdict(verdict)]
    return f"{_named(key)} {end}"
