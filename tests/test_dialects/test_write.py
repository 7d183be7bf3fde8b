"""Inserts, upserts, updates, deletes: what they do, and which id each row got."""

from __future__ import annotations

import sqlite3
from typing import Any, Dict, List
from uuid import UUID

import pytest

from code_analysis_db.enums import RowIdSource
from code_analysis_db.exceptions import DriverQueryError, InvalidValueError

from .database import Database

_ID: Dict[str, Any] = {"name": "id", "type": "INTEGER", "primary_key": True}
_NAME: Dict[str, Any] = {"name": "name", "type": "TEXT", "unique": True}
_NOTE: Dict[str, Any] = {"name": "note", "type": "TEXT"}


@pytest.fixture
def database() -> Database:
    """A numbered table with another key."""
    return Database([_ID, _NAME, _NOTE])


def test_ids_come_in_the_order_of_the_rows(database: Database) -> None:
    """Over several statements."""
    names = [[f"name {n}"] for n in range(100)]
    assert database.insert(["name"], names) == list(range(1, 101))
    rows = database.select(order_by="id", columns=["name"])
    assert [[row["name"]] for row in rows] == names
    assert database.insert(["name"], []) == []


def test_given_and_generated_ids_mix(database: Database) -> None:
    """The next after a larger one is larger; 0 and negatives are ordinary."""
    given: List[List[Any]] = [[0], [None], [None], [10], [None], [-5], [None]]
    assert database.insert(["id"], given) == [0, 1, 2, 10, 11, -5, 12]
    ids = [row["id"] for row in database.select(order_by="id")]
    assert ids == [-5, 0, 1, 2, 10, 11, 12]


def test_a_deleted_highest_number_is_not_used_again(database: Database) -> None:
    """Or a child would get the wrong parent."""
    assert database.insert(["name"], [["a"], ["b"]]) == [1, 2]
    database.run(database.statements.delete({"id": 2}))
    assert database.insert(["name"], [["c"]]) == [3]


def test_rows_without_columns_take_their_defaults(database: Database) -> None:
    """One statement each."""
    assert database.insert([], [[], []]) == [1, 2]


def test_a_key_that_is_no_number_is_its_own_id() -> None:
    """As text for a UUID; 0 where the key has several columns, or there is none."""
    key = UUID(int=5)
    by_uuid = Database([{"name": "id", "type": "UUID", "primary_key": True}])
    assert by_uuid.insert(["id"], [[key], [str(UUID(int=6))]]) == [
        str(key),
        str(UUID(int=6)),
    ]
    pair = [{"name": n, "type": "INTEGER", "primary_key": True} for n in "ab"]
    assert Database(pair).insert(["a", "b"], [[1, 2]]) == [0]
    assert Database([_NOTE]).insert(["note"], [["x"]]) == [0]


def test_ignored_rows_have_no_id(database: Database) -> None:
    """Whichever key they met; other rows keep theirs."""
    database.insert(["id", "name"], [[7, "a"]])
    done = database.insert(["name"], [["b"], ["a"], ["c"]], on_conflict="ignore")
    stored = {row["name"]: row["id"] for row in database.select()}
    assert done == [stored["b"], None, stored["c"]]
    done = database.insert(["id", "name"], [[7, "d"], [9, "e"]], on_conflict="ignore")
    assert done == [None, 9]
    assert Database([_NAME]).insert(["name"], [["a"], ["a"]], on_conflict="ignore") == [
        0,
        None,
    ]


def test_ignore_does_not_swallow_other_faults() -> None:
    """NOT NULL is no key."""
    database = Database([_ID, {"name": "a", "type": "TEXT", "nullable": False}])
    with pytest.raises(sqlite3.IntegrityError):
        database.insert(["a"], [[None]], on_conflict="ignore")


def test_an_upsert_updates_the_row_that_has_the_key(database: Database) -> None:
    """And tells its id, given or not."""
    upsert = database.statements.upsert_plan
    assert database.apply(upsert(["id", "note"]), [[5, "x"], [None, "y"]]) == [5, 6]
    assert database.apply(upsert(["id", "note"]), [[5, "z"]]) == [5]
    by_name = upsert(["name", "note"], ["name"])
    first = database.apply(by_name, [["a", "1"], ["b", "2"], ["a", "3"]])
    assert first[0] == first[2] != first[1]
    assert [row["note"] for row in database.select({"name": ["a", "b"]})] == ["3", "2"]
    assert database.apply(upsert(["name"], ["name"]), [["a"]]) == first[:1]


def test_an_upsert_that_meets_another_key_is_an_error(database: Database) -> None:
    """It must not overwrite a row that nobody named."""
    database.insert(["id", "name"], [[1, "a"], [2, "b"]])
    plan = database.statements.upsert_plan(["id", "name"])
    with pytest.raises(sqlite3.IntegrityError):
        database.apply(plan, [[1, "b"]])


def test_on_conflict_update_takes_the_key_that_the_rows_have(
    database: Database,
) -> None:
    """The primary key first."""
    database.insert(["id", "name", "note"], [[1, "a", "x"]])
    database.insert(["name", "note"], [["a", "y"]], on_conflict="update")
    database.insert(["id", "note"], [[1, "z"]], on_conflict="update")
    assert database.select() == [{"id": 1, "name": "a", "note": "z"}]


@pytest.mark.parametrize("conflict", [["name"], ["id"], None])
def test_returned_rows_are_in_the_order_of_the_rows(
    database: Database, conflict: Any
) -> None:
    """As they are stored."""
    columns = ["id", "name"]
    plan = database.statements.upsert_plan(columns, conflict, ["note", "id"])
    rows = [[n, f"n{n}"] for n in (5, 3, 9)]
    assert database.apply(plan, rows) == [(None, 5), (None, 3), (None, 9)]
    plan = database.statements.insert_plan(["name"], returning="*")
    assert plan.returning_columns == ("id", "name", "note")
    assert database.apply(plan, [["x"]]) == [(10, "x", None)]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda s: s.insert_plan(["id"], "replace"), "ignore, update"),
        (lambda s: s.insert_plan(["id"], {}), "ignore, update"),
        (lambda s: s.insert_plan(["note"], "update"), "no key"),
        (lambda s: s.insert_plan(["id", "id"]), "twice"),
        (lambda s: s.insert_plan(["id"], None, []), "at least one"),
        (lambda s: s.insert_plan(["id"], None, "id"), "a list"),
        (lambda s: s.upsert_plan(["note"]), "needs a value for 'id'"),
        (lambda s: s.upsert_plan(["id", "note"], ["note"]), "its keys are"),
        (lambda s: s.upsert_plan(["id"], []), "at least one"),
        (lambda s: s.update({"id": 1}, {}), "dict of new values"),
        (lambda s: s.update({"id": 1}, [1]), "dict of new values"),
        (lambda s: s.update({"id": 1}, {"note": 5}), "does not take the int"),
        (lambda s: s.insert_plan(["id", "note"]).encode([[1]]), "1 values for 2"),
        (lambda s: s.insert_plan(["note"]).encode([["a"], [5]]), "the int 5"),
    ],
)
def test_a_write_that_cannot_be_is_refused(
    database: Database, make: Any, message: str
) -> None:
    """Before anything is sent."""
    with pytest.raises(DriverQueryError, match=message):
        make(database.statements)


def test_an_update_sets_what_it_is_told_and_returns_rows(database: Database) -> None:
    """None clears a field."""
    database.insert(["name", "note"], [["a", "x"], ["b", "y"]])
    statements = database.statements
    assert database.run(
        statements.update({"name": "a"}, {"note": None, "name": "c"}, ["name", "note"])
    ) == [{"name": "c", "note": None}]
    assert database.run(statements.delete({"note": None}, "*")) == [
        {"id": 1, "name": "c", "note": None}
    ]
    database.run(statements.update({}, {"note": "z"}, all_rows=True))
    assert [row["note"] for row in database.select()] == ["z"]


def test_a_bulk_insert_is_a_few_statements(database: Database) -> None:
    """Of at most so many rows and parameters, whatever the number of columns."""
    plan = database.statements.insert_plan(["id", "name"])
    steps = list(plan.steps(plan.encode([[n, str(n)] for n in range(100)])))
    assert [step.row_count for step in steps] == [40, 40, 20]
    assert {step.source for step in steps} == {RowIdSource.GIVEN}
    wide = Database([{"name": f"c{n}", "type": "INTEGER"} for n in range(2000)])
    names = wide.table.column_names
    assert wide.insert(names, [list(range(2000))] * 20) == [0] * 20


def test_rows_that_need_no_conversion_are_not_copied(database: Database) -> None:
    """Which is what makes a bulk insert fast."""
    plan = database.statements.insert_plan(["id", "name"])
    rows: List[Any] = [[1, "a"], [2, None]]
    assert all(a is b for a, b in zip(plan.encode(rows), rows))


def test_a_bad_value_among_many_is_found(database: Database) -> None:
    """And nothing is sent."""
    plan = database.statements.insert_plan(["name"])
    with pytest.raises(InvalidValueError, match="the bytes b'x'"):
        plan.encode([["a"]] * 5000 + [[b"x"]] + [[None]] * 5000)
