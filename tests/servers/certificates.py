"""Certificates for servers and clients: an authority of the tests' own."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Optional

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_LIFETIME = timedelta(days=1)


@attrs.frozen
class Certificate:
    """A certificate and its key, as files.

    Attributes:
        file: the certificate, in PEM.
        key: its key, readable by the owner alone.
    """

    file: Path
    key: Path


class Authority:
    """Whoever signs certificates."""

    def __init__(self, folder: Path, name: str) -> None:
        """Make the authority's own certificate, as a file in a folder."""
        self._folder = folder
        self._name = _named(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        own = self._builder(self._name, self._key).add_extension(constraints, True)
        self.certificate = self._signed(own, self._key, name)

    def issue(self, name: str, host: Optional[str] = None) -> Certificate:
        """Sign a certificate.

        Args:
            name: of its owner, and of the files.
            host: address of the server that it is for, None for a client's.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(_named(name), key)
        if host is not None:
            address = x509.IPAddress(ipaddress.ip_address(host))
            names = x509.SubjectAlternativeName([address])
            builder = builder.add_extension(names, False)
        return self._signed(builder, key, name)

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey
    ) -> x509.CertificateBuilder:
        """Return what all certificates have."""
        now = datetime.now(timezone.utc)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _LIFETIME)
            .not_valid_after(now + _LIFETIME)
        )

    def _signed(
        self,
        builder: x509.CertificateBuilder,
        key: ec.EllipticCurvePrivateKey,
        name: str,
    ) -> Certificate:
        """Sign, and write certificate and key."""
        made = Certificate(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        signed = builder.sign(self._key, hashes.SHA256())
        made.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        made.key.touch(mode=0o600)
        made.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return made


def _named(name: str) -> x509.Name:
    """Return a subject."""
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
