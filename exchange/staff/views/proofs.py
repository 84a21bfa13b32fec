"""Proofs that came with forms signed in the portal: those that wait, and saying what one is worth."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.elections.actions import judge_proof
from exchange.elections.models import Form, ProofDecision
from exchange.elections.proofs import PURPOSES, waiting_proofs
from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.people.models import User
from exchange.staff import words
from exchange.staff.actors import actor_of, is_own
from exchange.staff.admin.forms import person_cell, proof_section, signed_by
from exchange.staff.edge import edge_for, edge_of
from exchange.staff.forms_words import form_url
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Fact, Link, Section, instant_cell, table
from exchange.staff.steps import why_not_for_self

PER_PAGE = 50


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("What the proof is worth"),
        choices=ProofDecision.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether the proof is sufficient.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is kept for good, and the holder reads it in the portal, word for word."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )


def proofs(request: HttpRequest) -> HttpResponse:
    """The queue."""
    edge = edge_of(request)
    paginator = Paginator(waiting_proofs(edge.loaded) if edge.loaded else [], PER_PAGE)
    shown = paginator.get_page(request.GET.get("p"))
    prefetch_related_objects([item.form for item in shown], "holder")
    may_judge = request.user.has_perm("staff.judge_proofs")
    rows = []
    for item in shown:
        form = item.form
        is_theirs = may_judge and not is_own(request.user, form.holder)
        address = reverse("staff:judge-proof", args=[form.pk]) if is_theirs else form_url(form)
        counts = Cell(_("No: a later form counts")) if item.is_overtaken else Cell(_("Yes"), mark="time")
        who = signed_by(form)
        rows.append(
            [
                Cell(form.number, url=address, more=form.get_kind_display()),
                person_cell(form),
                Cell(form.signature_name, more=who),
                instant_cell(form.received_at, edge.zone),
                counts,
            ]
        )
    heads = [_("Form"), _("From"), _("Signed by"), _("Received"), _("Does it matter now")]
    return page(
        request,
        "staff/proofs.html",
        {"table": table(_("Proofs to judge"), heads, rows), "count": paginator.count, "shown": shown},
    )


def judge(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """One form with its proof, and the finding."""
    record = get_object_or_404(
        Form.objects.filter(scans__purpose__in=PURPOSES).select_related("holder", "offer"), pk=form_id
    )
    if not isinstance(request.user, User) or is_own(request.user, record.holder):
        raise PermissionDenied(why_not_for_self())
    edge = edge_for(request, record.offer)
    form = VerdictForm(request.POST if request.method == "POST" else None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        result = judge_proof(
            form=record,
            verdict=form.cleaned_data["verdict"],
            reason=form.cleaned_data["reason"],
            decided_by=request.user,
            actor=actor_of(request.user),
            at=edge.now,
        )
        if not isinstance(result, Refused):
            told = _("What was found of the proof of form {number} is recorded.").format(number=record.number)
            messages.success(request, sentence(result.remarks[0]) if result.remarks else told)
            return HttpResponseRedirect(form_url(record))
        problems = [sentence(reason, edge.zone) for reason in result.reasons]
    return page(
        request,
        "staff/proof_form.html",
        {
            "form": form,
            "record": record,
            "problems": problems,
            "sections": [_facts(record), proof_section(record, request, edge.zone)],
            "back": Link(record.number, form_url(record)),
        },
    )


def _facts(record: Form) -> Section:
    signed = record.content()["form"]
    who = person_cell(record)
    return Section(
        _("What it must prove"),
        facts=[
            Fact(_("From"), who.text, more=who.more, url=who.url),
            Fact(_("Name on the option agreement"), record.holder.name_on_agreement if record.holder else ""),
            Fact(_("Signature"), record.signature_name, more=words.say(words.CAPACITY, record.signer_capacity)),
            Fact(_("Title of the signer"), signed["signer_title"] or _("None")),
        ],
    )
