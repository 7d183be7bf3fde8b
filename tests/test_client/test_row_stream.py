"""Streams of rows: read ahead, ended early, lost on the way."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Iterator, List

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.exceptions import DriverQueryError, DriverUnavailableError
from code_analysis_db.result import DataResult, ErrorResult, SuccessResult

from .scripted_driver import DONE, Answer, Hangup, ScriptedDriver, Seen


class Cursor:
    """Answers a cursor's requests with ``portions`` of three rows.

    Attributes:
        lost_at: the portion, from 0, in whose place the driver hangs up, once.
    """

    def __init__(self, portions: int) -> None:
        """Begin at the first portion."""
        self.portions = portions
        self.lost_at = -1
        self._given = 0

    def __call__(self, seen: Seen) -> Answer:
        """Answer one request."""
        if seen.name == "begin_transaction":
            return SuccessResult({"transaction_id": "tx"})
        if seen.name == "savepoint":
            return SuccessResult({"savepoint": "s"})
        if seen.name == "open_cursor":
            self._given = 0
        elif seen.name != "fetch":
            return DONE
        number, self._given = self._given, self._given + 1
        if number == self.lost_at:
            self.lost_at = -1
            raise Hangup
        if number >= self.portions:
            return ErrorResult.of_error(DriverQueryError("'cursor' is not open"))
        last = number == self.portions - 1
        rows = [[3 * number + n] for n in range(3)]
        return DataResult(["a"], rows, None if last else "cursor")


@pytest.fixture
def cursor() -> Cursor:
    """A cursor of four portions."""
    return Cursor(4)


@pytest.fixture
def driver(cursor: Cursor, socket_path: Path) -> Iterator[ScriptedDriver]:
    """A driver that has the cursor."""
    with ScriptedDriver(cursor, socket_path) as scripted:
        yield scripted


@pytest.fixture
def client(driver: ScriptedDriver) -> Iterator[DatabaseClient]:
    """A client of it."""
    with DatabaseClient.connect(driver.endpoint, reconnect_timeout=5) as connected:
        yield connected


def numbers(rows: Iterator[dict[str, int]]) -> List[int]:
    """Return the rows' only values."""
    return [row["a"] for row in rows]


def test_stream_yields_the_rows_of_all_portions(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    assert numbers(client.rpc.select_iter("t", chunk_size=3)) == list(range(12))
    assert driver.names == ["open_cursor", *["fetch"] * 4], "one in vain"
    assert {
        seen.fields["chunk_size"] for seen in driver.seen if seen.name == "fetch"
    } == {3}


def test_next_portions_are_asked_for_before_the_rows_at_hand_are_used(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    with client.rpc.select_iter("t") as stream:
        assert next(stream) == {"a": 0}
        driver.wait_until(lambda: driver.names == ["open_cursor", "fetch", "fetch"])


def test_stream_with_a_time_limit_asks_for_one_portion_after_the_other(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    """The limit of a second one would run while it waits for a slow reader."""
    with client.rpc.select_iter("t", timeout=5) as stream:
        assert numbers(stream) == list(range(12))
    assert driver.names == ["open_cursor", *["fetch"] * 3]


def test_driver_that_is_lost_after_the_last_portion_takes_nothing_from_it(
    client: DatabaseClient, cursor: Cursor
) -> None:
    cursor.lost_at = 4
    assert numbers(client.rpc.select_iter("t")) == list(range(12))
    assert numbers(client.rpc.select_iter("t")) == list(range(12))


def test_stream_read_to_its_end_gives_its_connection_back(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    for _ in range(3):
        list(client.rpc.select_iter("t"))
    assert driver.connections == 1


def test_other_calls_go_on_while_a_stream_is_open(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    with client.rpc.select_iter("t") as stream:
        next(stream)
        client.rpc.create_table({"name": "t"})
        assert numbers(stream) == list(range(1, 12))
    assert driver.connections == 2


def test_closed_stream_ends_its_connection_and_has_no_more_rows(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    stream = client.rpc.select_iter("t")
    next(stream)
    stream.close()
    stream.close()
    assert list(stream) == []
    client.rpc.create_table({"name": "t"})
    assert driver.connections == 2


def test_stream_that_a_loop_leaves_is_closed(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    for row in client.rpc.select_iter("t"):
        assert row == {"a": 0}
        break
    gc.collect()
    assert len(client._caller._pool._all) == len(client._caller._pool._free)


def test_stream_that_nobody_reads_is_closed(client: DatabaseClient) -> None:
    client.rpc.select_iter("t")
    gc.collect()
    assert len(client._caller._pool._all) == len(client._caller._pool._free)


def test_stream_whose_driver_is_lost_says_how_far_it_came(
    client: DatabaseClient, cursor: Cursor
) -> None:
    cursor.lost_at = 2
    seen: List[int] = []
    with pytest.raises(DriverUnavailableError, match="after 6 rows"):
        for row in client.rpc.select_iter("t"):
            seen.append(row["a"])
    assert seen == list(range(6))


def test_opening_is_repeated_when_the_connection_is_lost(
    client: DatabaseClient, driver: ScriptedDriver, cursor: Cursor
) -> None:
    cursor.lost_at = 0
    assert numbers(client.rpc.select_iter("t")) == list(range(12))
    assert driver.names.count("open_cursor") == 2


def test_stream_of_a_transaction_uses_its_connection_and_leaves_room_for_others(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    with client.rpc.transaction() as tx:
        with tx.select_iter("t", chunk_size=3) as stream:
            assert next(stream) == {"a": 0}
            with tx.transaction():
                assert next(stream) == {"a": 1}
            assert numbers(stream) == list(range(2, 12))
    assert {seen.connection for seen in driver.seen if seen.name != "ping"} == {1}
    assert driver.seen[2].fields["transaction_id"] == "tx"


def test_stream_of_a_transaction_closes_its_cursor(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    with client.rpc.transaction() as tx:
        with tx.select_iter("t") as stream:
            next(stream)
    assert driver.names == [
        "begin_transaction",
        "open_cursor",
        "close_cursor",
        "commit_transaction",
    ]
    assert list(stream) == []
