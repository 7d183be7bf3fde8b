"""A fulltext index follows what is written, and goes and comes with its table."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from code_analysis_db.dialects.base import Dialect
from code_analysis_db.exceptions import SchemaDefinitionError, UniqueViolationError

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database
from .fulltext_tables import INDEX, KEY, TEXTS, found, put


@pytest.fixture
def texts(database: Database) -> Database:
    """A database with two texts."""
    database.create_table(TEXTS)
    put(database, x="alpha beta", y="gamma delta")
    return database


def test_inserts_updates_and_deletes(texts: Database) -> None:
    texts.update("texts", {"id": "x"}, {"a": "omega"})
    assert (found(texts, "alpha"), found(texts, "omega")) == ([], ["x"])
    texts.update("texts", {"id": "x"}, {"b": "alpha"})
    assert found(texts, "alpha omega") == ["x"]
    texts.update("texts", {"id": "x"}, {"a": None})
    assert (found(texts, "alpha"), found(texts, "omega")) == (["x"], [])
    texts.update("texts", {"id": "x"}, {"id": "z"})
    assert found(texts, "alpha") == ["z"]
    texts.delete("texts", {"id": "z"})
    assert found(texts, "alpha") == []


def test_conflicts(texts: Database) -> None:
    """What is updated is indexed anew, what is left out is left."""
    row = {"id": "x", "a": "omega"}
    texts.insert("texts", row, on_conflict="ignore")
    assert (found(texts, "alpha"), found(texts, "omega")) == (["x"], [])
    texts.upsert_many("texts", [row, {"id": "w", "a": "omega"}])
    assert (found(texts, "alpha"), found(texts, "omega")) == ([], ["w", "x"])
    texts.insert("texts", {"id": "w", "a": "new"}, on_conflict="update")
    assert (found(texts, "new"), found(texts, "omega")) == (["w"], ["x"])
    with pytest.raises(UniqueViolationError):
        texts.insert("texts", row)


def test_rows_that_are_returned_are_the_tables(texts: Database) -> None:
    row = {"id": "v", "a": "one", "b": None}
    assert texts.insert("texts", row, returning="*") == row
    changed = texts.update("texts", {"id": "v"}, {"a": "two"}, returning="*")
    assert changed == [{"id": "v", "a": "two", "b": None}]
    assert texts.select("texts", {"id": "v"}) == changed
    assert found(texts, "two") == ["v"]


def test_rolled_back_is_not_found(texts: Database, dialect: Dialect) -> None:
    """Within the transaction its own rows are, where the database can."""
    with pytest.raises(ZeroDivisionError):
        with texts.transaction() as transaction:
            transaction.insert("texts", {"id": "t", "a": "omega"})
            transaction.update("texts", {"id": "x"}, {"a": "omega"})
            transaction.delete("texts", {"id": "y"})
            assert found(transaction, "gamma") == []
            if dialect.finds_uncommitted:
                assert found(transaction, "omega") == ["t", "x"]
                assert found(transaction, "alpha") == []
            assert found(texts, "alpha") == ["x"]
            raise ZeroDivisionError
    assert (found(texts, "alpha"), found(texts, "omega")) == (["x"], [])
    assert found(texts, "gamma") == ["y"]
    with texts.transaction() as transaction:
        transaction.insert("texts", {"id": "t", "a": "omega"})
    assert found(texts, "omega") == ["t"]


def test_a_statement_that_fails_leaves_the_index(texts: Database) -> None:
    rows = [{"id": "n", "a": "omega"}, {"id": "x", "a": "omega"}]
    with pytest.raises(UniqueViolationError):
        texts.insert_many("texts", rows)
    assert found(texts, "omega") == []
    with pytest.raises(UniqueViolationError):
        texts.update("texts", {"id": "x"}, {"id": "y", "a": "omega"})
    assert (found(texts, "alpha"), found(texts, "omega")) == (["x"], [])


def test_a_cascade_takes_words_along(database: Database) -> None:
    database.create_table(table("files", NUMBER, column("name")))
    refers = {"table": "files", "columns": ["id"]}
    key = {
        "type": "foreign_key",
        "columns": ["file"],
        "references": refers,
        "on_delete": "CASCADE",
    }
    columns = [KEY, column("file", "INTEGER"), column("a"), column("b")]
    database.create_table(table("texts", *columns, constraints=[key], indexes=[INDEX]))
    file = database.insert("files", {"name": "f"})
    database.insert("texts", {"id": "x", "file": file, "a": "word"})
    assert found(database, "word") == ["x"]
    database.delete("files", {"id": file})
    assert found(database, "word") == []
    file = database.insert("files", {"name": "g"})
    database.insert("texts", {"id": "x", "file": file, "a": "other"})
    assert (found(database, "word"), found(database, "other")) == ([], ["x"])


def test_raw_sql_is_followed(texts: Database) -> None:
    texts.execute("INSERT INTO texts (id, a) VALUES (?, ?)", ["r", "raw text"])
    assert found(texts, "raw") == ["r"]
    texts.execute("UPDATE texts SET a = 'another' WHERE id = 'r'")
    assert (found(texts, "raw"), found(texts, "another")) == ([], ["r"])
    rows = [["s", "more"], ["t", "more"]]
    texts.execute_many("INSERT INTO texts (id, a) VALUES (?, ?)", rows)
    assert found(texts, "more") == ["s", "t"]
    texts.execute("DELETE FROM texts WHERE id = 's'")
    assert found(texts, "more") == ["t"]


def test_large_texts(database: Database, dialect: Dialect) -> None:
    """However many words, and however long they are."""
    database.create_table(TEXTS)
    # InnoDB writes the words of a very large text in the background, and does not find
    # it while it does
    count = 300_000 if dialect.finds_uncommitted else 20_000
    put(database, many=" ".join(f"word{n:x}" for n in range(count)))
    put(database, long="x" * 3_000_000 + " end", dots="." * 1_000_000 + "end")
    assert found(database, "word1f") == ["many"]
    assert found(database, "end") == ["dots", "long"]
    assert found(database, "x" * 64) == ["long"]
    assert found(database, "x" * 65 + " end") == ["long"]


# --- definitions ----------------------------------------------------------------------


def test_nothing_of_it_shows(texts: Database) -> None:
    assert texts.list_tables() == ["texts"]
    assert [c["name"] for c in texts.get_table_info("texts")] == ["id", "a", "b"]
    (exported,) = texts.export_schema()["tables"]
    assert [c["name"] for c in exported["columns"]] == ["id", "a", "b"]
    assert exported["indexes"] == [INDEX]
    assert set(texts.select("texts")[0]) == {"id", "a", "b"}


def test_a_sync_makes_and_keeps_it(database: Database) -> None:
    schema: Dict[str, Any] = {"tables": [{**TEXTS, "indexes": []}]}
    database.sync_schema(schema)
    put(database, x="alpha beta")
    schema = {"tables": [TEXTS]}
    assert database.sync_schema(schema)["changed"] is True
    assert found(database, "alpha") == ["x"]
    assert database.sync_schema(schema)["changed"] is False
    put(database, y="alpha")
    assert found(database, "alpha") == ["x", "y"]
    assert database.sync_schema(schema, dry_run=True)["steps"] == []


def test_a_stranger_changes_the_table(texts: Database) -> None:
    """Then the index is known as it was."""
    texts.execute("ALTER TABLE texts ADD COLUMN other INTEGER")
    (exported,) = texts.export_schema()["tables"]
    assert exported["indexes"] == [INDEX]
    assert [c["name"] for c in exported["columns"]] == ["id", "a", "b", "other"]
    assert found(texts, "alpha") == ["x"]
    put(texts, z="alpha")
    assert found(texts, "alpha") == ["x", "z"]


def test_renames(texts: Database) -> None:
    texts.alter_table("texts", {"rename_columns": {"b": "c"}, "rename_to": "renamed"})
    texts.insert("renamed", {"id": "z", "c": "alpha"})
    assert found(texts, "alpha", "renamed") == ["x", "z"]
    texts.update("renamed", {"id": "x"}, {"c": "omega"})
    assert found(texts, "alpha omega", "renamed") == ["x"]
    (exported,) = texts.export_schema()["tables"]
    assert exported["indexes"] == [{**INDEX, "columns": ["a", "c"]}]
    texts.execute("UPDATE renamed SET c = 'raw' WHERE id = 'z'")
    assert found(texts, "raw", "renamed") == ["z"]


def test_it_comes_and_goes(texts: Database) -> None:
    texts.alter_table("texts", {"drop_indexes": ["by_words"]})
    (exported,) = texts.export_schema()["tables"]
    assert exported["indexes"] == []
    put(texts, z="alpha")
    texts.alter_table("texts", {"add_indexes": [{**INDEX, "columns": ["a"]}]})
    assert found(texts, "alpha") == ["x", "z"]
    texts.alter_table("texts", {"drop_indexes": ["by_words"], "drop_columns": ["b"]})
    texts.drop_table("texts")
    texts.create_table(TEXTS)
    assert found(texts, "alpha") == []
    put(texts, x="alpha")
    assert found(texts, "alpha") == ["x"]


def test_a_change_that_builds_the_table_anew(texts: Database) -> None:
    columns = [KEY, column("a", nullable=False), column("b"), column("n", "INTEGER")]
    schema = {"tables": [table("texts", *columns, indexes=[INDEX])]}
    assert texts.sync_schema(schema, allow_destructive=True)["changed"] is True
    assert found(texts, "alpha") == ["x"]
    put(texts, z="alpha")
    assert found(texts, "alpha") == ["x", "z"]
    assert texts.sync_schema(schema)["changed"] is False


def test_another_primary_key(database: Database) -> None:
    columns = [
        column("id", nullable=False, length=20),
        column("k", nullable=False, length=20),
        column("a"),
        column("b"),
    ]

    def keyed(*names: str) -> Dict[str, Any]:
        """Return a schema whose table has that key."""
        key = {"type": "primary_key", "columns": list(names)}
        made = table("texts", *columns, constraints=[key], indexes=[INDEX])
        return {"tables": [made]}

    database.sync_schema(keyed("id"))
    database.insert("texts", {"id": "x", "k": "1", "a": "alpha"})
    database.sync_schema(keyed("id", "k"))
    database.insert("texts", {"id": "x", "k": "2", "a": "alpha"})
    assert found(database, "alpha") == ["x", "x"]
    (row,) = database.search("texts", "alpha", where={"k": "2"})
    assert row["k"] == "2"
    database.delete("texts", {"k": "1"})
    assert found(database, "alpha") == ["x"]


def test_what_it_needs(database: Database) -> None:
    with pytest.raises(SchemaDefinitionError, match="with a primary key"):
        database.create_table(table("t", column("a"), column("b"), indexes=[INDEX]))
    with pytest.raises(SchemaDefinitionError, match="has TEXT columns; 'b' is INTEGER"):
        columns = [KEY, column("a"), column("b", "INTEGER")]
        database.create_table(table("t", *columns, indexes=[INDEX]))


def test_names_of_any_kind(database: Database) -> None:
    name = "Odd \"näme` of's ".strip() + " x" * 10
    index = {"name": "ix " + name, "columns": [name], "fulltext": True}
    database.create_table(table("t " + name, KEY, column(name), indexes=[index]))
    database.insert("t " + name, {"id": "x", name: "alpha"})
    assert database.count("t " + name, {name: {"match": "alpha"}}) == 1
    assert database.search("t " + name, "alpha")[0]["id"] == "x"
    (exported,) = database.export_schema()["tables"]
    assert exported["indexes"] == [index]
    assert database.drop_table("t " + name) is True


def test_defaults_have_words(database: Database) -> None:
    columns = [NUMBER, column("a", default="alpha beta"), column("b")]
    database.create_table(table("t", *columns, indexes=[INDEX]))
    database.insert("t", {"b": "gamma"})
    database.insert("t", {})
    assert database.count("t", {"a": {"match": "alpha"}}) == 2
    assert database.count("t", {"a": {"match": "alpha gamma"}}) == 1
