"""The company's seal on a paper: PAdES B-B, or B-T where a time-stamp service answers; and whether a seal holds.

The certificate and its key come from the environment and are read once per process. A seal is added behind the PDF's
own bytes and changes none of them, so those can be digested again at any time. Without a certificate nothing is
sealed; with one that cannot be used no paper is made until it can, because a paper is stored once.
"""

import io
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.core.cache import cache as shared

if TYPE_CHECKING:
    from pyhanko.sign.timestamps.api import TimeStamper

T = TypeVar("T")
log = logging.getLogger(__name__)

FIELD = "Seal"
NO_TIME_STAMP = "no_time_stamp"  # what is noted where a configured service did not answer

# A service that does not answer is waited for once, then left alone for a while by every worker.
_TIME_STAMP_SECONDS = 4
_DOWN = "documents:time-stamp-service-down"
_DOWN_SECONDS = 300


# What asking for a time stamp may end in: no connection and a refusal are OSErrors; an answer that is no time stamp
# is taken apart only as the seal is made, and ends in one of the others.
_NO_STAMP = (OSError, ValueError, TypeError, LookupError, AssertionError)

# The certificate is read on first use, piece by piece, and not for two threads at once: one finds it half read.
_one_at_a_time = threading.Lock()


class SealError(Exception):
    """The certificate that is configured cannot be used; the text says why, in words for who runs the site."""


@dataclass(frozen=True)
class Identity:
    """The company's certificate with its key, and the certificates that lead to its issuer."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    chain: tuple[x509.Certificate, ...]

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    def fault(self, at: datetime) -> str:
        """Why it may not seal at that instant; "" where it may."""
        if at < self.certificate.not_valid_before_utc:
            return "the seal's certificate is not valid yet"
        if at >= self.certificate.not_valid_after_utc:
            return "the seal's certificate has expired"
        return ""


@dataclass(frozen=True)
class Sealed:
    """A PDF with its seal: the level reached, whose certificate, and what is to be remembered about it."""

    pdf: bytes
    level: str
    certificate: str
    note: str


def identity() -> Identity | None:
    """Who seals, as the environment says; None where it names no certificate. Raises `SealError`."""
    pfx, pem = settings.SEAL_PKCS12, settings.SEAL_CERTIFICATE
    if not pfx and not pem:
        return None
    return _load(pfx, pem, settings.SEAL_KEY, settings.SEAL_PASSWORD)


@cache
def _load(pfx: str, pem: str, key_file: str, password: str) -> Identity:
    secret = password.encode() or None
    try:
        if pfx:
            key, certificate, others = pkcs12.load_key_and_certificates(Path(pfx).read_bytes(), secret)
        else:
            key = serialization.load_pem_private_key(Path(key_file or pem).read_bytes(), secret)
            certificate, *others = x509.load_pem_x509_certificates(Path(pem).read_bytes())
    except OSError as fault:
        raise SealError(f"the seal's certificate or key cannot be read: {fault.strerror}") from fault
    except (ValueError, TypeError) as fault:
        raise SealError("the seal's certificate or key is damaged, or its password is another") from fault
    if certificate is None or key is None:
        raise SealError("the seal's file lacks the certificate or its key")
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise SealError("the seal's key is neither an elliptic-curve nor an RSA key")
    if key.public_key() != certificate.public_key():
        raise SealError("the seal's key is not that of its certificate")
    return Identity(certificate, key, tuple(others))


def seal(pdf: bytes, *, company: str, at: datetime) -> Sealed | None:
    """The PDF sealed by the company; None where no certificate is configured.

    A time stamp is asked for where a service is configured, and done without where it fails. Raises `SealError`.
    """
    who = identity()
    if who is None:
        return None
    if fault := who.fault(at):
        raise SealError(fault)
    stamper = _time_stamper(settings.SEAL_TIME_STAMP_URL)
    if stamper is not None and not shared.get(_DOWN):
        try:
            return Sealed(_sealed(pdf, who, company, stamper), "B-T", who.fingerprint, "")
        except _NO_STAMP as fault:
            shared.set(_DOWN, 1, _DOWN_SECONDS)
            log.warning("the time-stamp service failed, papers are sealed without it: %s", type(fault).__name__)
    return Sealed(_sealed(pdf, who, company, None), "B-B", who.fingerprint, NO_TIME_STAMP if stamper else "")


@cache
def _time_stamper(url: str) -> "TimeStamper | None":
    if not url:
        return None
    from pyhanko.sign.timestamps import HTTPTimeStamper

    auth = (settings.SEAL_TIME_STAMP_USER, settings.SEAL_TIME_STAMP_PASSWORD)
    return HTTPTimeStamper(url, timeout=_TIME_STAMP_SECONDS, auth=auth if auth[0] else None)


@cache
def _signer(who: Identity) -> Any:
    """pyHanko's signer around the key as it is: its own loads the key anew for each signature."""
    from asn1crypto import x509 as asn1
    from pyhanko.sign import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    def plain(certificate: x509.Certificate) -> asn1.Certificate:
        return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))

    class Company(Signer):
        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            if digest_algorithm != "sha256":
                raise ValueError("seals are made over SHA-256")
            digest = hashes.SHA256()
            if isinstance(who.key, ec.EllipticCurvePrivateKey):
                return who.key.sign(data, ec.ECDSA(digest))
            return who.key.sign(data, padding.PKCS1v15(), digest)

    certificates = [plain(other) for other in who.chain]
    chain = SimpleCertificateStore.from_certs(certificates)  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
    return Company(signing_cert=plain(who.certificate), cert_registry=chain)


def _sealed(pdf: bytes, who: Identity, company: str, stamper: "TimeStamper | None") -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter

    meta = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=company,
    )
    # Nothing to see and nothing to read out: PDF/UA wants such a field hidden, and named all the same.
    field = SigFieldSpec(
        FIELD,
        invis_sig_settings=InvisSigSettings(set_print_flag=False, set_hidden_flag=True),
        readable_field_name=f"Seal of {company}",
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signer = PdfSigner(meta, _signer(who), timestamper=stamper, new_field_spec=field)
    # A time stamp's size is its service's to choose: for that pyHanko makes the seal once more beforehand.
    room = None if stamper else _room(who)
    with _one_at_a_time:
        done: bytes = _apart(lambda: signer.sign_pdf(writer, bytes_reserved=room).getvalue())
    return done


@cache
def _room(who: Identity) -> int:
    """The hexadecimal digits to leave for a seal: its certificates, and 4 kB for what is signed and the signature."""
    certificates = (who.certificate, *who.chain)
    return 2 * (sum(len(one.public_bytes(serialization.Encoding.DER)) for one in certificates) + 4096)


def _apart(work: Callable[[], T]) -> T:
    """In a thread of its own: pyHanko runs an event loop, which one that runs in the caller's thread would forbid."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def fault_of(pdf: bytes, *, certificate: str) -> str:
    """Why the seal on a PDF does not hold; "" where it does: by that certificate, over every byte, nothing added.

    The certificate is known by its fingerprint and taken at its word: who issued it is not asked, nor whether it is
    valid still.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    try:
        seals = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        if len(seals) != 1:
            return "it is not sealed" if not seals else "it has more than one seal"
        signer = seals[0].signer_cert
        if signer is None or signer.sha256.hex() != certificate:
            return "it is sealed with another certificate"
        told = seals[0].self_reported_timestamp or signer.not_valid_before
        trust = ValidationContext(trust_roots=[signer], moment=told, best_signature_time=told, allow_fetching=False)
        status = _apart(
            lambda: validate_pdf_signature(seals[0], trust, key_usage_settings=KeyUsageConstraints(key_usage=set()))
        )
    except Exception as fault:  # a stranger's file may end in anything a parser of PDFs, CMS or X.509 can raise
        return f"its seal cannot be read ({type(fault).__name__})"
    whole = status.intact and status.valid and status.docmdp_ok
    whole = whole and status.modification_level is ModificationLevel.NONE
    return "" if whole else "its seal does not hold"
