"""Indexes: with a table, added later, dropped."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from code_analysis_db.dialects.base import Dialect
from code_analysis_db.exceptions import (
    DriverQueryError,
    ForeignKeyViolationError,
    SchemaDefinitionError,
    SchemaSyncError,
    UniqueViolationError,
    UnsupportedError,
)

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database


def test_they_come_and_go(family: Database) -> None:
    index = {"name": "by_age", "columns": ["age"], "unique": True}
    assert family.alter_table("parents", {"add_indexes": [index]}) is True
    family.insert("parents", {"name": "a", "age": 1})
    with pytest.raises(UniqueViolationError):
        family.insert("parents", {"name": "b", "age": 1})
    assert family.alter_table("parents", {"drop_indexes": ["by_age"]}) is True
    family.insert("parents", {"name": "b", "age": 1})
    with pytest.raises(SchemaSyncError, match="in 2 rows"):
        family.alter_table("parents", {"add_indexes": [index]})
    with pytest.raises(SchemaDefinitionError, match="by_age"):
        family.alter_table("parents", {"drop_indexes": ["by_age"]})


def test_an_index_over_a_foreign_key_may_go(family: Database) -> None:
    """The key holds without it."""
    changes = {"drop_indexes": ["children_by_parent"]}
    assert family.alter_table("children", changes) is True
    with pytest.raises(ForeignKeyViolationError):
        family.insert("children", {"parent_id": 9})
    with pytest.raises(SchemaDefinitionError):
        family.alter_table("children", changes)


def test_a_unique_index_takes_any_number_of_nulls(database: Database) -> None:
    index = {"columns": ["a", "b"], "unique": True}
    columns = [NUMBER, column("a"), column("b", "INTEGER")]
    database.create_table(table("t", *columns, indexes=[index]))
    rows: Any = [{"a": "x", "b": None}] * 2 + [{"a": None, "b": None}] * 2
    database.insert_many("t", rows)
    database.insert("t", {"a": "x", "b": 1})
    with pytest.raises(UniqueViolationError):
        database.insert("t", {"a": "x", "b": 1})
    database.insert("t", {"a": "X", "b": 1})


def test_directions_and_several_columns(database: Database) -> None:
    indexes: Any = [
        {"name": "i1", "columns": [["a", "DESC"], "n"]},
        {"name": "i2", "columns": ["n", ("a", "asc")]},
        {"columns": [["n", "DESC"]]},
    ]
    columns = [NUMBER, column("a", length=50), column("n", "INTEGER")]
    database.create_table(table("t", *columns, indexes=indexes))
    database.insert_many("t", [{"a": a, "n": n} for a in "ab" for n in (2, 1)])
    rows = database.select("t", order_by=[("a", "DESC"), "n"], columns=["a", "n"])
    assert [(row["a"], row["n"]) for row in rows] == [
        ("b", 1),
        ("b", 2),
        ("a", 1),
        ("a", 2),
    ]


def test_long_text_in_an_index_that_is_no_key(database: Database) -> None:
    """Its length is no matter."""
    database.create_table(table("t", NUMBER, column("a"), indexes=[{"columns": ["a"]}]))
    texts = ["x" * 2000, "x" * 2001, "é" * 5000]
    database.insert_many("t", [{"a": text} for text in texts])
    for text in texts:
        assert database.count("t", {"a": text}) == 1
    assert database.count("t", {"a": {"startswith": "x" * 1999}}) == 2
    rows = database.select("t", order_by="a", columns=["a"])
    assert [row["a"] for row in rows] == sorted(texts)


def test_a_partial_index_where_the_database_has_them(
    database: Database, dialect: Dialect
) -> None:
    """Refused by name where it has none."""
    where: Dict[str, Any] = {"on": True, "a": {"neq": None}}
    index = {"name": "some", "columns": ["a"], "unique": True, "where": where}
    columns = [NUMBER, column("a"), column("on", "BOOLEAN", default=True)]
    definition = table("t", *columns, indexes=[index])
    if not dialect.has_partial_indexes:
        with pytest.raises(UnsupportedError, match="partial"):
            database.create_table(definition)
        assert database.list_tables() == []
        return
    database.create_table(definition)
    database.insert_many("t", [{"a": "x"}, {"a": "x", "on": False}])
    database.insert("t", {"a": "x", "on": False})
    with pytest.raises(UniqueViolationError):
        database.insert("t", {"a": "x"})


@pytest.mark.parametrize("kind", ["JSON", "BLOB"])
def test_types_that_no_index_takes(database: Database, kind: str) -> None:
    definition = table("t", NUMBER, column("a", kind), indexes=[{"columns": ["a"]}])
    with pytest.raises(SchemaDefinitionError, match=kind):
        database.create_table(definition)


@pytest.mark.parametrize(
    "index",
    [
        {"columns": ["nothing"]},
        {"columns": ["a", "a"]},
        {"columns": [["a", "up"]]},
        {"columns": ["a"], "size": 1},
        {"columns": ["a"], "where": "id = ?"},
        {"columns": ["a"], "where": "1); DROP TABLE t; --"},
    ],
    ids=str,
)
def test_what_is_no_index_is_refused(database: Database, index: Dict[str, Any]) -> None:
    """And the table is left as it is."""
    database.create_table(table("t", NUMBER, column("a")))
    with pytest.raises((DriverQueryError, UnsupportedError)):
        database.alter_table("t", {"add_indexes": [index]})
    assert database.list_tables() == ["t"]
    database.insert("t", {"a": "x"})


def test_two_tables_may_have_indexes_over_columns_of_one_name(
    database: Database,
) -> None:
    for name in ("t", "u"):
        indexes = [{"columns": ["a"]}]
        database.create_table(table(name, NUMBER, column("a"), indexes=indexes))
    assert database.list_tables() == ["t", "u"]
