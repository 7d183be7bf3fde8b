"""Syncs beside other syncs, and beside those who read and write."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Iterator, List, Set

import pytest

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.schema.schema import Schema

from ..unified.place import Place
from .definitions import PROJECTS, definition, table, text

MANY = definition(
    "1",
    *(
        table(
            f"t{number}",
            text("a"),
            indexes=[{"name": f"t{number}_a", "columns": ["a"]}],
        )
        for number in range(12)
    ),
)
NAMES = {wanted["name"] for wanted in MANY["tables"]}


@pytest.fixture
def clients(place: Place) -> Iterator[List[DatabaseClient]]:
    """Clients of two driver processes on one database."""
    with DriverProcess(place.config) as one, DriverProcess(place.config) as other:
        yield [one, other]
    place.clear()


def test_of_two_processes_one_applies(clients: List[DatabaseClient]) -> None:
    """Story 25: the loser of a race for the first sync sees no changes to make."""
    start = threading.Barrier(2)

    def sync(client: DatabaseClient) -> Dict[str, Any]:
        """Sync at the same time as the other."""
        start.wait()
        return client.rpc.sync_schema(MANY)

    with ThreadPoolExecutor(2) as threads:
        reports = list(threads.map(sync, clients))
    assert sorted(report["changed"] for report in reports) == [False, True]
    for client in clients:
        assert set(client.rpc.list_tables()) == NAMES
        assert client.rpc.insert("t0", {"a": "x"}) in (1, 2)
        (entry,) = client.rpc.get_schema_history()
        assert entry["outcome"] == "applied"


def test_threads_of_one_process_sync_once(clients: List[DatabaseClient]) -> None:
    """Workers of one program that all begin with a sync do not disturb each other."""
    client = clients[0]
    with ThreadPoolExecutor(4) as threads:
        reports = list(threads.map(lambda _: client.rpc.sync_schema(MANY), range(4)))
    assert [report["changed"] for report in reports].count(True) == 1
    assert len(client.rpc.get_schema_history()) == 1


def test_nobody_sees_half_a_schema(place: Place, clients: List[DatabaseClient]) -> None:
    """Where the database can undo definitions, others see none of it or all."""
    if not place.dialect.has_transactional_ddl:
        pytest.skip(f"{place.dialect.name} shows each statement when it is done")
    syncing, looking = clients
    seen: Set[int] = set()
    done = threading.Event()

    def look() -> None:
        """Look at the tables until the sync is done, and once more."""
        while True:
            last = done.is_set()
            seen.add(len(looking.rpc.list_tables()))
            if last:
                return

    thread = threading.Thread(target=look)
    thread.start()
    try:
        syncing.rpc.sync_schema(MANY)
    finally:
        done.set()
        thread.join()
    assert seen <= {0, len(NAMES)}
    assert len(NAMES) in seen


def test_others_go_on_meanwhile(clients: List[DatabaseClient]) -> None:
    """Clients of both processes read and write a table that the sync leaves alone;
    nothing they have written is lost."""
    clients[0].rpc.create_table(PROJECTS)
    done = threading.Event()

    def work(client: DatabaseClient, name: str) -> int:
        """Write and read until the sync is done."""
        written = 0
        while not done.is_set():
            client.rpc.insert("projects", {"name": f"{name}{written}"})
            written += 1
            assert client.rpc.count("projects") >= written
        return written

    with ThreadPoolExecutor(2) as threads:
        writers = [
            threads.submit(work, client, name) for client, name in zip(clients, "ab")
        ]
        try:
            both = {**MANY, "tables": [PROJECTS, *MANY["tables"]]}
            report = clients[0].rpc.sync_schema(both)
        finally:
            done.set()
        written = sum(writer.result() for writer in writers)
    assert report["changed"]
    assert clients[0].rpc.count("projects") == written
    exported = Schema.from_definition(clients[1].rpc.export_schema())
    assert exported.digest == Schema.from_definition(both).digest


def test_of_two_that_change_a_table_with_rows_one_does(
    clients: List[DatabaseClient],
) -> None:
    """Also where the table is built anew for it, and others refer to its rows."""
    owner = {"table": "owners", "columns": ["id"], "on_delete": "CASCADE"}
    things = table("things", {"name": "of", "type": "INTEGER", "references": owner})
    before = definition("1", table("owners", text("a"), text("b")), things)
    clients[0].rpc.sync_schema(before)
    for number in range(50):
        key = clients[0].rpc.insert("owners", {"a": f"{number}", "b": "x"})
        clients[1].rpc.insert("things", {"of": key})
    owners = table(
        "owners",
        text("a", nullable=False, unique=True),
        text("c", default="y", renamed_from="b"),
    )
    after = definition("2", owners, things)
    start = threading.Barrier(4)

    def sync(client: DatabaseClient) -> Dict[str, Any]:
        """Sync at the same time as the others."""
        start.wait()
        return client.rpc.sync_schema(after)

    with ThreadPoolExecutor(4) as threads:
        reports = list(threads.map(sync, [*clients, *clients]))
    assert [report["changed"] for report in reports].count(True) == 1
    for client in clients:
        assert client.rpc.count("owners", {"c": "x"}) == 50
        assert client.rpc.count("things") == 50
        assert not client.rpc.sync_schema(after)["changed"]
    clients[1].rpc.delete("owners", {"a": "7"})
    assert clients[0].rpc.count("things") == 49
    assert len(clients[0].rpc.get_schema_history()) == 2
