"""The sample of an electronic record: a real paper of ours with invented contents, opened before one consents."""

from datetime import date, datetime
from decimal import Decimal

from exchange.documents.actions import PaperRequest, request_papers
from exchange.documents.models import Paper
from exchange.documents.reads import paper_for
from exchange.elections.consent import VERSION
from exchange.offers.letters import paper_common
from exchange.offers.reads import Loaded
from exchange.people.models import Holder

NUMBER = "0000-0000"
# Nobody: the sample is the same for every holder of an offer, and is nobody's record.
NOBODY = Holder(legal_name="Alex Example", employee_number="00000")


def sample_of(loaded: Loaded, *, at: datetime) -> Paper:
    """The offer's sample, asked for where it has not been; its PDF is made as any paper's."""
    key = f"sample:{loaded.offer.code}:{loaded.version.number}.{VERSION}:{NUMBER}"
    found = paper_for("sample", key)
    if found is not None:
        return found
    request = PaperRequest(
        kind="sample",
        owner_key=f"sample:{NOBODY.employee_number}",
        subject_key=key,
        offer_key=loaded.offer.code,
        snapshot={
            **paper_common(loaded, NOBODY, number=NUMBER, issued_at=at),
            "lines": [
                {
                    "grant_number": "EXAMPLE-1",
                    "grant_date": date(2001, 3, 5),
                    "exercise_price": Decimal("10.00"),
                    "shares": 1200,
                    "plan": loaded.terms.award_plan,
                    "option_type": "NSO",
                },
                {
                    "grant_number": "EXAMPLE-2",
                    "grant_date": date(2002, 4, 8),
                    "exercise_price": Decimal("12.50"),
                    "shares": 800,
                    "plan": loaded.terms.award_plan,
                    "option_type": "ISO",
                },
            ],
            "total": 2000,
        },
        is_replay=loaded.offer.is_replay,
    )
    request_papers([request], at=at)
    return Paper.objects.get(kind="sample", subject_key=key)
