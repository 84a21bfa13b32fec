"""What `manage.py check --deploy` says of the company's seal."""

from datetime import timedelta
from typing import Any

from django.core.checks import CheckMessage, Error, Warning

from exchange.documents import sealing
from exchange.kernel import clock

SOON = timedelta(days=30)
HINT = "Set SEAL_PKCS12 and SEAL_PASSWORD, or SEAL_CERTIFICATE and SEAL_KEY (deploy/env.example)."


def seal(**given: Any) -> list[CheckMessage]:
    """A production without a certificate seals nothing; one whose certificate cannot be used makes no paper."""
    try:
        who = sealing.identity()
    except sealing.SealError as fault:
        return [Error(f"No paper can be made: {fault}.", hint=HINT, id="documents.E001")]
    if who is None:
        return [Warning("Papers are not sealed: no certificate is configured.", hint=HINT, id="documents.W001")]
    now = clock.now()
    if why := who.fault(now):
        return [Error(f"No paper can be made: {why}.", hint=HINT, id="documents.E001")]
    if who.fault(now + SOON):
        until = who.certificate.not_valid_after_utc.date().isoformat()
        return [Warning(f"The seal's certificate ends on {until}.", hint=HINT, id="documents.W002")]
    return []
