"""A server whose disk is full: an error to those whose rows it does not take, nothing
lost of what was acknowledged, and service goes on once there is space."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Tuple

import pytest

from code_analysis_db.exceptions import (
    DiskFullError,
    DriverConnectionError,
    DriverError,
    TransactionLostError,
)
from tests.servers.local_server import LocalServer
from tests.servers.plugin import MakeServer

from ..programs import at_once
from .conftest import StartDriver, start_scene
from .scene import Scene

# Random, so that no server makes it small.
_ROW = os.urandom(300_000)
_DATABASE = "small"
_TABLESPACE = "--innodb-data-file-path=ibdata1:12M:autoextend:max:{}M"
Free = Callable[[], None]


def _small_postgres(make_server: MakeServer) -> Tuple[LocalServer, Free]:
    """Return a server whose database has 8 MB to lie in, and what makes them 64."""
    server = make_server("postgres")
    folder = server.folder / "small"
    folder.mkdir(mode=0o777)
    mount = ["mount", "-t", "tmpfs", "tmpfs", str(folder), "-o"]
    try:
        subprocess.run([*mount, "size=8m,mode=777"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user cannot mount a file system")
    inside = folder / "tables"
    inside.mkdir()
    server.user.own(inside)
    administration = server.administration
    administration.query(f"CREATE TABLESPACE small LOCATION '{inside}'")
    administration.create_database(_DATABASE)
    administration.query(f"ALTER DATABASE {_DATABASE} SET default_tablespace = small")

    def free() -> None:
        """Make the file system larger."""
        subprocess.run([*mount, "remount,size=64m"], check=True)

    return server, free


def _small_mysql(make_server: MakeServer) -> Tuple[LocalServer, Free]:
    """Return a server whose tables share a file that may grow to 32 MB, and what makes
    it 128."""
    options = ["--innodb-file-per-table=0", _TABLESPACE.format(32)]
    server = make_server("mysql", options=options)
    server.administration.create_database(_DATABASE)

    def free() -> None:
        """Restart the server with a larger limit."""
        server.options[-1] = _TABLESPACE.format(128)
        server.stop()
        server.start()

    return server, free


_SMALL: Dict[str, Callable[[MakeServer], Tuple[LocalServer, Free]]] = {
    "postgres": _small_postgres,
    "mysql": _small_mysql,
}


def test_what_does_not_fit_is_an_error_and_what_was_acknowledged_stays(
    kind: str, private_server: MakeServer, start_driver: StartDriver
) -> None:
    """By a row, by many, by a batch, in a transaction; at once by several."""
    server, free = _SMALL[kind](private_server)
    config = server.address.config(_DATABASE, connection_pool_size=4)
    scene = start_scene(start_driver, config, server.address)
    with scene.client() as client:
        fitted: List[Any] = []
        with pytest.raises(DiskFullError) as caught:
            for _ in range(200):
                fitted.append(client.rpc.insert("items", {"data": _ROW}))
        assert caught.value.database_code in ("53100", "1114")
        rows = [{"data": _ROW}] * 20
        refusals = _Refusals(server)
        with refusals.expected():
            client.rpc.insert_many("items", rows)
        with refusals.expected(), client.batch() as batch:
            for row in rows:
                batch.insert("items", row)
        with refusals.expected(), client.transaction() as transaction:
            for row in rows:
                transaction.insert("items", row)
        outcomes = at_once([lambda: client.rpc.insert_many("items", rows)] * 4)
        for _, error in outcomes:
            refusals.check(error)
        assert _ids(scene) == fitted
        assert client.rpc.select("items", {"id": fitted[0]})[0]["data"] == _ROW
        free()
        added = client.rpc.insert_many("items", rows)
        assert _ids(scene) == fitted + added
        assert client.rpc.ping()["generation"] == 1
        assert scene.is_quiet()


class _Refusals:
    """Looks at what comes of writes that do not fit.

    MariaDB now and then gives itself up where many of them meet a full tablespace
    (seen with 10.11); it is started again then, and its clients have been told that
    the connection was lost, or is not to be had.
    """

    def __init__(self, server: LocalServer) -> None:
        """Look at writes to ``server``."""
        self._server = server

    @contextmanager
    def expected(self) -> Iterator[None]:
        """Expect that the block's writes do not fit."""
        with pytest.raises(DriverError) as caught:
            yield
        self.check(caught.value)

    def check(self, error: object) -> None:
        """See that an error is the disk's, or that the server has given itself up."""
        if not isinstance(error, DiskFullError):
            gone = (DriverConnectionError, TransactionLostError)
            assert isinstance(error, gone), error
            if self._server.administration.failure_to_connect() is not None:
                self._server.start()


def _ids(scene: Scene) -> List[int]:
    """Return the rows that the server has."""
    return [number for (number,) in scene.query("SELECT id FROM items ORDER BY id")]
