"""A step that is taken because of a condition: the field that names it, and what was recorded of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from exchange.kernel.wording import date_text
from exchange.offers import conditions
from exchange.offers.models import ConditionEvent
from exchange.staff.parts import Fact
from exchange.staff.views.guarded import Setting


def condition_field(setting: Setting, *, is_required: bool = False) -> forms.ChoiceField:
    """Which of the conditions that wait for a decision."""
    named = [(str(event.pk), event.condition) for event in conditions.waiting(setting.loaded.offer)]
    return forms.ChoiceField(
        initial=named[0][0] if is_required and len(named) == 1 else None,
        label=_("Which condition") if is_required else _("Because of a condition"),
        choices=[("", _("Choose") if is_required else _("For another reason")), *named],
        required=is_required,
        error_messages={
            "required": _("Choose the condition. One whose event occurred must be recorded first."),
            "invalid_choice": _("This condition has been decided on."),
        },
    )


def because(setting: Setting) -> dict[str, forms.Field]:
    """The field, where a condition waits for a decision."""
    return {"condition": condition_field(setting)} if conditions.waiting(setting.loaded.offer).exists() else {}


def chosen(form: Any) -> UUID | None:
    """The condition because of which the step is taken."""
    found = form.cleaned_data.get("condition")
    return UUID(found) if found else None


def because_facts(form: Any) -> list[Fact]:
    """What a preview says of it."""
    condition = chosen(form)
    if condition is None:
        return []
    event = ConditionEvent.objects.get(pk=condition)
    return [Fact(_("Because of the condition"), event.condition, more=event.facts)]


def undecided_conditions(setting: Setting) -> list[Fact]:
    """What an acceptance goes on in spite of: conditions whose event was recorded and of which nothing was decided."""
    left = [event.condition for event in conditions.waiting(setting.loaded.offer)]
    if not left:
        return []
    more = _("To accept is to go on although their events occurred; waive them first, if that is meant.")
    return [Fact(_("Conditions not decided"), "\n".join(left), more=more)]


def condition_facts(event: ConditionEvent) -> list[Fact]:
    """What was recorded of a condition."""
    return [
        Fact(_("Condition"), event.condition, more=event.document.title if event.document else ""),
        Fact(_("What happened"), event.facts, more=date_text(event.occurred_on)),
        Fact(_("What shows it"), event.evidence),
    ]
