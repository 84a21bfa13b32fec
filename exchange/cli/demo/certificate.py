"""A certificate that the demonstration makes for itself, once; its name says that it proves nothing.

Certificates of a real installation come from outside (`deploy/env.example`).
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

NAME = "Demonstration seal, proves nothing"
FILE = "demonstration-seal.p12"
VALID_FOR = timedelta(days=20 * 365)


def certificate_in(folder: Path, *, company: str, at: datetime) -> Path:
    """The file with the certificate and its key, which only this user can read; made where there is none."""
    path = folder / FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        being_made = path.with_suffix(".part")
        with os.fdopen(os.open(being_made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(self_made(company, since=at - timedelta(days=1), until=at + VALID_FOR))
        being_made.replace(path)
    return path


def self_made(company: str, *, since: datetime, until: datetime) -> bytes:
    """A PKCS#12 file, without a password, with a new P-256 key and a certificate that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = [(NameOID.COMMON_NAME, NAME), (NameOID.ORGANIZATION_NAME, f"{company} (demonstration)")]
    subject = x509.Name([x509.NameAttribute(which, text) for which, text in names])
    no = ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign")
    may = dict.fromkeys([*no, "encipher_only", "decipher_only"], False)
    certificate = (
        x509.CertificateBuilder(issuer_name=subject, subject_name=subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **may), critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(NAME.encode(), key, certificate, None, NoEncryption())
