"""Encrypted connections to PostgreSQL, and whether the server is who it should be."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Any, Dict, List

import pytest

from code_analysis_db.dialects.statement import Statement
from code_analysis_db.drivers import create_driver
from code_analysis_db.drivers.execution_context import ExecutionContext
from code_analysis_db.drivers.express_session import ExpressSession, Reply, Wants
from code_analysis_db.drivers.postgres_config import PostgresConfig
from code_analysis_db.drivers.postgres_express import PostgresExpressSession
from code_analysis_db.drivers.postgres_express_connection import open_express
from code_analysis_db.drivers.postgres_wire_session import PostgresWireSession
from code_analysis_db.exceptions import DriverConnectionError

from ..servers.local_server import LocalServer


def _openssl(*words: str) -> None:
    """Run openssl, where it is installed."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("install openssl, which makes the certificates of this test")
    subprocess.run([program, *words], check=True, capture_output=True)


def _make_certificate(folder: Path, name: str, host: str) -> None:
    """Make a certificate for a host that is its own authority, and its key."""
    _openssl(
        *("req", "-new", "-x509", "-days", "2", "-nodes", "-newkey", "rsa:2048"),
        *("-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"),
        *("-out", str(folder / f"{name}.crt"), "-keyout", str(folder / f"{name}.key")),
    )


@pytest.fixture
def encrypting(private_server: Any, tmp_path: Path) -> LocalServer:
    """A server that encrypts, with the certificate of ``localhost``."""
    server: LocalServer = private_server("postgres", durable=False)
    _make_certificate(tmp_path, "server", "localhost")
    owner = (server.folder / "data").stat()
    settings: List[str] = ["ssl = on"]
    for kind, setting in (("crt", "ssl_cert_file"), ("key", "ssl_key_file")):
        place = server.folder / f"server.{kind}"
        shutil.copy(tmp_path / f"server.{kind}", place)
        os.chown(place, owner.st_uid, owner.st_gid)
        place.chmod(0o600)
        settings.insert(0, f"{setting} = '{place}'")
    with closing(server.administration.connect()) as connection:
        cursor = connection.cursor()
        for setting in settings:
            cursor.execute(f"ALTER SYSTEM SET {setting}")
        cursor.execute("SELECT pg_reload_conf()")
        until = monotonic() + 30
        while cursor.fetchone() != ("on",):
            assert monotonic() < until
            cursor.execute("SHOW ssl")
    return server


def _is_encrypted(server: LocalServer, **settings: Any) -> bool:
    """Connect, and tell whether the connection is encrypted."""
    config: Dict[str, Any] = server.address.config("postgres", **settings)
    driver = create_driver("postgres", config)
    try:
        asked = driver.execute(
            "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        )
        return bool(asked["data"][0]["ssl"])
    finally:
        driver.disconnect()


def test_what_can_be_encrypted_is(encrypting: LocalServer) -> None:
    """Unless that is not wanted."""
    assert _is_encrypted(encrypting)
    assert _is_encrypted(encrypting, ssl_mode="require")
    assert not _is_encrypted(encrypting, ssl_mode="disable")


def test_a_server_is_known_by_its_certificate(
    encrypting: LocalServer, tmp_path: Path
) -> None:
    """And by its name, where that is asked for."""
    own = str(tmp_path / "server.crt")
    assert _is_encrypted(encrypting, ssl_mode="verify-ca", ssl_ca=own)
    assert _is_encrypted(
        encrypting, ssl_mode="verify-full", ssl_ca=own, host="localhost"
    )
    with pytest.raises(DriverConnectionError, match="does not match host name"):
        _is_encrypted(encrypting, ssl_mode="verify-full", ssl_ca=own, host="127.0.0.1")


def test_a_server_with_another_certificate_is_refused(
    encrypting: LocalServer, tmp_path: Path
) -> None:
    """Nobody says that it is the right one."""
    _make_certificate(tmp_path, "other", "localhost")
    with pytest.raises(DriverConnectionError, match="certificate verify failed"):
        _is_encrypted(
            encrypting, ssl_mode="verify-ca", ssl_ca=str(tmp_path / "other.crt")
        )


def test_short_statements_are_sent_ahead_encrypted(encrypting: LocalServer) -> None:
    """By psycopg2, one at a time; in the clear by the package's own wire."""
    for ssl_mode, kind in (
        ("require", PostgresExpressSession),
        ("disable", PostgresWireSession),
    ):
        given = encrypting.address.config("postgres", ssl_mode=ssl_mode)["config"]
        config = PostgresConfig.from_config(given)
        with closing(open_express(config, ExecutionContext())) as session:
            assert type(session) is kind
            for _ in range(4):
                session.put([_asks_whether_encrypted()])
                (reply,) = _replies(session)
                assert reply.results[0].rows() == [(2, ssl_mode == "require")]


def _asks_whether_encrypted() -> Statement:
    """Return a statement that tells of its connection."""
    sql = "SELECT 1 + %s, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    return Statement(sql, [1], (), None)


def _replies(session: ExpressSession) -> List[Reply]:
    """Send what was put and wait for replies."""
    wants = session.flush()
    until = monotonic() + 30
    while wants is not Wants.NOTHING and monotonic() < until:
        writes = [session.fileno()] if wants is Wants.WRITE else []
        select.select([session.fileno()], writes, [], 1)
        if wants is Wants.WRITE:
            wants = session.flush()
        elif replies := session.receive():
            return replies
    return session.receive()
