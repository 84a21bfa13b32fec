"""What the letters of an offer say: their versions, the offer's own words, a preview for one holder, the approval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin

from exchange.kernel.results import Refusal, Refused
from exchange.kernel.sentences import sentence
from exchange.kernel.wording import instant_text, shares_text
from exchange.notices.contexts import KINDS
from exchange.notices.letters import Content
from exchange.notices.models import Message, State
from exchange.notices.wording import LONGEST, PARTS, Wording, fields_of
from exchange.offers.approving import approve_content, edit_wording
from exchange.offers.content import LETTER, Contents, Missing, Piece
from exchange.offers.models import Offer
from exchange.people.models import Holder
from exchange.staff import words
from exchange.staff.actors import actor_of, is_own, shown_actor
from exchange.staff.admin.base import list_url, record_url
from exchange.staff.edge import Edge, edge_for
from exchange.staff.frame import page
from exchange.staff.letter_previews import preview
from exchange.staff.letter_words import WHOM, reach, use_of
from exchange.staff.parts import Cell, Fact, Link, Table, instant_cell, table

APPROVE, EDIT = "staff.approve_content", "staff.edit_content"
WHY: Mapping[str, Any] = {
    "never": gettext_lazy("Not approved yet"),
    "edited": gettext_lazy("Edited; waits for approval"),
    "changed": gettext_lazy("Changed with the product; waits for approval"),
}


@dataclass(frozen=True)
class Row:
    """One kind of letter in the list. `shown` names the version for whoever may approve it now, else ''."""

    kind: str
    cells: Sequence[Cell]
    shown: str


def letters_of_offer(request: HttpRequest, code: str) -> HttpResponse:
    """Every kind of letter of the offer; those that are ticked are approved at once."""
    offer = get_object_or_404(Offer, code=code)
    if request.method == "POST":
        return approve_shown(request, offer, request.POST.getlist("shown"), _list_url(offer))
    edge = edge_for(request, offer)
    contents = Contents(offer)
    may_approve = request.user.has_perm(APPROVE)
    rows = [_row(offer, contents, kind, edge, may_approve, actor_of(request.user)) for kind in KINDS]
    waiting = sum(contents.missing(LETTER, kind) is not None for kind in KINDS)
    context = {
        "title": _("Letters of this offer"),
        "rows": rows,
        "heads": [_("Letter"), _("Goes out"), _("Says"), _("Approved")],
        "waiting": waiting,
        "is_draft": edge.loaded is not None and edge.loaded.timeline.opened_at is None,
        "held": _held(offer),
        "can_tick": any(row.shown for row in rows),
        "back": Link(code, record_url(offer)),
    }
    return page(request, "staff/letters_of_offer.html", context)


def _list_url(offer: Offer) -> str:
    return reverse("staff:letters-of-offer", args=[offer.code])


def _url(offer: Offer, kind: str) -> str:
    return reverse("staff:letter-of-offer", args=[offer.code, kind])


def _held(offer: Offer) -> Fact | None:
    count = Message.objects.filter(offer_key=offer.code, state=State.HELD).count()
    if not count:
        return None
    url = f"{list_url(Message)}?state__exact={State.HELD}"
    return Fact(_("Letters that wait for approval"), shares_text(count), url=url)


def _row(offer: Offer, contents: Contents, kind: str, edge: Edge, may_approve: bool, actor: str) -> Row:
    newest, missing, use = contents.newest(LETTER, kind), contents.missing(LETTER, kind), use_of(kind)
    said = _("The product’s words") if not newest.number else _("Own words, version {n}").format(n=newest.number)
    cells = [
        Cell(words.say(words.LETTER, kind), url=_url(offer, kind)),
        Cell(str(use.when), more=str(WHOM[use.to])),
        Cell(said),
        approval_cell(contents, newest, missing, edge.zone),
    ]
    is_mine = actor in contents.editors(newest)
    shown = f"{LETTER}:{kind}:{newest.digest}" if missing and may_approve and not is_mine else ""
    return Row(kind, cells, shown)


def approval_cell(contents: Contents, piece: Piece, missing: Missing | None, zone: str) -> Cell:
    """By whom and when the newest version was approved, or why it is not."""
    if missing is not None:
        more = _("By {who}").format(who=shown_actor(piece.edited_by)) if piece.edited_by else ""
        return Cell(str(WHY[missing.why]), mark="time", more=more)
    approval = contents.approval(piece)
    if approval is None:
        return Cell(_("Nothing to approve"))
    when = instant_cell(approval.at.replace(microsecond=0), zone)
    return Cell(shown_actor(approval.approved_by), more=f"{when.text} {when.more}")


def approve_shown(request: HttpRequest, offer: Offer, shown: Sequence[str], back: str) -> HttpResponse:
    """Approve what was ticked, as it was shown; all of it or nothing."""
    if not request.user.has_perm(APPROVE):
        raise PermissionDenied
    wanted = [(*one.split(":", 2),) for one in shown]
    if not wanted or any(len(one) != 3 for one in wanted):
        messages.warning(request, _("Nothing was chosen, so nothing was approved."))
        return HttpResponseRedirect(back)
    at = edge_for(request, offer).true_now
    result = approve_content(
        code=offer.code, wanted=[(one[0], one[1], one[2]) for one in wanted], actor=actor_of(request.user), at=at
    )
    if isinstance(result, Refused):
        for reason in result.reasons:
            messages.error(request, said(reason))
    else:
        messages.success(request, _("Approved: {n}.").format(n=shares_text(len(result.value))))
    return HttpResponseRedirect(back)


def said(reason: Refusal) -> str:
    """A refusal's sentence, with the names of letters and people as the desk has them."""
    params = dict(reason.params)
    if "kind" in params:
        params["kind"] = words.say(words.CONTENT, params["kind"])
    if "editor" in params:
        params["editor"] = shown_actor(params["editor"])
    return sentence(Refusal(reason.code, params, reason.rule))


class WordsForm(forms.Form):
    """The offer's own words of one letter. Empty: the product's."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, title in PARTS.items():
            is_line = name == "subject"
            self.fields[name] = forms.CharField(
                label=title,
                required=False,
                max_length=LONGEST[name],
                strip=True,
                widget=forms.TextInput(attrs={"autocomplete": "off"})
                if is_line
                else forms.Textarea(attrs={"rows": 5}),
            )


def letter_of_offer(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """One kind of letter: its words to edit, a preview for a holder, its versions, the approval."""
    offer = get_object_or_404(Offer, code=code)
    if kind not in KINDS:
        raise Http404
    step = request.POST.get("step", "")
    if step == "approve":
        return approve_shown(request, offer, request.POST.getlist("shown"), _url(offer, kind))
    contents = Contents(offer)
    newest = contents.newest(LETTER, kind)
    form = WordsForm(initial={**newest.parts, "based_on": newest.number}, kind=kind)
    problems: list[str] = []
    if step == "edit":
        if not request.user.has_perm(EDIT):
            raise PermissionDenied
        form = WordsForm(request.POST, kind=kind)
        if form.is_valid():
            problems = _edit(request, offer, kind, form)
            if not problems:
                return HttpResponseRedirect(_url(offer, kind))
    return _letter_page(request, offer, contents, kind, form, problems)


def _edit(request: HttpRequest, offer: Offer, kind: str, form: WordsForm) -> list[str]:
    at = edge_for(request, offer).true_now
    result = edit_wording(
        code=offer.code,
        area=LETTER,
        kind=kind,
        parts={name: form.cleaned_data[name] for name in PARTS},
        based_on=form.cleaned_data["based_on"],
        actor=actor_of(request.user),
        at=at,
    )
    if isinstance(result, Refused):
        return [said(reason) for reason in result.reasons]
    if result.remarks:
        messages.info(request, _("These are the words it has; nothing was changed."))
    else:
        messages.success(
            request,
            _("Kept as version {n}. It is used once another person approves it.").format(n=result.value.number),
        )
    return []


def _letter_page(
    request: HttpRequest, offer: Offer, contents: Contents, kind: str, form: WordsForm, problems: Sequence[str]
) -> HttpResponse:
    edge = edge_for(request, offer)
    newest, in_use = contents.newest(LETTER, kind), contents.in_use(LETTER, kind)
    missing, use = contents.missing(LETTER, kind), use_of(kind)
    count = reach(kind, edge.loaded, edge.now) if edge.loaded else None
    facts = [
        Fact(_("Goes out"), str(use.when)),
        Fact(
            _("To"),
            str(WHOM[use.to]),
            more="" if count is None else _count_text(count),
        ),
        Fact(_("In use"), _version_text(in_use)),
    ]
    is_mine = actor_of(request.user) in contents.editors(newest)
    person = _person(request)
    context: dict[str, Any] = {
        "title": words.say(words.LETTER, kind),
        "kind": kind,
        "offer": offer,
        "facts": facts,
        "form": form,
        "problems": problems,
        "fields": [(f"{{{name}}}", field.title) for name, field in fields_of(kind).items()],
        "may_edit": request.user.has_perm(EDIT),
        "versions": _versions(contents, kind, edge.zone),
        "missing": str(WHY[missing.why]) if missing else "",
        "shown": f"{LETTER}:{kind}:{newest.digest}" if missing and request.user.has_perm(APPROVE) else "",
        "is_mine": is_mine,
        "newest": newest,
        "person": person,
        "asked": request.GET.get("person", ""),
        "picks": picks() if person is None else [],
        "is_own": is_own(request.user, person),
        "back": Link(_("Letters of this offer"), _list_url(offer)),
    }
    if person is not None and edge.loaded is not None and not context["is_own"]:
        content = Content(Wording(**newest.parts), newest.number, newest.digest)
        context["preview"] = preview(edge.loaded, person, kind, content, edge.now)
        context["body_url"] = (
            f"{reverse('staff:letter-preview', args=[offer.code, kind])}?of={framed_token(request, person)}"
        )
    return page(request, "staff/letter_of_offer.html", context)


def _count_text(count: int) -> str:
    return ngettext("{n} person if it went out now", "{n} people if it went out now", count).format(
        n=shares_text(count)
    )


def _version_text(piece: Piece) -> str:
    if not piece.number:
        return _("The product’s words")
    return _("Version {n}, by {who}").format(n=piece.number, who=shown_actor(piece.edited_by))


def _versions(contents: Contents, kind: str, zone: str) -> Table:
    rows = []
    for piece in reversed(contents.versions(LETTER, kind)):
        approval = contents.approval(piece)
        approved: Any = "–"
        if approval is not None:
            when = instant_text(approval.at.replace(microsecond=0), zone)
            approved = Cell(shown_actor(approval.approved_by), more=when)
        texts = [piece.parts[name] for name in PARTS if piece.parts[name]]
        rows.append(
            [
                Cell(_version_text(piece), more=instant_text(piece.edited_at, zone) if piece.edited_at else ""),
                " / ".join(texts)[:300] or "–",
                Cell(piece.digest[:12]),
                approved,
            ]
        )
    heads = [_("Version"), _("Own words"), _("Digest, beginning"), _("Approved as it is today")]
    return table(_("Versions"), heads, rows)


def _person(request: HttpRequest) -> Holder | None:
    number = request.GET.get("person", "").strip()
    return Holder.objects.filter(employee_number=number).first() if number else None


def picks() -> list[tuple[str, str]]:
    """Whom one may want to look at: the holder of fewest options, and of most."""
    held = Holder.objects.annotate(options=Count("grants")).filter(options__gt=0)
    found = [held.order_by("options", "employee_number").first(), held.order_by("-options", "employee_number").first()]
    return [
        (
            one.employee_number,
            ngettext("{name}, {n} option", "{name}, {n} options", one.options).format(
                name=one.legal_name, n=shares_text(one.options)
            ),
        )
        for one in dict.fromkeys(found)  # one person where nobody else holds any
        if one is not None
    ]


@xframe_options_sameorigin
def letter_preview(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The HTML part of a preview, for the frame of its page: it may style itself, and can do nothing else."""
    offer = get_object_or_404(Offer, code=code)
    person, edge = framed_person(request), edge_for(request, offer)
    if kind not in KINDS or person is None or edge.loaded is None or is_own(request.user, person):
        raise Http404
    newest = Contents(offer).newest(LETTER, kind)
    content = Content(Wording(**newest.parts), newest.number, newest.digest)
    response = HttpResponse(preview(edge.loaded, person, kind, content, edge.now).letter.html)
    response["Content-Security-Policy"] = FRAMED
    return response


def framed_token(request: HttpRequest, person: Holder) -> str:
    """Lets this user's frame show the person whom its page has just shown, and for a few minutes only.

    The page's look is written down; the frame has none of its own.
    """
    return signing.dumps([request.user.pk, person.pk], salt=FRAME_SALT)


def framed_person(request: HttpRequest) -> Holder | None:
    try:
        user, person = signing.loads(request.GET.get("of", ""), salt=FRAME_SALT, max_age=FRAME_SECONDS)
    except signing.BadSignature:
        return None
    return Holder.objects.filter(pk=person).first() if user == request.user.pk else None


FRAME_SALT, FRAME_SECONDS = "exchange.staff.frames", 600
FRAMED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
