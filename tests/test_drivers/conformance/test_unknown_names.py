"""Unknown tables and columns: an error that names them and what is near."""

from __future__ import annotations

from typing import Any, Callable, Dict

import pytest

from code_analysis_db.exceptions import (
    DriverQueryError,
    UnknownColumnError,
    UnknownTableError,
)

from ..unified.definitions import PARENTS
from ..unified.interface import Database, Rows

OVER_TABLE: Dict[str, Callable[[Rows, str], Any]] = {
    "insert": lambda d, t: d.insert(t, {"name": "a"}),
    "insert of nothing": lambda d, t: d.insert(t, {}),
    "insert_many": lambda d, t: d.insert_many(t, [{"name": "a"}]),
    "upsert": lambda d, t: d.upsert(t, {"id": 1, "name": "a"}),
    "update": lambda d, t: d.update(t, {"id": 1}, {"name": "a"}),
    "delete": lambda d, t: d.delete(t, {"id": 1}),
    "select": lambda d, t: d.select(t),
    "select_iter": lambda d, t: list(d.select_iter(t)),
    "count": lambda d, t: d.count(t),
    "aggregate": lambda d, t: d.aggregate(t, {"n": ("count", "*")}),
    "execute": lambda d, t: d.execute(f"SELECT * FROM {t}"),
}

OVER_COLUMN: Dict[str, Callable[[Rows, str], Any]] = {
    "insert": lambda d, c: d.insert("parents", {c: "a"}),
    "insert_many": lambda d, c: d.insert_many("parents", [{"name": "a"}, {c: "a"}]),
    "upsert": lambda d, c: d.upsert("parents", {"id": 1, c: "a"}),
    "update": lambda d, c: d.update("parents", {"id": 1}, {c: "a"}),
    "delete": lambda d, c: d.delete("parents", {c: "a"}),
    "where": lambda d, c: d.select("parents", {c: "a"}),
    "nested where": lambda d, c: d.count("parents", {"not": {"or": [{c: "a"}]}}),
    "columns": lambda d, c: d.select("parents", columns=["id", c]),
    "order_by": lambda d, c: d.select("parents", order_by=[[c, "DESC"]]),
    "returning": lambda d, c: d.delete("parents", {"id": 1}, returning=[c]),
    "aggregate": lambda d, c: d.aggregate("parents", {"n": ("max", c)}),
    "group_by": lambda d, c: d.aggregate("parents", {"n": ("count", "*")}, None, [c]),
    "conflict_columns": lambda d, c: d.upsert(
        "parents", {"id": 1, "name": "a"}, conflict_columns=[c]
    ),
    "execute": lambda d, c: d.execute(f"SELECT {c} FROM parents"),
}


@pytest.mark.parametrize("call", OVER_TABLE)
def test_an_unknown_table(family: Database, call: str) -> None:
    with pytest.raises(UnknownTableError, match="did you mean 'parents'") as caught:
        OVER_TABLE[call](family, "parent")
    assert isinstance(caught.value, DriverQueryError)
    assert caught.value.table == "parent"


@pytest.mark.parametrize("call", OVER_COLUMN)
def test_an_unknown_column(family: Database, call: str) -> None:
    with pytest.raises(UnknownColumnError, match="'nam'") as caught:
        OVER_COLUMN[call](family, "nam")
    assert isinstance(caught.value, DriverQueryError)
    assert family.count("parents") == 0


@pytest.mark.parametrize("call", OVER_TABLE)
def test_unknown_names_leave_a_transaction_usable(family: Database, call: str) -> None:
    with family.transaction() as tx:
        tx.insert("parents", {"name": "before"})
        with pytest.raises(UnknownTableError):
            OVER_TABLE[call](tx, "parent")
        tx.insert("parents", {"name": "after"})
    assert family.count("parents") == 2


def test_a_column_error_says_what_is_near(family: Database) -> None:
    with pytest.raises(UnknownColumnError, match="did you mean 'name'") as caught:
        family.select("parents", {"nam": 1})
    assert caught.value.table == "parents"


def test_the_drivers_own_tables_are_unknown(family: Database) -> None:
    for name in ("_code_analysis_db_tables", "_code_analysis_db_properties"):
        with pytest.raises(UnknownTableError):
            family.select(name)
        assert family.drop_table(name) is False
        assert name not in family.list_tables()


@pytest.mark.parametrize(
    "name", ["sqlite_master", "information_schema.tables", "pg_class", "mysql.user"]
)
def test_the_databases_own_tables_are_unknown(family: Database, name: str) -> None:
    with pytest.raises(UnknownTableError):
        family.select(name)


def test_methods_about_tables(family: Database) -> None:
    with pytest.raises(UnknownTableError, match="did you mean 'parents'"):
        family.get_table_info("parent")
    with pytest.raises(UnknownTableError):
        family.alter_table("parent", {"drop_columns": ["age"]})
    with pytest.raises(UnknownColumnError, match="did you mean 'age'"):
        family.alter_table("parents", {"drop_columns": ["ag"]})
    assert family.drop_table("parent") is False


def test_a_table_that_was_dropped_is_unknown_until_it_is_made_anew(
    family: Database,
) -> None:
    """Its new columns count, not the old ones."""
    family.insert("children", {"parent_id": family.insert("parents", {"name": "a"})})
    family.drop_table("children")
    with pytest.raises(UnknownTableError):
        family.count("children")
    columns = [{"name": "key", "type": "TEXT", "primary_key": True}]
    family.create_table({"name": "children", "columns": columns})
    assert family.insert("children", {"key": "x"}) == "x"
    assert family.select("children") == [{"key": "x"}]
    with pytest.raises(UnknownColumnError):
        family.insert("children", {"parent_id": 1})
    assert PARENTS["name"] in family.list_tables()
