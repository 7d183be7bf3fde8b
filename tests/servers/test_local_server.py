"""A private server can be killed, shut down, suspended and started again."""

from __future__ import annotations

import os
import threading
import time
from contextlib import closing
from pathlib import Path

import attrs
import pytest

from .administrations import administration_of
from .local_server import LocalServer
from .plugin import MakeServer
from .prepared_data import VARIABLE, PreparedFolder
from .search import KINDS


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, private_server: MakeServer) -> LocalServer:
    """A server of each kind."""
    return private_server(request.param)


def test_what_was_acknowledged_outlives_a_kill(server: LocalServer) -> None:
    """The server is where it was."""
    administration = server.administration
    administration.query("CREATE TABLE t (a INTEGER)")
    for number, end in enumerate([server.kill, server.stop, server.kill], 1):
        administration.query("INSERT INTO t VALUES (%s)", [number])
        end()
        assert administration.failure_to_connect() is not None
        server.start()
        assert list(administration.query("SELECT count(*) FROM t")[0]) == [number]


def test_servers_begin_with_copies_of_the_same_data(
    private_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one's, of before its first start; each has a password of its own."""
    monkeypatch.delenv(VARIABLE, raising=False)
    with closing(PreparedFolder()) as folder:
        for kind in KINDS:
            first, second = private_server(kind), private_server(kind)
            first.administration.query("CREATE TABLE t (a INTEGER)")
            second.administration.query("CREATE TABLE t (a INTEGER)")
            stranger = attrs.evolve(second.address, password=first.password)
            assert administration_of(stranger).failure_to_connect() is not None
        assert len(list(Path(folder.path).iterdir())) == len(KINDS)
    assert VARIABLE not in os.environ


def test_a_suspended_server_answers_when_it_goes_on(server: LocalServer) -> None:
    """Its connections stay meanwhile."""
    with closing(server.administration.connect()) as connection:
        cursor = connection.cursor()
        server.suspend()
        answered = threading.Event()

        def ask() -> None:
            """Wait for an answer."""
            cursor.execute("SELECT 1")
            answered.set()

        asking = threading.Thread(target=ask)
        asking.start()
        assert not answered.wait(0.2)
        server.resume()
        asking.join()
        assert answered.is_set()


def test_a_server_that_refuses_its_options_says_so(private_server: MakeServer) -> None:
    """The end of its log is in the error."""
    began = time.monotonic()
    with pytest.raises(pytest.fail.Exception, match="unrecognized.*no_such_setting"):
        private_server("postgres", options=["-c", "no_such_setting=1"])
    assert time.monotonic() - began < 30
