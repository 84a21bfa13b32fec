"""Filters of the desk's templates: the class names of our form styles, and codes in words."""

from django import template
from django.forms import BoundField

from exchange.staff import words

register = template.Library()


@register.filter
def styled(field: BoundField) -> BoundField:
    """The field with the class names its widget needs."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "")
    name = {"radio": "form-check-input", "checkbox": "form-check-input", "select": "form-select"}.get(
        kind, "form-control"
    )
    widget.attrs["class"] = f"{name} is-invalid" if field.errors else name
    return field


@register.filter
def words_of_option(code: str) -> str:
    return words.say(words.OPTION, code)
