"""Names of tables and columns: whatever they are, they are quoted, never pasted."""

from __future__ import annotations

from typing import Any

import pytest

from code_analysis_db.exceptions import (
    SchemaDefinitionError,
    UniqueViolationError,
    UnknownColumnError,
    UnknownTableError,
)

from ..unified.definitions import column, table
from ..unified.interface import Database

NAMES = [
    # reserved words of one database or another
    "select",
    "order",
    "group",
    "user",
    "table",
    "index",
    "key",
    "primary",
    "rank",
    "window",
    "values",
    "default",
    "check",
    "end",
    "rowid",
    "oid",
    # letters and signs
    "MixedCase",
    "UPPER",
    "with space",
    " leading",
    "a.b",
    "a-b",
    "100%",
    "%s",
    "%(name)s",
    "?",
    ":name",
    "$1",
    "@variable",
    "#comment",
    "-- comment",
    "/* comment",
    "semi;colon",
    'double"quote',
    "single'quote",
    "back`tick",
    "back\\slash",
    "[brackets]",
    "{braces}",
    "größe",
    "имя",
    "名前",
    "tab\tand\nline",
    "'; DROP TABLE t; --",
    "1",
    "0x1",
    "a" * 63,
    "é" * 31,
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_works_everywhere(database: Database, name: str) -> None:
    """For a table, its key, another column, an index, a constraint."""
    other = f"x{name}"[:31]
    definition = table(
        name,
        column(name, "INTEGER", primary_key=True),
        column(other, nullable=False),
        constraints=[{"type": "unique", "name": f"u{name}"[:31], "columns": [other]}],
        indexes=[{"name": f"i{name}"[:31], "columns": [other, name]}],
    )
    assert database.create_table(definition) is True
    assert database.create_table(definition) is False
    assert database.list_tables() == [name]
    assert [info["name"] for info in database.get_table_info(name)] == [name, other]
    assert database.insert(name, {other: "a"}) == 1
    assert database.insert_many(name, [{other: "b"}] + [{name: 7, other: "c"}]) == [
        2,
        7,
    ]
    with pytest.raises(UniqueViolationError) as caught:
        database.insert(name, {other: "a"})
    assert caught.value.table == name
    assert caught.value.column in (None, other)
    assert database.upsert(name, {other: "a"}, conflict_columns=[other]) == 1
    assert database.update(name, {other: {"like": "c"}}, {other: "d"}) == 1
    assert database.select(
        name, {name: [1, 7]}, [other], order_by=[[name, "DESC"]]
    ) == [
        {other: "d"},
        {other: "a"},
    ]
    rows = database.aggregate(name, {name: ("max", name)}, {other: {"neq": "x"}})
    assert rows == [{name: 7}]
    assert database.delete(name, {name: 7}, returning=[other]) == [{other: "d"}]
    assert database.count(name) == 2
    assert database.drop_table(name) is True


def test_columns_named_like_the_grammar(database: Database) -> None:
    """Of a condition, of a result."""
    names = ["or", "and", "not", "in", "eq", "count", "limit", "\\or"]
    database.create_table(table("t", *(column(name) for name in names)))
    row = {name: name for name in names}
    database.insert("t", row)
    for name in names:
        where = {f"\\{name}": name}
        assert database.select("t", where) == [row]
    assert database.select("t", {"eq": {"eq": "eq"}, "in": ["in"]}) == [row]


@pytest.mark.parametrize(
    "name",
    ["", "a\0b", "\ud800", "a" * 64, "é" * 32, "ends in a space ", None, 5, b"a"],
)
def test_a_name_that_some_database_cannot_hold_is_refused(
    database: Database, name: Any
) -> None:
    with pytest.raises(Exception) as caught:
        database.create_table(table(name, column("a")))
    assert type(caught.value).__name__ in (
        "SchemaDefinitionError",
        "InvalidRequestError",
        "InvalidValueError",
    )
    with pytest.raises(Exception):
        database.create_table(table("t", column(name)))
    assert database.list_tables() == []


@pytest.mark.parametrize("name", ["sqlite_x", "_code_analysis_db_tables"])
def test_reserved_prefixes_are_refused(database: Database, name: str) -> None:
    with pytest.raises(SchemaDefinitionError, match="reserved"):
        database.create_table(table(name, column("a")))


@pytest.mark.parametrize("name", ["ctid", "xmin", "cmax", "tableoid"])
def test_columns_that_some_database_has_in_every_table_are_refused(
    database: Database, name: str
) -> None:
    with pytest.raises(SchemaDefinitionError, match=name):
        database.create_table(table("t", column(name)))
    database.create_table(table("t", column("a")))
    with pytest.raises(SchemaDefinitionError, match=name):
        database.alter_table("t", {"rename_columns": {"a": name}})
    database.create_table(table(name, column("a")))


def test_columns_that_differ_in_case_only_are_refused(database: Database) -> None:
    with pytest.raises(SchemaDefinitionError):
        database.create_table(table("t", column("a"), column("A")))


def test_tables_that_differ_in_case_only_are_refused(database: Database) -> None:
    """Some databases take their names for the same."""
    database.create_table(table("things", column("a")))
    with pytest.raises(SchemaDefinitionError, match="Things"):
        database.create_table(table("Things", column("a")))
    assert database.list_tables() == ["things"]


def test_names_are_case_sensitive(database: Database) -> None:
    """The wrong case is an unknown name, with a hint."""
    database.create_table(table("Things", column("Name")))
    with pytest.raises(UnknownTableError, match="did you mean 'Things'"):
        database.select("things")
    with pytest.raises(UnknownColumnError, match="did you mean 'Name'"):
        database.select("Things", {"name": "x"})
    with pytest.raises(UnknownColumnError):
        database.insert("Things", {"NAME": "x"})
    assert database.drop_table("things") is False
