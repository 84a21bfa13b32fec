"""Keeping against exchanging. The address says all that was typed; scripts ask it again for the figures alone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchange.portal.present.compare import compare_page, figures
from exchange.portal.present.comparing import Comparing
from exchange.portal.views.show import show
from exchange.portal.visit import Visit, visiting

FRAGMENT = "X-Fragment"


@require_safe
@visiting
def compare(visit: Visit) -> HttpResponse:
    """The whole page, or with the header `X-Fragment: what-if` only what the typed prices come to."""
    comparing = Comparing(visit)
    form = comparing.form()
    if visit.request.headers.get(FRAGMENT) == "what-if":
        context = {"what_if": figures(comparing, form), "form": form}
        answer = render(visit.request, "portal/parts/what_if.html", context)
    else:
        answer = show(visit, "compare", compare_page(comparing, form), section="options", form=form)
    answer.headers["Vary"] = FRAGMENT  # a copy kept by the browser's history is never taken for the other
    return answer
