"""A driver process that is killed while it syncs."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from time import perf_counter

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.exceptions import DriverError
from code_analysis_db.schema.schema import Schema

from ..unified.place import Place
from .test_concurrency import MANY, NAMES

_PARTS = 5


def _time_of_a_sync(place: Place) -> float:
    """Return the seconds that a sync takes where nobody disturbs it."""
    with place.client() as client:
        start = perf_counter()
        client.rpc.sync_schema(MANY)
        seconds = perf_counter() - start
    place.clear()
    return seconds


def _sync_and_kill(place: Place, delay: float) -> None:
    """Kill a driver process, ``delay`` seconds after it was told to sync."""
    process = DriverProcess(place.config, restart=False).start()
    with DatabaseClient.connect(process.endpoint, reconnect_timeout=0.1) as client:
        assert process.pid is not None
        killer = threading.Timer(delay, os.kill, (process.pid, signal.SIGKILL))
        killer.start()
        with suppress(DriverError):
            client.rpc.sync_schema(MANY)
        killer.join()
    process.stop()


def test_a_sync_that_was_killed_goes_on_when_it_is_called_again(place: Place) -> None:
    """Wherever it was: the same comes of it as of a sync that nobody killed, and where
    the database can undo definitions there is nothing of it before."""
    whole = _time_of_a_sync(place)
    wanted = Schema.from_definition(MANY)
    for part in range(_PARTS):
        _sync_and_kill(place, whole * part / _PARTS)
        with place.client() as client:
            rpc = client.rpc
            if place.dialect.has_transactional_ddl:
                assert set(rpc.list_tables()) in (set(), NAMES)
            rpc.sync_schema(MANY)
            assert not rpc.sync_schema(MANY)["changed"]
            assert Schema.from_definition(rpc.export_schema()).digest == wanted.digest
            assert rpc.insert("t0", {"a": "x"}) == 1
        place.clear()


def test_a_caller_that_gives_up_leaves_nothing_behind(place: Place) -> None:
    """The time of a sync that is too short: it is stopped, and undone where the
    database can do that; the next call does it."""
    with place.client() as client:
        rpc = client.rpc
        with suppress(DriverError):
            rpc.sync_schema(MANY, timeout=0.004)
        if place.dialect.has_transactional_ddl:
            assert set(rpc.list_tables()) in (set(), NAMES)
        rpc.sync_schema(MANY)
        assert set(rpc.list_tables()) == NAMES
        assert not rpc.sync_schema(MANY)["changed"]
    place.clear()
