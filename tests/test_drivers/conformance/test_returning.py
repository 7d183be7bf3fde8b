"""``returning``: the rows that a write stored, changed or removed."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import DriverQueryError, UnknownColumnError

from ..unified.definitions import MALFORMED, NUMBER, column, table
from ..unified.interface import Database
from .samples import SAMPLES


def by_id(row: Dict[str, Any]) -> Any:
    """Sort rows by their id."""
    return row["id"]


@pytest.fixture
def typed(database: Database) -> Database:
    """A database with the table ``typed``: a column of every type."""
    columns = [column(name.lower(), name) for name in SAMPLES]
    database.create_table(table("typed", NUMBER, *columns))
    return database


def test_insert_returns_the_row_as_stored(database: Database) -> None:
    """With its number and its defaults."""
    columns = [NUMBER, column("a"), column("b", "INTEGER", default=7)]
    database.create_table(table("t", *columns))
    whole = database.insert("t", {"a": "x"}, returning="*")
    assert whole == {"id": 1, "a": "x", "b": 7}
    assert list(whole) == ["id", "a", "b"]
    assert database.insert("t", {}, returning=["b", "id"]) == {"b": 7, "id": 2}
    assert database.insert_many("t", [{"a": "y"}, {"b": 1}, {}], returning="*") == [
        {"id": 3, "a": "y", "b": 7},
        {"id": 4, "a": None, "b": 1},
        {"id": 5, "a": None, "b": 7},
    ]


@pytest.mark.parametrize("count", [3, 400])
def test_rows_of_an_insert_are_in_their_order(family: Database, count: int) -> None:
    names = [f"{(number * 7) % count:04}" for number in range(count)]
    rows = [{"name": f"{n}{i}"} for i, n in enumerate(names)]
    found = family.insert_many("parents", rows, returning=["name"])
    assert found == rows


def test_update_returns_the_rows_as_they_are_now(family: Database) -> None:
    family.insert_many("parents", [{"name": n, "age": 1} for n in "abc"])
    found = family.update(
        "parents", {"name": ["a", "c"]}, {"age": 5}, returning=["name", "age"]
    )
    assert sorted(found, key=str) == [{"name": "a", "age": 5}, {"name": "c", "age": 5}]
    assert family.update("parents", {"age": 1}, {"age": 1}, returning=["name"]) == [
        {"name": "b"}
    ]
    assert family.update("parents", {"age": 99}, {"age": 1}, returning="*") == []
    renamed = family.update("parents", {"name": "a"}, {"name": "z"}, returning="*")
    assert [(row["name"], row["age"]) for row in renamed] == [("z", 5)]


def test_update_of_the_key_returns_the_new_one(family: Database) -> None:
    family.insert("parents", {"name": "a"})
    found = family.update("parents", {"id": 1}, {"id": 9}, returning=["id", "name"])
    assert found == [{"id": 9, "name": "a"}]


def test_delete_returns_the_rows_as_they_were(family: Database) -> None:
    family.insert_many("parents", [{"name": n, "age": 1} for n in "abc"])
    assert family.delete("parents", {"name": "b"}, returning=["name", "age"]) == [
        {"name": "b", "age": 1}
    ]
    rest = family.delete("parents", {}, all_rows=True, returning=["name"])
    assert sorted(row["name"] for row in rest) == ["a", "c"]
    assert family.delete("parents", {"age": 1}, returning="*") == []


def test_nothing_written_returns_no_rows(family: Database) -> None:
    assert family.insert_many("parents", [], returning="*") == []
    family.insert("parents", {"name": "a"})
    row = {"name": "a"}
    assert family.insert("parents", row, on_conflict="ignore", returning="*") is None
    found = family.insert_many(
        "parents", [row, {"name": "b"}], on_conflict="ignore", returning=["name"]
    )
    assert found == [{"name": "b"}]


def test_every_write_returns_values_of_every_type(typed: Database) -> None:
    """The same that a select gives, of the same Python types."""
    rows: List[Dict[str, Any]] = [
        {kind.lower(): value for kind, value in zip(SAMPLES, values)}
        for values in zip(*SAMPLES.values())
    ]
    names = list(rows[0])
    made = typed.insert_many("typed", rows, returning=names)
    assert made == rows == typed.select("typed", order_by="id", columns=names)
    keyed = [{"id": number, **row} for number, row in enumerate(rows, start=1)]
    put = typed.upsert_many("typed", keyed, returning="*")
    changed = typed.update("typed", {}, rows[0], all_rows=True, returning="*")
    gone = typed.delete("typed", {}, all_rows=True, returning="*")
    assert put == keyed
    expected = [{"id": row["id"], **rows[0]} for row in keyed]
    assert sorted(changed, key=by_id) == sorted(gone, key=by_id) == expected
    for found, stated in ((made, rows), (put, keyed), (changed, expected)):
        for row, wanted in zip(found, stated):
            assert [type(row[n]) for n in row] == [type(wanted[n]) for n in row]


def test_a_whole_real_is_returned_as_a_float(database: Database) -> None:
    """By every write, and as the id of a row."""
    columns = [column("key", "REAL", primary_key=True), column("value", "REAL")]
    database.create_table(table("reals", *columns))
    rows: List[Dict[str, Any]] = [{"key": 1.0, "value": 2.0}, {"key": 3, "value": None}]
    written = [
        database.insert_many("reals", rows, returning="*"),
        database.upsert_many("reals", rows, returning="*"),
        database.update("reals", {}, {"value": 2}, all_rows=True, returning="*"),
    ]
    ids = database.insert_many("reals", rows, on_conflict="update")
    written.append(database.delete("reals", {}, all_rows=True, returning="*"))
    values = [value for rows in written for row in rows for value in row.values()]
    assert set(map(type, values + ids)) == {float, type(None)}


def test_a_table_without_a_key_returns_rows_too(database: Database) -> None:
    """Also where two rows are equal."""
    columns = [column("a"), column("b", "INTEGER", default=7)]
    database.create_table(table("t", *columns))
    rows: List[Dict[str, Any]] = [{"a": "x"}, {"a": "x"}, {"a": "y", "b": 1}]
    assert database.insert_many("t", rows, returning="*") == [
        {"a": "x", "b": 7},
        {"a": "x", "b": 7},
        {"a": "y", "b": 1},
    ]
    changed = database.update("t", {"a": "x"}, {"b": 2}, returning="*")
    assert changed == [{"a": "x", "b": 2}] * 2
    assert database.delete("t", {"b": 2}, returning=["a"]) == [{"a": "x"}] * 2
    assert database.count("t") == 1


def test_a_default_that_is_an_expression_is_returned(database: Database) -> None:
    """The value that was stored, with or without a key."""
    moment = column("at", "DATETIME", default={"expression": "CURRENT_TIMESTAMP"})
    database.create_table(table("keyed", NUMBER, moment))
    database.create_table(table("bare", column("a"), moment))
    row = database.insert("keyed", {}, returning="*")
    assert database.select("keyed") == [row]
    row = database.insert("bare", {"a": "x"}, returning="*")
    assert database.select("bare") == [row]


def test_within_a_transaction(family: Database) -> None:
    with family.transaction() as tx:
        row = tx.insert("parents", {"name": "a"}, returning="*")
        assert tx.update("parents", {"id": row["id"]}, {"age": 2}, returning="*") == [
            {**row, "age": 2}
        ]
        assert tx.delete("parents", {"age": 2}, returning=["name"]) == [{"name": "a"}]
    assert family.count("parents") == 0


@pytest.mark.parametrize(
    ("returning", "error"),
    [
        (["nam"], UnknownColumnError),
        ([], DriverQueryError),
        ("name", MALFORMED),
        (["name", "name"], DriverQueryError),
        (["*"], UnknownColumnError),
    ],
)
def test_what_cannot_be_returned_is_refused(
    family: Database, returning: Any, error: Any
) -> None:
    """Before anything is written."""
    family.insert("parents", {"name": "a"})
    with pytest.raises(error):
        family.insert("parents", {"name": "b"}, returning=returning)
    with pytest.raises(error):
        family.upsert("parents", {"id": 2, "name": "b"}, returning=returning)
    with pytest.raises(error):
        family.update("parents", {"name": "a"}, {"age": 3}, returning=returning)
    with pytest.raises(error):
        family.delete("parents", {"name": "a"}, returning=returning)
    assert family.select("parents") == [{"id": 1, "name": "a", "age": None}]
