"""What ``ssl_mode`` and the certificates promise, against real servers."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

import attrs
import pytest

from code_analysis_db.drivers import create_driver
from code_analysis_db.exceptions import DriverConnectionError
from tests.servers.certificates import Authority, Certificate
from tests.servers.local_server import LocalServer
from tests.servers.plugin import MakeServer
from tests.servers.search import KINDS

_HOST = "127.0.0.1"
_CERTIFIED = "certified"
_CIPHER = {
    "postgres": "SELECT cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    "mysql": "SHOW STATUS LIKE 'Ssl_cipher'",
}
_OPTIONS: Dict[str, Callable[[Certificate, Certificate], List[str]]] = {
    "postgres": lambda own, authority: [
        *("-c", "ssl=on"),
        *("-c", f"ssl_cert_file={own.file}", "-c", f"ssl_key_file={own.key}"),
        *("-c", f"ssl_ca_file={authority.file}"),
    ],
    "mysql": lambda own, authority: [
        *(f"--ssl-cert={own.file}", f"--ssl-key={own.key}"),
        f"--ssl-ca={authority.file}",
    ],
}


def _demand_of_postgres(server: LocalServer) -> None:
    """Make a user who is known by nothing but a certificate."""
    server.administration.query(f"CREATE USER {_CERTIFIED}")
    rules = server.folder / "data" / "pg_hba.conf"
    rules.write_text(f"hostssl all {_CERTIFIED} all cert\n{rules.read_text()}")


def _demand_of_mysql(server: LocalServer) -> None:
    """Make a user who needs a certificate beside the password."""
    server.administration.query(
        f"CREATE USER {_CERTIFIED} IDENTIFIED BY '{_CERTIFIED}' REQUIRE X509"
    )
    server.administration.query(f"GRANT ALL ON test.* TO {_CERTIFIED}")


_DEMAND_CERTIFICATE: Dict[str, Callable[[LocalServer], None]] = {
    "postgres": _demand_of_postgres,
    "mysql": _demand_of_mysql,
}


@attrs.frozen
class Encrypted:
    """A server with a certificate, and what its clients may show and know.

    Attributes:
        authority: signed the server's certificate.
        client: a certificate of the same authority.
        stranger: an authority that has nothing to do with it.
    """

    server: LocalServer
    authority: Certificate
    client: Certificate
    stranger: Certificate

    def cipher(self, **settings: Any) -> str:
        """Connect a driver and return how its connection is encrypted, "" for not."""
        return _cipher(self.server, **settings)


def _cipher(server: LocalServer, **settings: Any) -> str:
    """Connect a driver and return how its connection is encrypted, "" for not."""
    address = server.address
    config = address.config(address.database, connection_timeout=10.0, **settings)
    driver = create_driver(address.kind, config)
    try:
        (row,) = driver.execute(_CIPHER[address.kind])["data"] or []
        return list(row.values())[-1] or ""
    finally:
        driver.disconnect()


@pytest.fixture(scope="module", params=KINDS)
def encrypted(request: pytest.FixtureRequest, module_server: MakeServer) -> Encrypted:
    """A server of each kind."""
    kind: str = request.param
    server = module_server(kind, durable=False)
    folder = server.folder / "certificates"
    folder.mkdir()
    authority, stranger = Authority(folder, "authority"), Authority(folder, "stranger")
    own = authority.issue("server", _HOST)
    server.user.own(own.key)
    server.options += _OPTIONS[kind](own, authority.certificate)
    _DEMAND_CERTIFICATE[kind](server)
    server.stop()
    server.start()
    return Encrypted(
        server,
        authority.certificate,
        authority.issue(_CERTIFIED),
        stranger.certificate,
    )


@pytest.fixture(scope="module", params=KINDS)
def plain(request: pytest.FixtureRequest, module_server: MakeServer) -> LocalServer:
    """A server of each kind that cannot encrypt."""
    kind: str = request.param
    options = ["--loose-skip-ssl", "--loose-tls-version="] if kind == "mysql" else []
    return module_server(kind, durable=False, options=options)


@pytest.mark.parametrize("mode", ["prefer", "require", "verify-ca", "verify-full"])
def test_connections_are_encrypted(encrypted: Encrypted, mode: str) -> None:
    """By default, too."""
    assert encrypted.cipher(ssl_mode=mode, ssl_ca=str(encrypted.authority.file))
    assert encrypted.cipher()


def test_encryption_can_be_switched_off(encrypted: Encrypted) -> None:
    """By those who trust the way there."""
    assert encrypted.cipher(ssl_mode="disable") == ""


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_a_server_that_another_authority_vouches_for_is_refused(
    encrypted: Encrypted, mode: str
) -> None:
    """Before a password is sent."""
    with pytest.raises(DriverConnectionError, match="(?i)certificate"):
        encrypted.cipher(ssl_mode=mode, ssl_ca=str(encrypted.stranger.file))


def test_a_server_under_another_name_is_refused_where_names_count(
    encrypted: Encrypted,
) -> None:
    """Its certificate is for an address, and it is asked for by a name."""
    by_name = {"host": "localhost", "ssl_ca": str(encrypted.authority.file)}
    assert encrypted.cipher(ssl_mode="verify-ca", **by_name)
    with pytest.raises(DriverConnectionError, match="(?i)certificate"):
        encrypted.cipher(ssl_mode="verify-full", **by_name)


def test_a_client_shows_its_certificate(encrypted: Encrypted) -> None:
    """To a server that takes nobody without one."""
    shown = {
        "ssl_cert": str(encrypted.client.file),
        "ssl_key": str(encrypted.client.key),
    }
    settings = {"user": _CERTIFIED, "password": _CERTIFIED, "ssl_mode": "require"}
    assert encrypted.cipher(**settings, **shown)
    with pytest.raises(DriverConnectionError):
        encrypted.cipher(**settings)


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_a_server_without_encryption_is_refused_where_it_is_asked_for(
    plain: LocalServer, mode: str
) -> None:
    """Rather than that a password goes over the wire for all to read."""
    with pytest.raises(DriverConnectionError, match="(?i)ssl|tls|encrypt"):
        _cipher(plain, ssl_mode=mode)
    assert _cipher(plain) == ""
