"""A certificate to seal the papers of a test with, and a time-stamp service that needs no network."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exchange.cli.demo.certificate import self_made

COMPANY = "Capstone Turbine Corporation"
ALWAYS = {"since": datetime(1990, 1, 1, tzinfo=UTC), "until": datetime(2090, 1, 1, tzinfo=UTC)}


def certificate(folder: Path, **validity: Any) -> str:
    path = folder / "seal.p12"
    path.write_bytes(self_made(COMPANY, **{**ALWAYS, **validity}))
    return str(path)


def time_stamper() -> Any:
    """pyHanko's own stand-in, which wants an RSA key."""
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
    from pyhanko.sign.timestamps import DummyTimeStamper

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time stamps of a test")])
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ALWAYS["since"])
        .not_valid_after(ALWAYS["until"])
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.DER
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return DummyTimeStamper(asn1.Certificate.load(made.public_bytes(encoding)), keys.PrivateKeyInfo.load(private))
