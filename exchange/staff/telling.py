"""To whom a step of the offer writes, by kind and count; and which of the letters wait for counsel's approval."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.elections.audience import tendering
from exchange.kernel.wording import shares_text
from exchange.notices.models import Message, State
from exchange.offers.letters import owner_key
from exchange.offers.reads import Loaded, load
from exchange.people.models import Holder
from exchange.staff import words
from exchange.staff.parts import Cell, Fact, Section, table

# What a rehearsal leaves unwritten (`kernel.rehearsal`).
UNWRITTEN = frozenset({"options_accepted", "promise_ready", "options_granted", "final_statement"})


def letters_section(before: Loaded, at: datetime) -> Section:
    """The letters that a step at this instant has written, inside its transaction; `before` is the offer until then.

    Nothing of it is confirmed: who tenders meanwhile gets the other letter. In a replay an earlier step may state the
    same instant: a letter that was tried to be sent is not of this step.
    """
    ids = [holder_id for holder_id, has in tendering(before).items() if has]
    tendered = {owner_key(holder) for holder in Holder.objects.filter(pk__in=ids).only("employee_number")}
    counts: Counter[str] = Counter()
    with_tender: Counter[str] = Counter()
    written = Message.objects.filter(offer_key=before.offer.code, queued_at=at, attempts=0).exclude(
        state=State.CANCELLED
    )
    for kind, owner in written.values_list("kind", "owner_key").iterator():
        counts[kind] += 1
        with_tender[kind] += owner in tendered
    rows = [
        [Cell(words.say(words.LETTER, kind)), with_tender[kind], counts[kind] - with_tender[kind], counts[kind]]
        for kind in sorted(counts)
    ]
    heads = [_("Letter"), _("To holders with a tender"), _("To others"), _("In all")]
    return Section(
        _("Who is told"),
        table=table(_("Letters, by kind"), heads, rows, empty=_("No letter goes out.")),
    )


def held_facts(before: Loaded, kinds: Collection[str], since: datetime) -> list[Fact]:
    """Which of the letters that a step has written, inside its transaction, go out only once counsel approves them.

    `since` is an instant that nothing of the step came before. Of `kinds`, which are those that it writes, a rehearsal
    may leave some unwritten; they are named without a count.
    """
    code = before.offer.code
    written = Message.objects.filter(offer_key=code, queued_at__gte=since, attempts=0).order_by("kind").values("kind")
    counted = written.annotate(of=Count("pk"), held=Count("pk", filter=Q(state=State.HELD)))
    found = {row["kind"]: (row["held"], row["of"]) for row in counted}
    facts = [
        _held_fact(code, kind, _("{n} of {of}").format(n=shares_text(held), of=shares_text(of)))
        for kind, (held, of) in found.items()
        if held
    ]
    waiting = set(load(before.offer).letter_contents.held)
    return facts + [_held_fact(code, kind, _("All")) for kind in UNWRITTEN & set(kinds) & waiting - set(found)]


def held_section(loaded: Loaded, kinds: Collection[str]) -> list[Section]:
    """What to know before a step is even stated: which of its letters would wait for counsel; nothing if none."""
    waiting = [kind for kind in kinds if kind in loaded.letter_contents.held]
    facts = [_held_fact(loaded.offer.code, kind, _("All")) for kind in waiting]
    return [Section(_("Letters that would not go out yet"), facts=facts)] if facts else []


def _held_fact(code: str, kind: str, count: str) -> Fact:
    return Fact(
        words.say(words.LETTER, kind),
        _("{count} held until counsel approves the letter").format(count=count),
        more=_("It is written, but no e-mail goes out before."),
        url=reverse("staff:letter-of-offer", args=[code, kind]),
        mark="time",
    )
