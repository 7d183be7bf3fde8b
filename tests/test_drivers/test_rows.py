"""Writing and reading the rows of tables."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Dict, List
from uuid import UUID

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import (
    DriverQueryError,
    GuardError,
    InvalidValueError,
    UniqueViolationError,
    UnknownColumnError,
    UnknownTableError,
)
from code_analysis_db.rows import RowBlock

VALUES: Dict[str, List[Any]] = {
    "TEXT": ["", "plain", "naïve 🐍 'quoted' \"too\"", " trailing ", None],
    "INTEGER": [0, -1, 2**63 - 1, -(2**63), None],
    "REAL": [0.1, -1e308, 5e-324, 3.0, None],
    "BOOLEAN": [True, False, None],
    "DATETIME": [dt.datetime(2024, 2, 29, 23, 59, 59, 123456), None],
    "DATE": [dt.date(1000, 1, 1), dt.date(9999, 12, 31), None],
    "TIME": [dt.time(0), dt.time(23, 59, 59, 999999), None],
    "DECIMAL": [Decimal("1.5"), Decimal("-12345678901234567890.1"), None],
    "BLOB": [b"", b"\0\xff" * 10, None],
    "JSON": [{"a": [1, 2.5, None, True, "x"]}, [], "text", 7, False, None],
    "UUID": [UUID(int=0), UUID("12345678-1234-5678-1234-567812345678"), None],
}


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_values_come_back_as_they_went(driver: BaseDatabaseDriver, kind: str) -> None:
    driver.create_table(
        {
            "name": "t",
            "columns": [
                {"name": "n", "type": "INTEGER", "primary_key": True},
                {"name": "v", "type": kind},
            ],
        }
    )
    values = VALUES[kind]
    driver.insert_many("t", [{"v": value} for value in values])
    found = [row["v"] for row in driver.select("t", order_by=["n"])]
    assert found == values
    assert list(map(type, found)) == list(map(type, values))


def test_insert_returns_the_number_of_rows(family: BaseDatabaseDriver) -> None:
    assert family.insert("parents", {"name": "Ada"}) == 1
    assert family.insert("parents", {"name": "Ada"}, on_conflict="ignore") == 0


def test_row_ids_of_many_rows_are_in_their_order(family: BaseDatabaseDriver) -> None:
    """Each parent gets its own children."""
    names = [f"parent {number}" for number in range(500)]
    ids = family.insert_many("parents", [{"name": name} for name in names])
    family.insert_many(
        "children",
        [{"parent_id": key, "name": name} for key, name in zip(ids, names)],
    )
    by_id = {row["id"]: row["name"] for row in family.select("parents")}
    assert [by_id[key] for key in ids] == names
    for child in family.select("children"):
        assert by_id[child["parent_id"]] == child["name"]


def test_row_ids_by_kind_of_key(driver: BaseDatabaseDriver) -> None:
    columns = [{"name": "a", "type": "TEXT"}, {"name": "b", "type": "INTEGER"}]
    key = {"type": "primary_key", "columns": ["a"]}
    driver.create_table({"name": "text", "columns": columns, "constraints": [key]})
    driver.create_table({"name": "none", "columns": columns})
    both = {"type": "primary_key", "columns": ["a", "b"]}
    driver.create_table({"name": "both", "columns": columns, "constraints": [both]})
    rows = [{"a": "x", "b": 1}, {"a": "y", "b": 2}]
    assert driver.insert_many("text", rows) == ["x", "y"]
    assert driver.insert_many("none", rows) == [0, 0]
    assert driver.insert_many("both", rows) == [0, 0]
    assert driver.insert_many("both", []) == []


def test_given_and_generated_numbers_mix(family: BaseDatabaseDriver) -> None:
    ids = family.insert_many(
        "parents",
        [{"id": 10, "name": "a"}, {"id": None, "name": "b"}, {"name": "c"}],
    )
    assert ids == [10, 11, 12]
    family.delete("parents", {"id": 12})
    assert family.insert_row("parents", {"name": "d"}) == 13


def test_insert_many_is_all_or_nothing(family: BaseDatabaseDriver) -> None:
    rows: List[Dict[str, Any]] = [{"name": str(number)} for number in range(100)]
    with pytest.raises(UniqueViolationError):
        family.insert_many("parents", [*rows, {"name": "7", "age": 1}])
    assert family.count("parents") == 0


def test_rows_that_meet_a_key_are_ignored_one_by_one(
    family: BaseDatabaseDriver,
) -> None:
    family.insert("parents", {"name": "b"})
    ids = family.insert_many(
        "parents",
        [{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "a"}],
        on_conflict="ignore",
    )
    assert [key is None for key in ids] == [False, True, False, True]
    assert family.count("parents") == 3


def test_upsert_updates_by_the_named_columns(family: BaseDatabaseDriver) -> None:
    first = family.insert_row("parents", {"name": "a", "age": 1})
    ids = family.upsert_blocks(
        "parents",
        [RowBlock(["name", "age"], [["a", 2], ["b", 3]])],
        conflict_columns=["name"],
    )
    assert isinstance(ids, list) and ids[0] == first
    rows = family.select("parents", order_by="name", columns=["name", "age"])
    assert rows == [{"name": "a", "age": 2}, {"name": "b", "age": 3}]


def test_returning_gives_rows_as_stored(family: BaseDatabaseDriver) -> None:
    block = family.insert_blocks(
        "parents",
        [RowBlock(["name"], [["a"], ["b"]]), RowBlock(["name", "age"], [["c", 3]])],
        returning=["name", "age"],
    )
    assert isinstance(block, RowBlock)
    assert block.to_dicts() == [
        {"name": "a", "age": None},
        {"name": "b", "age": None},
        {"name": "c", "age": 3},
    ]
    empty = family.insert_blocks("parents", [], returning="*")
    assert empty == RowBlock(["id", "name", "age"], [])
    assert family.insert_row("parents", {"name": "d"}, returning=["name"]) == {
        "name": "d"
    }
    changed = family.update_rows(
        "parents", {"name": "a"}, {"age": 9}, returning=["age"]
    )
    assert changed == RowBlock(["age"], [(9,)])
    gone = family.delete_rows("parents", {"name": "a"}, returning=["name"])
    assert gone == RowBlock(["name"], [("a",)])
    assert family.count("parents", {"name": "a"}) == 0


def test_a_whole_real_is_returned_as_a_float(driver: BaseDatabaseDriver) -> None:
    """By every write, and as the id of a row."""
    driver.create_table(
        {
            "name": "reals",
            "columns": [
                {"name": "key", "type": "REAL", "primary_key": True},
                {"name": "value", "type": "REAL"},
            ],
        }
    )
    rows = RowBlock(["key", "value"], [[1.0, 2.0], [3, None]])
    written = [
        driver.insert_blocks("reals", [rows], returning="*"),
        driver.upsert_blocks("reals", [rows], returning="*"),
        driver.update_rows("reals", {}, {"value": 2.0}, all_rows=True, returning="*"),
    ]
    ids = driver.insert_blocks("reals", [rows], on_conflict="update")
    written.append(driver.delete_rows("reals", {}, all_rows=True, returning="*"))
    assert isinstance(ids, list)
    values: List[Any] = list(ids)
    for block in written:
        assert isinstance(block, RowBlock)
        for row in block.rows:
            values += row
    assert set(map(type, values)) == {float, type(None)}


def test_update_and_delete_count_the_rows_that_matched(
    family: BaseDatabaseDriver,
) -> None:
    family.insert_many("parents", [{"name": str(n), "age": 1} for n in range(5)])
    assert family.update("parents", {"age": 1}, {"age": 1}) == 5
    assert family.delete("parents", {"name": {"in": ["1", "2", "9"]}}) == 2
    with pytest.raises(GuardError):
        family.delete("parents", {})
    assert family.delete("parents", {}, all_rows=True) == 3


def test_max_affected_undoes_what_goes_too_far(family: BaseDatabaseDriver) -> None:
    family.insert_many("parents", [{"name": str(n), "age": 1} for n in range(5)])
    with pytest.raises(GuardError, match="5 rows match, more than max_affected=4"):
        family.update("parents", {"age": 1}, {"age": 2}, max_affected=4)
    assert family.count("parents", {"age": 1}) == 5
    transaction = family.begin_transaction()
    with pytest.raises(GuardError):
        family.delete("parents", {"age": 1}, max_affected=0, transaction_id=transaction)
    assert family.delete("parents", {"name": "1"}, transaction_id=transaction) == 1
    family.commit_transaction(transaction)
    assert family.update("parents", {"age": 1}, {"age": 2}, max_affected=4) == 4
    with pytest.raises(InvalidValueError, match="max_affected"):
        family.update("parents", {"age": 1}, {"age": 2}, max_affected=-1)


def test_none_in_where_is_null(family: BaseDatabaseDriver) -> None:
    """In a select and in an update."""
    family.insert_many("parents", [{"name": "a", "age": None}, {"name": "b", "age": 1}])
    assert [row["name"] for row in family.select("parents", {"age": None})] == ["a"]
    assert family.update("parents", {"age": None}, {"age": 3}) == 1


@pytest.mark.parametrize(
    "order_by", [[["name", "DESC"]], [("name", "desc")]], ids=["lists", "tuples"]
)
def test_order_by_takes_pairs_as_the_wire_brings_them(
    family: BaseDatabaseDriver, order_by: Any
) -> None:
    """A tuple arrives as a list."""
    family.insert_many("parents", [{"name": name} for name in "bac"])
    found = family.select("parents", order_by=order_by, columns=["name"])
    assert [row["name"] for row in found] == ["c", "b", "a"]


@pytest.mark.parametrize("order_by", ["name DESC", ("name", "DESC"), ["name", "DESC"]])
def test_a_direction_outside_a_pair_is_the_name_of_a_column(
    family: BaseDatabaseDriver, order_by: Any
) -> None:
    """A column that is not there is refused, not left out."""
    with pytest.raises(UnknownColumnError, match="DESC"):
        family.select("parents", order_by=order_by)


def test_booleans_and_uuids_are_one_type_in_and_out(
    driver: BaseDatabaseDriver,
) -> None:
    """Neither comes back as a number or a text."""
    driver.create_table(
        {
            "name": "t",
            "columns": [
                {"name": "id", "type": "UUID", "primary_key": True},
                {"name": "on", "type": "BOOLEAN"},
            ],
        }
    )
    key = UUID(int=7)
    assert driver.insert_row("t", {"id": key, "on": True}) == str(key)
    assert driver.select("t", {"id": key, "on": True}) == [{"id": key, "on": True}]
    assert driver.select("t", {"id": str(key)}) == [{"id": key, "on": True}]
    with pytest.raises(InvalidValueError, match="'on'"):
        driver.insert("t", {"id": UUID(int=8), "on": 1})


def test_unix_time_stays_the_number_that_it_is(driver: BaseDatabaseDriver) -> None:
    """No time zone or unit is read into it."""
    driver.create_table({"name": "f", "columns": [{"name": "mtime", "type": "REAL"}]})
    driver.insert("f", {"mtime": 1700000000.25})
    assert driver.select("f", {"mtime": 1700000000.25}) == [{"mtime": 1700000000.25}]
    found = driver.execute("SELECT mtime FROM f")["data"]
    assert found == [{"mtime": 1700000000.25}]


def test_aggregates_and_counts(family: BaseDatabaseDriver) -> None:
    family.insert_many("parents", [{"name": str(n), "age": n % 2} for n in range(1, 6)])
    assert family.count("parents") == 5
    assert family.count("parents", {"age": 1}) == 3
    block = family.aggregate(
        "parents",
        {"rows": ("count", "*"), "oldest": ("max", "age")},
        group_by=["age"],
    )
    assert sorted(block.to_dicts(), key=str) == [
        {"age": 0, "rows": 2, "oldest": 0},
        {"age": 1, "rows": 3, "oldest": 1},
    ]


def test_a_cursor_streams_and_pages(family: BaseDatabaseDriver) -> None:
    family.insert_many("parents", [{"name": f"{n:04}"} for n in range(1000)])
    cursor = family.open_select("parents", columns=["name"], order_by="name")
    assert cursor.columns == ["name"]
    first = cursor.fetch(300)
    family.delete("parents", {}, all_rows=True)
    rest = [len(cursor.fetch(300)) for _ in range(3)]
    assert (len(first), rest) == (300, [300, 300, 100])
    assert cursor.fetch(300) == []
    cursor.close()
    cursor.close()


def test_a_closed_cursor_says_so(family: BaseDatabaseDriver) -> None:
    family.insert_many("parents", [{"name": "a"}, {"name": "b"}])
    cursor = family.open_select("parents")
    cursor.fetch(1)
    cursor.close()
    with pytest.raises(DriverQueryError, match="closed before its end"):
        cursor.fetch(1)


def test_keyset_paging(family: BaseDatabaseDriver) -> None:
    family.insert_many("parents", [{"name": name} for name in "abcd"])
    page = family.select("parents", order_by="name", limit=2, after=["b"])
    assert [row["name"] for row in page] == ["c", "d"]


def test_unknown_names_are_told_with_what_is_near(family: BaseDatabaseDriver) -> None:
    with pytest.raises(UnknownTableError, match="did you mean 'parents'") as table:
        family.select("parent")
    assert table.value.table == "parent"
    with pytest.raises(UnknownColumnError, match="did you mean 'name'"):
        family.select("parents", {"nam": 1})
    with pytest.raises(UnknownColumnError):
        family.insert("parents", {"name": "a", "colour": "red"})
    with pytest.raises(UnknownTableError):
        family.insert("_code_analysis_db_tables", {"name": "x"})


def test_names_are_quoted_never_pasted(driver: BaseDatabaseDriver) -> None:
    table = 'select "x"; drop table y --'
    column = "größe, from"
    driver.create_table({"name": table, "columns": [{"name": column, "type": "TEXT"}]})
    driver.insert(table, {column: "1"})
    assert driver.select(table, {column: "1"}, [column]) == [{column: "1"}]
    assert driver.list_tables() == [table]
