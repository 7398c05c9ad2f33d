"""A certificate for `localhost`: the SDKs send bearer tokens over https only."""

import datetime as dt
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local.serving import Certificate

LIFETIME = dt.timedelta(days=90)


def certificate_in(folder: Path) -> Certificate:
    """The folder's certificate, made on first use and anew when it has less than a day to live."""
    made = Certificate(folder / "localhost.pem", folder / "localhost.key")
    if not (made.certificate.exists() and made.key.exists() and _is_fresh(made.certificate)):
        folder.mkdir(parents=True, exist_ok=True)
        _make(made)
    return made


def _is_fresh(path: Path) -> bool:
    expires = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    return expires - dt.datetime.now(dt.UTC) > dt.timedelta(days=1)


def _make(made: Certificate) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tunedrop local stack")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key.touch(mode=0o600)
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
