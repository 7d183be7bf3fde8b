"""Foreign keys: enforced on every database, with the actions that they state."""

from __future__ import annotations

from typing import Any, Dict, Optional

import pytest

from code_analysis_db.exceptions import (
    DriverQueryError,
    ForeignKeyViolationError,
    SchemaDefinitionError,
    UnknownColumnError,
)

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database


def related(
    database: Database, on_delete: Optional[str] = None, on_update: Optional[str] = None
) -> Database:
    """Return the database with tables ``a`` and ``b``, a row each; ``b`` refers."""
    database.create_table(table("a", NUMBER, column("name")))
    refers = {"table": "a", "columns": ["id"]}
    key: Dict[str, Any] = {"type": "foreign_key", "columns": ["a_id"]}
    key.update(references=refers, on_delete=on_delete, on_update=on_update)
    definition = table("b", NUMBER, column("a_id", "INTEGER"), constraints=[key])
    database.create_table(definition)
    database.insert("a", {"id": 1})
    database.insert("b", {"a_id": 1})
    return database


def referring(database: Database) -> Any:
    """Return what the rows of ``b`` refer to."""
    return [row["a_id"] for row in database.select("b", order_by="id")]


def test_a_row_refers_to_one_that_is_there(database: Database) -> None:
    """Or to none."""
    related(database)
    for write in (
        lambda: database.insert("b", {"a_id": 9}),
        lambda: database.insert_many("b", [{"a_id": 1}, {"a_id": 9}]),
        lambda: database.insert_many("b", [{"a_id": 1}] * 100 + [{"a_id": 9}]),
        lambda: database.update("b", {"a_id": 1}, {"a_id": 9}),
        lambda: database.upsert("b", {"id": 1, "a_id": 9}),
        lambda: database.execute("INSERT INTO b (a_id) VALUES (9)"),
    ):
        with pytest.raises(ForeignKeyViolationError):
            write()
    database.insert("b", {"a_id": None})
    assert referring(database) == [1, None]


@pytest.mark.parametrize("action", [None, "NO ACTION", "RESTRICT", "restrict"])
def test_a_row_that_others_refer_to_stays(
    database: Database, action: Optional[str]
) -> None:
    related(database, action, action)
    for write in (
        lambda: database.delete("a", {"id": 1}),
        lambda: database.update("a", {"id": 1}, {"id": 2}),
        lambda: database.execute("DELETE FROM a"),
    ):
        with pytest.raises(ForeignKeyViolationError):
            write()
    assert database.update("a", {"id": 1}, {"name": "x"}) == 1
    assert database.update("a", {"id": 1}, {"id": 1, "name": "y"}) == 1
    assert referring(database) == [1]
    database.delete("b", {"a_id": 1})
    assert database.delete("a", {"id": 1}) == 1


def test_on_delete_cascade_takes_the_referring_rows(database: Database) -> None:
    """And counts those that were named only."""
    related(database, "CASCADE")
    assert database.delete("a", {"id": 1}) == 1
    assert referring(database) == []


def test_on_delete_set_null_clears_the_reference(database: Database) -> None:
    related(database, "SET NULL")
    assert database.delete("a", {}, all_rows=True) == 1
    assert referring(database) == [None]


def test_on_update_cascade_follows_the_key(database: Database) -> None:
    related(database, None, "CASCADE")
    assert database.update("a", {"id": 1}, {"id": 7}) == 1
    assert referring(database) == [7]


def test_on_update_set_null_clears_the_reference(database: Database) -> None:
    related(database, None, "SET NULL")
    assert database.update("a", {"id": 1}, {"id": 7}) == 1
    assert referring(database) == [None]


def test_an_upsert_is_no_delete(database: Database) -> None:
    """The rows that refer to what it updates stay."""
    related(database, "CASCADE", "CASCADE")
    database.upsert("a", {"id": 1, "name": "new"})
    database.insert("a", {"id": 1, "name": "newer"}, on_conflict="update")
    assert referring(database) == [1]


def test_over_several_columns(database: Database) -> None:
    pair = [column("x", primary_key=True), column("y", "INTEGER", primary_key=True)]
    database.create_table(table("a", *pair))
    refers = {"table": "a", "columns": ["x", "y"]}
    key = {"type": "foreign_key", "columns": ["ax", "ay"], "references": refers}
    columns = [NUMBER, column("ax"), column("ay", "INTEGER")]
    database.create_table(table("b", *columns, constraints=[key]))
    database.insert("a", {"x": "k", "y": 1})
    database.insert("b", {"ax": "k", "ay": 1})
    database.insert("b", {"ax": None, "ay": 5})
    with pytest.raises(ForeignKeyViolationError):
        database.insert("b", {"ax": "k", "ay": 2})
    assert database.count("b") == 2


@pytest.mark.parametrize(
    ("kind", "value", "other"),
    [("TEXT", "a", "A"), ("TEXT", "a", "a "), ("UUID", "0" * 32, "1" * 32)],
)
def test_to_keys_of_other_types(
    database: Database, kind: str, value: str, other: str
) -> None:
    """Compared as exactly as everywhere."""
    database.create_table(table("a", column("k", kind, primary_key=True)))
    refers = {"table": "a", "columns": ["k"]}
    database.create_table(table("b", column("k", kind, references=refers)))
    database.insert("a", {"k": value})
    database.insert("b", {"k": value})
    with pytest.raises(ForeignKeyViolationError):
        database.insert("b", {"k": other})


def test_to_a_unique_column(database: Database) -> None:
    database.create_table(table("a", NUMBER, column("code", unique=True)))
    refers = {"table": "a", "column": "code"}
    database.create_table(table("b", column("code", references=refers)))
    database.insert("a", {"code": "x"})
    database.insert("b", {"code": "x"})
    with pytest.raises(ForeignKeyViolationError):
        database.insert("b", {"code": "y"})


def test_to_a_table_means_to_its_primary_key(database: Database) -> None:
    database.create_table(table("a", NUMBER))
    database.create_table(table("b", column("a_id", "INTEGER", references="a")))
    database.insert("b", {"a_id": database.insert("a", {})})
    with pytest.raises(ForeignKeyViolationError):
        database.insert("b", {"a_id": 9})


def test_to_what_is_no_key_is_refused(database: Database) -> None:
    """As is one to a column of another type."""
    database.create_table(table("a", NUMBER, column("name")))
    for refers, kind, error in (
        ({"table": "a", "columns": ["name"]}, "TEXT", SchemaDefinitionError),
        ({"table": "a", "columns": ["id"]}, "TEXT", SchemaDefinitionError),
        ({"table": "a", "columns": ["ident"]}, "INTEGER", UnknownColumnError),
    ):
        with pytest.raises(error):
            database.create_table(table("b", column("x", kind, references=refers)))
    assert database.list_tables() == ["a"]


def test_set_null_needs_a_column_that_takes_it(database: Database) -> None:
    database.create_table(table("a", NUMBER))
    refers = {"table": "a", "columns": ["id"], "on_delete": "SET NULL"}
    wrong = column("a_id", "INTEGER", nullable=False, references=refers)
    with pytest.raises(SchemaDefinitionError, match="NULL"):
        database.create_table(table("b", wrong))


def test_a_violation_inside_a_transaction_undoes_its_statement_only(
    database: Database,
) -> None:
    """It is told at the statement, not at the commit."""
    related(database)
    with database.transaction() as tx:
        tx.insert("a", {"id": 2})
        with pytest.raises(DriverQueryError):
            tx.insert("b", {"a_id": 9})
        tx.insert("b", {"a_id": 2})
    assert referring(database) == [1, 2]
