"""Tables and indexes created, altered and dropped on SQLite itself."""

from __future__ import annotations

import sqlite3
from typing import Any, Dict, List

import pytest

from code_analysis_db.dialects.alter import altered_table
from code_analysis_db.dialects.ddl import create_table, drop_table
from code_analysis_db.dialects.table_statements import TableStatements
from code_analysis_db.exceptions import (
    DriverQueryError,
    SchemaDefinitionError,
    UnknownColumnError,
    UnsupportedError,
)
from code_analysis_db.schema import Table, TableDifference

from .altering import alteration
from .database import DIALECT, Database

_ID: Dict[str, Any] = {"name": "id", "type": "INTEGER", "primary_key": True}


@pytest.mark.parametrize("name", ["select", 'a "b"', "a b", "Tаблица", "a'b;--", "[x]"])
def test_any_name_works_as_table_column_and_index(name: str) -> None:
    """Since names are quoted everywhere."""
    database = Database(
        [_ID, {"name": name, "type": "TEXT", "unique": True}],
        name=name,
        indexes=[
            {"name": f"{name} i", "columns": [name], "where": {name: {"gt": "'"}}}
        ],
    )
    assert database.insert([name], [["x"]]) == [1]
    assert database.select({name: "x"}, order_by=name) == [{"id": 1, name: "x"}]
    assert database.run(database.statements.update({name: "x"}, {name: "y"})) == []
    database.connection.execute(drop_table(name, DIALECT))


def test_constraints_hold() -> None:
    """Composite keys, foreign keys with their actions, checks."""
    parent = Database([_ID], name="p")
    connection = parent.connection
    connection.execute("PRAGMA foreign_keys = ON")
    child = Table.from_definition(
        {
            "name": "c",
            "columns": [
                {"name": "a", "type": "INTEGER", "primary_key": True},
                {"name": "b", "type": "TEXT", "primary_key": True},
                {
                    "name": "p",
                    "type": "INTEGER",
                    "references": {"table": "p", "on_delete": "CASCADE"},
                },
            ],
            "constraints": [
                {"type": "check", "name": "ck", "expression": "a > 0 -- positive"},
                {"type": "unique", "columns": ["p", "b"]},
            ],
        }
    )
    for sql in create_table(child, DIALECT):
        connection.execute(sql)
    connection.execute("INSERT INTO p VALUES (1)")
    connection.execute("INSERT INTO c VALUES (1, 'x', 1), (1, 'y', NULL)")
    for values in ("(1, 'x', NULL)", "(0, 'x', NULL)", "(2, 'x', 1)", "(3, 'z', 9)"):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(f"INSERT INTO c VALUES {values}")
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        connection.execute("INSERT INTO c VALUES (NULL, 'x', NULL)")
    connection.execute("DELETE FROM p")
    assert connection.execute("SELECT a, b FROM c").fetchall() == [(1, "y")]


def test_a_partial_index_holds_literals_of_every_kind() -> None:
    """A condition has no parameters."""
    where = {
        "text": {"in": ["it's", "b"], "like": "i%'[s]"},
        "flag": True,
        "real": {"between": [0.5, 1e300]},
        "uuid": {"neq": "0000000A-0000-0000-0000-00000000000A"},
        "or": [{"text": {"startswith": "it"}}, {"text": {"is_null": True}}],
    }
    database = Database(
        [
            {"name": "text", "type": "TEXT"},
            {"name": "flag", "type": "BOOLEAN"},
            {"name": "real", "type": "REAL"},
            {"name": "uuid", "type": "UUID"},
        ],
        indexes=[{"columns": [("real", "DESC")], "where": where, "unique": True}],
    )
    columns = ["text", "flag", "real", "uuid"]
    key = "0000000b-0000-0000-0000-00000000000a"
    database.insert(columns, [["it's", False, 1, key], ["it's", False, 1, key]])
    (sql,) = database.connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'index'"
    ).fetchone()
    assert '"real" DESC' in sql and "'it''s'" in sql and "?" not in sql


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ({"indexes": [{"columns": ["a"], "where": "1); DROP"}]}, DriverQueryError),
        ({"indexes": [{"columns": ["a"], "where": "a = ?"}]}, DriverQueryError),
        ({"indexes": [{"columns": ["a"], "where": {"x": 1}}]}, UnknownColumnError),
        (
            {"constraints": [{"type": "check", "expression": "1) (2"}]},
            DriverQueryError,
        ),
        (
            {"constraints": [{"type": "check", "expression": "'a"}]},
            DriverQueryError,
        ),
    ],
)
def test_what_cannot_be_created_is_refused(
    parts: Dict[str, Any], error: type[Exception]
) -> None:
    """Before anything is."""
    columns = [{"name": "a", "type": "TEXT"}]
    table = Table.from_definition({"name": "t", "columns": columns, **parts})
    with pytest.raises(error):
        create_table(table, DIALECT)


def altered(database: Database, changes: Dict[str, Any]) -> TableDifference:
    """Alter the table of a database, and compare what is with what is said to be."""
    difference, statements = alteration(database.table, changes, DIALECT)
    for sql in statements:
        database.connection.execute(sql)
    table = difference.after
    shown = database.connection.execute(
        f"PRAGMA table_xinfo({DIALECT.quote(table.name)})"
    ).fetchall()
    assert [(row[1], row[2], bool(row[3])) for row in shown] == [
        (column.name, DIALECT.native_type(column), not column.nullable)
        for column in table.columns
    ]
    indexes = database.connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    assert sorted(name for (name,) in indexes) == sorted(i.name for i in table.indexes)
    return difference


@pytest.fixture
def database() -> Database:
    """A table with a bit of everything, and a row."""
    database = Database(
        [
            _ID,
            {"name": "a", "type": "TEXT"},
            {"name": "b", "type": "INTEGER"},
            {"name": "c", "type": "TEXT", "unique": True},
            {"name": "up", "type": "INTEGER", "references": {"table": "t"}},
        ],
        constraints=[{"type": "check", "expression": "b > 0"}],
        indexes=[
            {"columns": ["a"], "name": "ia"},
            {"columns": ["c"], "name": "ic", "where": {"\\a": {"neq": "x"}}},
        ],
    )
    database.insert(["a", "b", "c"], [["x", 1, "y"]])
    return database


def test_all_native_changes_in_one_call(database: Database) -> None:
    """The rows stay, and the new table works."""
    difference = altered(
        database,
        {
            "drop_indexes": ["ia"],
            "rename_columns": {"a": "or", "id": "key"},
            "add_columns": [{"name": "d", "type": "INTEGER", "default": 5}],
            "add_indexes": [{"columns": ["d", ("or", "DESC")]}],
            "rename_to": "t 2",
        },
    )
    table = difference.after
    assert (difference.renamed_to, table.name) == ("t 2", "t 2")
    assert difference.renamed_columns == {"a": "or", "id": "key"}
    assert (table.numbered_key, table.foreign_keys[0].table) == ("key", "t 2")
    statements = TableStatements(table, DIALECT)
    assert database.run(statements.select({"\\or": "x"})) == [
        {"key": 1, "or": "x", "b": 1, "c": "y", "up": None, "d": 5}
    ]
    create_table(table, DIALECT)


def test_a_column_with_a_reference_is_added(database: Database) -> None:
    """Its foreign key with it."""
    references = {"table": "t", "column": "id", "on_delete": "CASCADE"}
    added = {"name": "e", "type": "INTEGER", "references": references}
    difference = altered(database, {"add_columns": [added]})
    keys = database.connection.execute("PRAGMA foreign_key_list(t)").fetchall()
    assert len(keys) == len(difference.after.foreign_keys) == 2


def test_no_change_is_no_statement(database: Database) -> None:
    """And the table stays what it is."""
    difference = altered(database, {"add_columns": [], "drop_indexes": None})
    assert difference.is_empty and difference.after == database.table


def test_a_free_column_is_dropped() -> None:
    """And its index with it, when told."""
    database = Database(
        [_ID, {"name": "a", "type": "TEXT"}], indexes=[{"columns": ["a"], "name": "i"}]
    )
    difference = altered(database, {"drop_columns": ["a"], "drop_indexes": ["i"]})
    assert difference.after.column_names == ("id",)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ([], SchemaDefinitionError, "changes is a dict"),
        ({"add_column": []}, SchemaDefinitionError, "did you mean 'add_columns'"),
        ({"add_columns": {}}, SchemaDefinitionError, "is a list"),
        ({"rename_columns": ["a"]}, SchemaDefinitionError, "is a dict"),
        ({"rename_columns": {"a": 5}}, SchemaDefinitionError, "is a dict"),
        ({"rename_columns": {"a": "b"}}, SchemaDefinitionError, "stands there twice"),
        ({"rename_columns": {"x": "y"}}, UnknownColumnError, "no column 'x'"),
        ({"rename_columns": {"b": "y"}}, UnsupportedError, "a check"),
        ({"rename_to": 5}, SchemaDefinitionError, "a name"),
        ({"rename_to": "sqlite_x"}, SchemaDefinitionError, "reserved prefix"),
        ({"drop_indexes": ["ib"]}, SchemaDefinitionError, "no index 'ib'"),
        ({"drop_columns": ["x"]}, UnknownColumnError, "no column 'x'"),
        ({"drop_columns": ["id"]}, UnsupportedError, "the primary key"),
        ({"drop_columns": ["a"]}, UnsupportedError, "'ia', the condition of index"),
        ({"drop_columns": ["b"]}, UnsupportedError, "a check"),
        ({"drop_columns": ["c"]}, UnsupportedError, "a unique constraint"),
        ({"drop_columns": ["up"]}, UnsupportedError, "a foreign key"),
        ({"alter_columns": [{}]}, SchemaDefinitionError, "the name of a column"),
        ({"alter_columns": [{"name": "id"}]}, UnsupportedError, "numbers the rows"),
        ({"add_constraints": [{}]}, SchemaDefinitionError, "constraint type"),
        ({"drop_constraints": ["x"]}, SchemaDefinitionError, "no constraint 'x'"),
        ({"drop_constraints": [{}]}, SchemaDefinitionError, "has names, or dicts"),
        (
            {"drop_constraints": [{"type": "primary_key"}]},
            UnsupportedError,
            "numbers the rows",
        ),
        (
            {"add_columns": [{"name": "a", "type": "TEXT"}]},
            SchemaDefinitionError,
            "stands there twice",
        ),
    ],
)
def test_a_change_that_makes_no_table_is_refused(
    database: Database, changes: Any, error: type[Exception], message: str
) -> None:
    """By name, with what keeps it."""
    with pytest.raises(error, match=message):
        altered_table(database.table, changes, DIALECT)


def test_the_only_column_cannot_go() -> None:
    """A table has columns."""
    database = Database([{"name": "a", "type": "TEXT"}])
    with pytest.raises(UnsupportedError, match="the only one"):
        altered_table(database.table, {"drop_columns": ["a"]}, DIALECT)


def test_statements_name_what_they_create_in_order() -> None:
    """The table first."""
    table = Table.from_definition(
        {
            "name": "t",
            "columns": [_ID, {"name": "a", "type": "TEXT"}],
            "indexes": [{"columns": ["a"], "unique": True}],
        }
    )
    heads: List[str] = [sql[:18] for sql in create_table(table, DIALECT)]
    assert heads == ['CREATE TABLE "t" (', "CREATE UNIQUE INDE"]
