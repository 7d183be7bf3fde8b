"""Violated constraints: a class for each kind, with table, column and constraint.

``column`` and ``constraint`` are None where a database does not say.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional, Type

import pytest

from code_analysis_db.exceptions import (
    CheckViolationError,
    DriverIntegrityError,
    DriverQueryError,
    ForeignKeyViolationError,
    NotNullViolationError,
    UniqueViolationError,
)

from ..unified.definitions import CHILDREN, column, table
from ..unified.interface import Database, Rows

THINGS: Dict[str, Any] = table(
    "things",
    column("id", "INTEGER", primary_key=True),
    column("code", nullable=False),
    column("size", "INTEGER"),
    column("a", "INTEGER"),
    column("b", "INTEGER"),
    column("c", "INTEGER"),
    constraints=[
        {"type": "unique", "name": "one_code", "columns": ["code"]},
        {"type": "unique", "name": "one_pair", "columns": ["a", "b"]},
        {"type": "check", "name": "small", "expression": "size < 100"},
        {
            "type": "foreign_key",
            "name": "a_parent",
            "columns": ["size"],
            "references": {"table": "parents", "columns": ["id"]},
        },
    ],
    indexes=[{"name": "one_c", "columns": ["c"], "unique": True}],
)

Case = Any
CASES: Dict[str, Case] = {
    "primary key": (UniqueViolationError, {"id": 1, "code": "x"}, "id", None),
    "unique": (UniqueViolationError, {"code": "taken"}, "code", "one_code"),
    "unique pair": (
        UniqueViolationError,
        {"code": "x", "a": 1, "b": 1},
        None,
        "one_pair",
    ),
    "unique index": (UniqueViolationError, {"code": "x", "c": 1}, "c", "one_c"),
    "not null": (NotNullViolationError, {"code": None}, "code", None),
    "left out": (NotNullViolationError, {"size": None}, "code", None),
    "check": (CheckViolationError, {"code": "x", "size": 100}, None, "small"),
    "foreign key": (
        ForeignKeyViolationError,
        {"code": "x", "size": 50},
        "size",
        "a_parent",
    ),
}


@pytest.fixture
def things(family: Database) -> Database:
    """A family and the table ``things`` with two rows."""
    family.create_table(THINGS)
    rows: Any = [
        {"id": 1, "code": "taken", "a": 1, "b": 1, "c": 1},
        {"id": 2, "code": "other", "a": None, "b": 1, "c": 2},
    ]
    family.insert_many("things", rows)
    return family


def says(
    error: DriverIntegrityError, column: Optional[str], constraint: Optional[str]
) -> None:
    """Check what an error says."""
    assert isinstance(error, DriverQueryError)
    assert error.table == "things"
    assert error.column in (None, column)
    if constraint is not None:
        assert error.constraint in (None, constraint)
    assert error.message and error.database_code


@pytest.mark.parametrize("case", CASES)
def test_an_insert(things: Database, case: str) -> None:
    kind, row, column, constraint = CASES[case]
    before = things.select("things", order_by="id")
    for write in (
        lambda: things.insert("things", row),
        lambda: things.insert("things", row, returning="*"),
        lambda: things.insert_many("things", [{"code": "new"}, row]),
        lambda: things.insert_many(
            "things", [{"code": str(n)} for n in range(70)] + [row]
        ),
    ):
        with pytest.raises(kind) as caught:
            write()
        assert type(caught.value) is kind
        says(caught.value, column, constraint)
        assert things.select("things", order_by="id") == before


@pytest.mark.parametrize("case", [case for case in CASES if case != "left out"])
def test_an_update(things: Database, case: str) -> None:
    kind, row, column, constraint = CASES[case]
    if case == "unique pair":
        row = {"a": 1, "b": 1}
    before = things.select("things", order_by="id")
    for returning in (None, "*"):
        with pytest.raises(kind) as caught:
            things.update("things", {"id": 2}, row, returning=returning)
        says(caught.value, column, constraint)
    assert things.select("things", order_by="id") == before


@pytest.mark.parametrize("case", ["not null", "check", "foreign key", "unique"])
def test_an_upsert(things: Database, case: str) -> None:
    """Also where the row is there and would be updated."""
    kind, row, column, constraint = CASES[case]
    for key in (2, 9):
        with pytest.raises(kind) as caught:
            things.upsert("things", {"code": "x", **row, "id": key})
        says(caught.value, column, constraint)
    assert things.count("things") == 2


def test_a_check_names_its_constraint(things: Database) -> None:
    """Every database says this one."""
    with pytest.raises(CheckViolationError) as caught:
        things.insert("things", {"code": "x", "size": 100})
    assert caught.value.constraint == "small"


def test_a_missing_value_names_its_column(things: Database) -> None:
    """Every database says this one."""
    with pytest.raises(NotNullViolationError) as caught:
        things.insert("things", {"size": 1})
    assert caught.value.column == "code"


def test_a_row_that_others_refer_to(family: Database) -> None:
    """Neither goes nor gets another key, unless the foreign key says what then."""
    keeping = {**CHILDREN, "indexes": [], "name": "kept"}
    keeping["constraints"] = [{**CHILDREN["constraints"][0], "on_delete": "RESTRICT"}]
    family.create_table(keeping)
    key = family.insert("parents", {"name": "a"})
    family.insert("kept", {"parent_id": key})
    with pytest.raises(ForeignKeyViolationError) as caught:
        family.delete("parents", {"id": key})
    assert caught.value.table in ("parents", "kept")
    with pytest.raises(ForeignKeyViolationError):
        family.update("parents", {"id": key}, {"id": 99})
    assert family.select("parents", columns=["id"]) == [{"id": key}]


WRITES: Dict[str, Callable[[Rows], Any]] = {
    "execute": lambda d: d.execute("INSERT INTO things (code) VALUES ('taken')"),
    "execute with values": lambda d: d.execute(
        "INSERT INTO things (code) VALUES (?)", ["taken"]
    ),
    "execute_many": lambda d: d.execute_many(
        "INSERT INTO things (code) VALUES (?)", [["new"], ["taken"]]
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_raw_sql_raises_the_same_classes(things: Database, name: str) -> None:
    with pytest.raises(UniqueViolationError) as caught:
        WRITES[name](things)
    assert caught.value.table in (None, "things")
    assert caught.value.constraint in (None, "one_code")
    assert things.count("things") == 2


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("INSERT INTO things (code) VALUES (NULL)", NotNullViolationError),
        ("UPDATE things SET size = 100", CheckViolationError),
        ("UPDATE things SET size = 50", ForeignKeyViolationError),
        ("UPDATE things SET c = 1", UniqueViolationError),
    ],
)
def test_raw_sql_of_every_kind(
    things: Database, sql: str, kind: Type[Exception]
) -> None:
    with pytest.raises(kind):
        things.execute(sql)
    assert things.count("things", {"size": None}) == 2
