"""The holder's pages and papers as exhibits: an invented holder's, who is gone again once they are made.

The holder, their options and the form they sign are written in a transaction that is undone. The clock stands at the
instant that the exhibits are as of, and what differs from one making to the next (keys, tokens) is taken out: the same
offer at the same instant gives the same pages.
"""

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from exchange.elections.actions import give_consent, open_sample, submit_form
from exchange.elections.consent import VERSION, wording_digest
from exchange.elections.models import Form
from exchange.elections.records import Shown, Submission
from exchange.elections.rules import LineFacts, Signed
from exchange.elections.wording import acknowledgments
from exchange.grants.models import Grant
from exchange.interchange.exports.exhibits import Picture
from exchange.interchange.exports.order import Order
from exchange.kernel import clock
from exchange.kernel.results import Refused
from exchange.people.models import Holder, User
from exchange.portal import specimen_papers
from exchange.settlement.specimens import NUMBER

KEY = UUID(int=0)
FORM_NUMBER = "SPEC-IMEN"
# The pages in the order in which a holder comes to them, and their names in words.
BEFORE = {
    "home": _("Home"),
    "documents": _("Documents of the offer"),
    "options": _("Options"),
    "compare": _("Keeping against exchanging"),
    "consent": _("Consent to electronic records"),
    "on_paper": _("The paper route"),
    "choose": _("Choosing what to tender"),
    "review": _("Review before signing"),
    "withdraw": _("Notice to Withdraw"),
    "notices": _("Letters"),
    "history": _("Forms sent"),
    "reports": _("What is wrong or missing"),
}
AFTER = {"done": _("Confirmation"), "home": _("Home"), "history": _("Forms sent"), "form": _("One form")}
_STATIC = re.compile(r'(href|src)="' + re.escape(settings.STATIC_URL) + r'([\w/.-]+?)(\.[0-9a-f]{12})?\.(\w+)"')
_SCRIPT = re.compile(r"\s*<script\b[^>]*>.*?</script>", re.S)
_INPUT = re.compile(r'<input[^>]*name="(?:csrfmiddlewaretoken|token|key)"[^>]*>')
_ASKED_AT = re.compile(r' data-ask-url="[^"]*"')  # where a script would ask whether the form arrived; has its key


@dataclass(frozen=True)
class _Specimen:
    order: Order
    holder: Holder
    user: User
    grants: list[Grant]


def pictures(order: Order) -> Iterator[Picture]:
    """Every page, then the style sheets that they use; nothing of an offer that was never opened."""
    if order.loaded.timeline.opened_at is None:
        return
    made: list[Picture] = []
    with clock.held_at(order.at), transaction.atomic():
        made += _pages(order)
        transaction.set_rollback(True)
    yield from made
    yield from _styles(made)


def _pages(order: Order) -> Iterator[Picture]:
    specimen = _specimen(order)
    place = 0
    for name, title in BEFORE.items():
        place += 1
        if name == "choose":  # the consent page is shown before it is given, those to sign on after it
            _consent(specimen)
        query = "".join(f"&grant={grant.grant_number}" for grant in specimen.grants) if name == "review" else ""
        yield from _page(specimen, place, name, str(title), query=query)
    election = _election(specimen)
    yield from specimen_papers.to_sign(order, specimen.holder)
    yield from specimen_papers.receipts(order, specimen.holder, election)
    yield from specimen_papers.promised(order, specimen.holder)
    form = _signed(specimen, election)
    if form is None:
        return
    yield specimen_papers.certified(order, form, _made_anew(form))
    for name, title in AFTER.items():
        place += 1
        args = [form.pk] if name in {"done", "form"} else []
        said = _("{title}, after signing").format(title=title)
        yield from _page(specimen, place, name, said, args=args, form=form)


def _specimen(order: Order) -> _Specimen:
    """An eligible holder with an option under each eligible plan, priced where the offer's own prices begin."""
    terms, day = order.loaded.terms, order.loaded.commencement_date
    user = User.objects.create_user("specimen@holder.invalid", None, name=_("Specimen Holder"))
    holder = Holder.objects.create(
        employee_number=NUMBER,
        legal_name=_("Specimen Holder"),
        name_on_agreement=_("Specimen Holder"),
        email=user.email,
        residence_country=min(terms.residence_countries),
        role=min(terms.roles),
        hired_on=day - timedelta(days=3650),
        user=user,
    )
    lowest = max(terms.minimum_exercise_price, min(tier.price_from for tier in terms.tiers), Decimal("0.01"))
    grants = [
        Grant.objects.create(
            grant_number=f"{NUMBER}-{place}",
            holder=holder,
            plan=plan,
            option_type="NSO",
            grant_date=day - timedelta(days=730 + 30 * place),
            exercise_price=lowest + place,
            shares_granted=1200 * place,
            expires_on=order.loaded.date_of(order.at) + timedelta(days=2500),
        )
        for place, plan in enumerate(sorted(terms.plans), start=1)
    ]
    return _Specimen(order, holder, user, [grant for grant in grants if terms.tier_for(grant.exercise_price)])


def _consent(specimen: _Specimen) -> None:
    """Consent as the holder gives it; where it can no longer be given the pages say so themselves."""
    said: Any = {
        "code": specimen.order.code,
        "holder": specimen.holder,
        "actor": specimen_papers.ACTOR,
        "at": specimen.order.at,
    }
    open_sample(**said)
    give_consent(shown=wording_digest(specimen.order.loaded.terms), **said)


def _election(specimen: _Specimen) -> Submission:
    """The Election Form that the holder signs: every option that the offer has a ratio for."""
    holder = specimen.holder
    return Submission(
        kind="election",
        channel="portal",
        employee_number=holder.employee_number,
        signed=Signed(),
        signature_name=holder.name_on_agreement,
        printed_name=holder.legal_name,
        email=holder.email,
        lines=tuple(
            LineFacts(grant.grant_number, grant.grant_date, grant.exercise_price, grant.outstanding)
            for grant in specimen.grants
        ),
        acknowledgments=acknowledgments(specimen.order.loaded.terms, "election"),
        consent_version=VERSION,
        key=KEY,
        shown=(Shown("password", specimen.order.at, again=False),),
    )


def _signed(specimen: _Specimen, election: Submission) -> Form | None:
    """The form that the holder signs; None where the offer takes none any more."""
    order = specimen.order
    result = submit_form(
        code=order.code, holder=specimen.holder, submission=election, actor=specimen_papers.ACTOR, at=order.at
    )
    return None if isinstance(result, Refused) else getattr(result.value, "form", None)


def _page(
    specimen: _Specimen,
    place: int,
    name: str,
    title: str,
    *,
    args: list[Any] | None = None,
    query: str = "",
    form: Form | None = None,
) -> Iterator[Picture]:
    """A page as the holder gets it; left out where it leads elsewhere at this stage of the offer."""
    address = reverse(f"portal:{name}", args=[specimen.order.code, *(args or [])])
    answer = _answer(specimen, address, query)
    if not isinstance(answer, HttpResponse) or answer.status_code != 200:
        return
    body = _still(answer.content.decode())
    if form is not None:
        for made, still in _made_anew(form).items():
            body = body.replace(made, still)
    yield Picture(f"pages/{place:02}-{name.replace('_', '-')}.html", title, body.encode())


def _made_anew(form: Form) -> dict[str, str]:
    """A form's number and keys, which are others each time, and what stands for them."""
    return {form.number: FORM_NUMBER, str(form.pk): str(KEY), form.record_digest: "0" * 64}


def _answer(specimen: _Specimen, address: str, query: str) -> HttpResponseBase:
    host = settings.SITE_URL.partition("://")[2].partition("/")[0]
    request: Any = WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address,
            "QUERY_STRING": query.lstrip("&"),
            "SERVER_NAME": host.partition(":")[0],
            "SERVER_PORT": host.partition(":")[2] or "443",
            "HTTP_HOST": host,
            "wsgi.url_scheme": settings.SITE_URL.partition("://")[0],
            "wsgi.input": io.BytesIO(),
        }
    )
    request.user = specimen.user
    request.session = SessionStore()
    request._messages = CookieStorage(request)
    # The proof of who is there is of this very moment: it is measured by the true clock (`proof.is_recent`).
    request.session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    request.session["account_authentication_methods_user"] = str(specimen.user.pk)
    match = request.resolver_match = resolve(address)
    answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    if isinstance(answer, TemplateResponse):
        answer.render()
    return answer


def _still(text: str) -> str:
    """The page without scripts and keys, its style sheets beside it."""
    text = _SCRIPT.sub("", text)
    text = _INPUT.sub("", text)
    text = _ASKED_AT.sub("", text)
    return _STATIC.sub(lambda found: f'{found[1]}="static/{found[2]}.{found[4]}"', text)


def _styles(made: list[Picture]) -> Iterator[Picture]:
    """Every static file that a page names, once."""
    named = sorted(
        {
            name
            for page in made
            if page.path.endswith(".html")
            for name in re.findall(r'="static/([\w/.-]+)"', page.body.decode())
        }
    )
    for name in named:
        found = finders.find(name)
        if isinstance(found, str):
            with open(found, "rb") as file:
                yield Picture(f"pages/static/{name}", _("Style or picture of the pages"), file.read())
