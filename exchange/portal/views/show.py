"""Rendering a page of an offer in its frame."""

import json

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from exchange.portal.present.chrome import chrome
from exchange.portal.present.words import countdown_words
from exchange.portal.visit import Visit


def show(
    visit: Visit,
    template: str,
    page: object,
    *,
    section: str = "home",
    form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": page,
        "form": form,
        "section": section,
        "chrome": chrome(visit),
        "countdown_words": json.dumps(countdown_words()),
    }
    return render(visit.request, f"portal/{template}.html", context, status=status)
