"""Every method of the unified interface, through the real driver."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import (
    GuardError,
    InvalidRequestError,
    InvalidValueError,
    RequestTimeoutError,
    UniqueViolationError,
    UnknownTableError,
)

ROWS: List[Dict[str, Any]] = [
    {"id": 1, "name": "a", "size": 10},
    {"id": 2, "name": "b", "size": 20},
    {"id": 3, "name": "c", "size": None},
]


@pytest.fixture
def filled(client: DatabaseClient, table: str) -> str:
    """The table with three rows."""
    client.rpc.insert_many(table, ROWS)
    return table


# --- writing ------------------------------------------------------------------------


def test_insert_returns_the_key_or_the_row(client: DatabaseClient, table: str) -> None:
    rpc = client.rpc
    assert rpc.insert(table, {"name": "a"}) == 1
    assert rpc.insert(table, {"id": 9, "name": "b"}) == 9
    row = rpc.insert(table, {"name": "c"}, returning=["size", "id"])
    assert row == {"size": 7, "id": 10}


def test_insert_of_a_key_that_exists_does_what_on_conflict_says(
    client: DatabaseClient, filled: str
) -> None:
    rpc = client.rpc
    with pytest.raises(UniqueViolationError) as caught:
        rpc.insert(filled, {"name": "a"})
    assert caught.value.table == filled
    assert rpc.insert(filled, {"name": "a", "size": 0}, on_conflict="ignore") is None
    ignored = rpc.insert(filled, {"name": "a"}, on_conflict="ignore", returning="*")
    assert ignored is None
    assert rpc.select(filled, {"name": "a"}) == [ROWS[0]]


@pytest.mark.parametrize("count", [0, 1, 1999, 2000, 2001, 5000])
def test_insert_many_returns_the_keys_in_order_however_many(
    client: DatabaseClient, table: str, count: int
) -> None:
    rows = [{"name": str(n), "size": n} for n in range(count)]
    ids = client.rpc.insert_many(table, rows)
    assert ids == list(range(1, count + 1))
    found = client.rpc.select(table, columns=["name", "size"], order_by="id")
    assert found == rows


def test_insert_many_takes_an_iterator_and_rows_of_different_columns(
    client: DatabaseClient, table: str
) -> None:
    rows = ({"name": str(n)} if n % 2 else {"size": n} for n in range(4))
    found = client.rpc.insert_many(table, rows, returning=["name", "size"])
    expected = [(None, 0), ("1", 7), (None, 2), ("3", 7)]
    assert [(row["name"], row["size"]) for row in found] == expected


def test_insert_many_is_all_or_nothing_across_its_parts(
    client: DatabaseClient, table: str
) -> None:
    rows = [{"name": str(n)} for n in range(5000)] + [{"name": "0"}]
    with pytest.raises(UniqueViolationError):
        client.rpc.insert_many(table, rows)
    assert client.rpc.count(table) == 0


def test_rows_after_parts_that_cannot_travel_leave_a_transaction_usable(
    client: DatabaseClient, table: str
) -> None:
    rows: List[Dict[str, Any]] = [{"name": str(n)} for n in range(5000)]
    rows.append({"name": object()})
    with client.transaction() as tx:
        with pytest.raises(InvalidValueError, match="object"):
            tx.insert_many(table, rows)
        assert tx.insert_many(table, rows[:3]) == [1, 2, 3]
    assert client.rpc.count(table) == 3


def test_upsert_inserts_or_updates_by_the_key_asked_for(
    client: DatabaseClient, filled: str
) -> None:
    rpc = client.rpc
    assert rpc.upsert(filled, {"id": 1, "size": 11}) == 1
    assert rpc.upsert(filled, {"name": "d"}, conflict_columns=["name"]) == 4
    row = rpc.upsert(
        filled, {"name": "b", "size": 21}, conflict_columns=["name"], returning="*"
    )
    assert row == {"id": 2, "name": "b", "size": 21}
    assert rpc.select(filled, {"id": 1}, columns=["name", "size"]) == [
        {"name": "a", "size": 11}
    ]


def test_upsert_many_returns_the_keys_or_rows_in_order(
    client: DatabaseClient, filled: str
) -> None:
    rows = [{"name": "c", "size": 30}, {"name": "d", "size": 40}]
    upsert_many = client.rpc.upsert_many
    ids = upsert_many(filled, rows, conflict_columns=["name"])
    stored = client.rpc.select(filled, {"name": ["c", "d"]}, order_by="name")
    assert ids == [row["id"] for row in stored]
    found = upsert_many(filled, rows, conflict_columns=["name"], returning=["size"])
    assert found == [{"size": 30}, {"size": 40}]


def test_update_returns_how_many_matched_or_the_rows(
    client: DatabaseClient, filled: str
) -> None:
    rpc = client.rpc
    assert rpc.update(filled, {"size": {"gte": 10}}, {"size": 10}) == 2
    assert rpc.update(filled, {"id": 1}, {"size": 5}, returning=["size"]) == [
        {"size": 5}
    ]
    with pytest.raises(GuardError):
        rpc.update(filled, {}, {"size": 0})
    with pytest.raises(GuardError):
        rpc.update(filled, {"id": [1, 2]}, {"size": 0}, max_affected=1)
    assert rpc.update(filled, {}, {"size": 0}, all_rows=True) == 3


def test_delete_returns_how_many_or_the_rows(
    client: DatabaseClient, filled: str
) -> None:
    rpc = client.rpc
    with pytest.raises(GuardError):
        rpc.delete(filled, {})
    assert rpc.delete(filled, {"id": 2}, returning="*") == [ROWS[1]]
    assert rpc.delete(filled, {"id": 2}) == 0
    assert rpc.delete(filled, {}, all_rows=True, max_affected=2) == 2


# --- reading ------------------------------------------------------------------------


def test_select_takes_every_clause(client: DatabaseClient, filled: str) -> None:
    select = client.rpc.select
    assert select(filled, order_by="id") == ROWS
    assert select(filled, {"name": "b"}, ["size"]) == [{"size": 20}]
    names = select(filled, None, ["name"], 1, 1, [("name", "DESC")])
    assert names == [{"name": "b"}]
    after = select(filled, columns=["id"], order_by="id", after=[1])
    assert after == [{"id": 2}, {"id": 3}]
    client.rpc.update(filled, {}, {"size": 1}, all_rows=True)
    assert select(filled, columns=["size"], distinct=True) == [{"size": 1}]


def test_select_of_many_rows_comes_in_parts_and_in_order(
    client: DatabaseClient, table: str
) -> None:
    client.rpc.insert_many(table, [{"size": n} for n in range(20_000)])
    rows = client.rpc.select(table, columns=["size"], order_by="id")
    assert [row["size"] for row in rows] == list(range(20_000))


def test_stream_is_the_rows_of_select(client: DatabaseClient, table: str) -> None:
    client.rpc.insert_many(table, [{"size": n} for n in range(2_500)])
    for chunk_size in (1, 500, 2_500, 10_000):
        limit = 20 if chunk_size == 1 else None
        arguments: Any = {"order_by": [("size", "DESC")], "limit": limit}
        stream = client.rpc.select_iter(table, chunk_size=chunk_size, **arguments)
        assert list(stream) == client.rpc.select(table, **arguments)


def test_stream_of_an_unknown_table_fails_when_it_is_opened(
    client: DatabaseClient,
) -> None:
    with pytest.raises(UnknownTableError):
        client.rpc.select_iter("nowhere")


def test_count_and_aggregate(client: DatabaseClient, filled: str) -> None:
    rpc = client.rpc
    assert rpc.count(filled) == 3
    assert rpc.count(filled, {"size": None}) == 1
    total = {"total": ("sum", "size"), "rows": ("count", "*")}
    assert rpc.aggregate(filled, total) == [{"total": 30, "rows": 3}]
    groups = rpc.aggregate(
        filled, {"n": ("count", "id")}, {"id": {"lt": 3}}, group_by=["name"]
    )
    assert sorted(map(str, groups)) == [
        "{'name': 'a', 'n': 1}",
        "{'name': 'b', 'n': 1}",
    ]


# --- SQL ----------------------------------------------------------------------------


def test_execute_returns_rows_or_counts(client: DatabaseClient, filled: str) -> None:
    execute = client.rpc.execute
    found = execute(f"SELECT name FROM {filled} WHERE id = :id", {"id": 2})
    assert found["data"] == [{"name": "b"}]
    assert execute(f"SELECT * FROM {filled} WHERE id = 99")["data"] == []
    done = execute(f"INSERT INTO {filled} (name) VALUES (?)", ["z"])
    assert done == {"affected_rows": 1, "last_insert_id": 4, "data": None}


def test_execute_many_returns_the_affected_rows(
    client: DatabaseClient, filled: str
) -> None:
    sql = f"UPDATE {filled} SET size = ? WHERE id = ?"
    assert client.rpc.execute_many(sql, [[1, 1], [2, 2], [3, 99]]) == 2


# --- tables and the process ---------------------------------------------------------


def test_tables_are_made_changed_described_and_dropped(client: DatabaseClient) -> None:
    rpc = client.rpc
    columns = [{"name": "id", "type": "INTEGER", "primary_key": True}]
    assert rpc.create_table({"name": "made", "columns": columns}) is True
    assert rpc.create_table({"name": "made", "columns": columns}) is False
    assert "made" in rpc.list_tables()
    added = {"add_columns": [{"name": "note", "type": "TEXT"}]}
    assert rpc.alter_table("made", added) is True
    info = rpc.get_table_info("made")
    assert [(c["name"], c["type"], c["primary_key"]) for c in info] == [
        ("id", "INTEGER", True),
        ("note", "TEXT", False),
    ]
    assert rpc.drop_table("made") is True
    assert rpc.drop_table("made") is False
    assert isinstance(rpc.get_schema_version(), str)


def test_ping_and_stats_speak_of_the_driver_process(client: DatabaseClient) -> None:
    pid = client.rpc.ping()["pid"]
    assert Path(f"/proc/{pid}").exists()
    assert client.rpc.stats()["pid"] == pid


def test_timeout_stops_a_statement_and_the_client_goes_on(
    client: DatabaseClient, table: str
) -> None:
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT count(*) FROM n"
    )
    with pytest.raises(RequestTimeoutError):
        client.rpc.execute(endless, timeout=0.1)
    assert client.rpc.count(table, timeout=5) == 0


def test_parts_that_were_taken_back_do_not_count_against_the_message_size(
    tmp_path: Path,
) -> None:
    config = {"path": str(tmp_path / "t.db"), "max_message_size": 1_000_000}
    columns = [{"name": "name", "type": "TEXT"}]
    rows: List[Dict[str, Any]] = [{"name": "x" * 200} for _ in range(3000)]
    with DriverProcess({"type": "sqlite", "config": config}) as client:
        client.rpc.create_table({"name": "t", "columns": columns})
        with client.transaction() as tx:
            for _ in range(3):
                with pytest.raises(InvalidValueError):
                    tx.insert_many("t", [*rows, {"name": object()}])
            assert len(tx.insert_many("t", rows)) == 3000


@pytest.mark.parametrize("timeout", [-1, float("nan"), float("inf")])
def test_timeout_that_is_no_time_to_wait_is_refused(
    client: DatabaseClient, timeout: float
) -> None:
    with pytest.raises(InvalidRequestError, match="timeout"):
        client.rpc.list_tables(timeout=timeout)


def test_timeout_of_zero_is_over_at_once(client: DatabaseClient, table: str) -> None:
    with pytest.raises(RequestTimeoutError):
        client.rpc.insert(table, {"name": "a"}, timeout=0)
    assert client.rpc.count(table) == 0


@pytest.mark.parametrize("rows", [["a"], {"name": "a"}, [{"name": "a"}, None]])
def test_rows_that_are_no_dicts_are_refused(
    client: DatabaseClient, table: str, rows: Any
) -> None:
    with pytest.raises(InvalidRequestError, match="expected dicts"):
        client.rpc.insert_many(table, rows)
    with pytest.raises(InvalidRequestError, match="expected dicts"):
        client.rpc.upsert(table, "name")  # type: ignore[call-overload]
