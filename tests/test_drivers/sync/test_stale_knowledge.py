"""What a process knows of a table is not used any more when another has changed it."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Tuple

import pytest

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.exceptions import (
    DriverQueryError,
    NotNullViolationError,
    UnknownColumnError,
)

from ..unified.place import Place
from .definitions import definition, table, text


@pytest.fixture
def clients(place: Place) -> Iterator[Tuple[DatabaseClient, DatabaseClient]]:
    """Clients of two driver processes on one database, which know the same table."""
    with DriverProcess(place.config) as one, DriverProcess(place.config) as other:
        one.rpc.sync_schema(definition("1", table("t", text("a"), text("b"))))
        for client in (one, other):
            client.rpc.insert("t", {"a": "x"})
            client.rpc.upsert("t", {"id": 1, "a": "x"})
            client.rpc.select("t", {"a": "x"})
        one.rpc.delete("t", {"id": {"gt": 1}})
        yield one, other
    place.clear()


def _changed(*columns: Dict[str, Any], **more: Any) -> Dict[str, Any]:
    """Return the definition of the table as it becomes."""
    return definition("2", table("t", *columns, **more))


_UNIQUE = {"name": "t_a", "columns": ["a"], "unique": True}


@pytest.mark.parametrize("by", ["sync", "alter"])
def test_a_new_unique_index_is_a_target_of_conflicts(
    clients: Tuple[DatabaseClient, DatabaseClient], by: str
) -> None:
    """For both, at once, inside a transaction as well."""
    one, other = clients
    with pytest.raises(DriverQueryError):
        other.rpc.upsert("t", {"a": "x", "b": "y"}, conflict_columns=["a"])
    if by == "sync":
        one.rpc.sync_schema(_changed(text("a"), text("b"), indexes=[_UNIQUE]))
    else:
        one.rpc.alter_table("t", {"add_indexes": [_UNIQUE]})
    for number, client in enumerate(clients):
        row = {"a": "x", "b": f"{number}"}
        assert client.rpc.upsert("t", row, conflict_columns=["a"]) == 1
        assert client.rpc.insert("t", {"a": "x"}, on_conflict="ignore") is None
        with client.transaction() as tx:
            assert tx.upsert("t", row, conflict_columns=["a"]) == 1
        assert client.rpc.select("t", columns=["b"]) == [{"b": f"{number}"}]


def test_a_table_that_was_built_anew_is_known_anew(
    clients: Tuple[DatabaseClient, DatabaseClient],
) -> None:
    """Types, columns, defaults and what takes NULL."""
    one, other = clients
    one.rpc.sync_schema(
        _changed(
            text("c", renamed_from="a", nullable=False, default="z"),
            {"name": "b", "type": "INTEGER"},
        ),
        allow_destructive=True,
    )
    for client in (other, one):
        key = client.rpc.insert("t", {"b": 7})
        assert client.rpc.select("t", {"id": key}, ["c", "b"]) == [{"c": "z", "b": 7}]
        with pytest.raises(NotNullViolationError):
            client.rpc.insert("t", {"c": None})
        with pytest.raises(UnknownColumnError):
            client.rpc.select("t", {"a": "x"})
        assert client.rpc.count("t", {"c": "x"}) == 1


def test_an_open_transaction_sees_one_state_or_says_so(
    place: Place, clients: Tuple[DatabaseClient, DatabaseClient]
) -> None:
    """One that has read before the change goes on with what it has seen, or ends with
    an error that is worth a retry; never with values of another column."""
    one, other = clients
    if not place.dialect.has_transactional_ddl or place.dialect.alters_in_place:
        pytest.skip("the change waits for the transaction to end")
    with other.transaction() as tx:
        assert tx.select("t", columns=["a"]) == [{"a": "x"}]
        one.rpc.sync_schema(
            _changed(text("b"), text("a", nullable=False)), allow_destructive=True
        )
        assert tx.select("t", columns=["a", "b"]) == [{"a": "x", "b": None}]
        tx.rollback()
    assert other.rpc.insert("t", {"a": "y", "b": "v"}) == 3
    with other.transaction() as tx:
        assert tx.select("t", {"id": 3}, ["b", "a"]) == [{"b": "v", "a": "y"}]
