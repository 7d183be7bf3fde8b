"""Creating, listing and dropping tables."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from code_analysis_db.exceptions import (
    DriverTransactionError,
    ForeignKeyViolationError,
    SchemaDefinitionError,
    UniqueViolationError,
    UnknownColumnError,
    UnknownTableError,
)

from ..unified.definitions import CHILDREN, NUMBER, PARENTS, column, table
from ..unified.interface import Database


def test_create_and_drop_tell_whether_they_did(database: Database) -> None:
    """A table that exists is left as it is."""
    assert database.list_tables() == []
    assert database.create_table(PARENTS) is True
    database.insert("parents", {"name": "a"})
    assert database.create_table(table("parents", column("other"))) is False
    assert database.count("parents") == 1
    assert database.create_table(CHILDREN) is True
    assert database.list_tables() == ["children", "parents"]
    assert database.drop_table("children") is True
    assert database.drop_table("children") is False
    assert database.list_tables() == ["parents"]
    assert database.create_table(CHILDREN) is True


def test_names_are_listed_in_the_order_of_code_points(database: Database) -> None:
    names = ["b", "Z", "a", "é", "_x", "10", "9"]
    for name in names:
        database.create_table(table(name, column("v")))
    assert database.list_tables() == sorted(names)


def test_a_table_that_others_refer_to_is_not_dropped(family: Database) -> None:
    """Neither with rows nor without."""
    with pytest.raises(ForeignKeyViolationError, match="children"):
        family.drop_table("parents")
    family.insert("children", {"parent_id": family.insert("parents", {"name": "a"})})
    with pytest.raises(ForeignKeyViolationError, match="children") as caught:
        family.drop_table("parents")
    assert caught.value.table == "parents"
    assert family.count("children") == family.count("parents") == 1
    assert family.drop_table("children") is True
    assert family.drop_table("parents") is True


def test_a_table_may_refer_to_itself(database: Database) -> None:
    """And is dropped for all that."""
    refers = {"table": "nodes", "columns": ["id"]}
    parent = column("parent", "INTEGER", references=refers, on_delete="CASCADE")
    database.create_table(table("nodes", NUMBER, parent))
    root = database.insert("nodes", {})
    database.insert("nodes", {"parent": database.insert("nodes", {"parent": root})})
    with pytest.raises(ForeignKeyViolationError):
        database.insert("nodes", {"parent": 99})
    assert database.delete("nodes", {"id": root}) == 1
    assert database.count("nodes") == 0
    database.insert("nodes", {"parent": database.insert("nodes", {})})
    assert database.drop_table("nodes") is True


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"name": "t"},
        {"name": "t", "columns": []},
        {"name": "t", "columns": [{"name": "a", "type": "TXT"}]},
        {"name": "t", "columns": [{"type": "TEXT"}]},
        {"name": "t", "columns": [{"name": "a", "type": "TEXT", "size": 1}]},
        table("t", column("a"), column("a")),
        table("t", column("a", "JSON", primary_key=True)),
        table("t", column("a", "BLOB", unique=True)),
        table("t", column("a", length=701, unique=True)),
        table("t", column("a", "DECIMAL", precision=2, scale=3)),
        table("t", column("a", "DECIMAL", precision=66, scale=0)),
        table("t", column("a"), constraints=[{"type": "unique", "columns": ["b"]}]),
        table("t", column("a"), constraints=[{"type": "sum", "columns": ["a"]}]),
        table("t", column("a"), indexes=[{"columns": []}]),
        table("t", NUMBER, column("b", "INTEGER", autoincrement=True)),
    ],
    ids=str,
)
def test_faults_of_a_definition(database: Database, definition: Dict[str, Any]) -> None:
    """Nothing of it is made."""
    with pytest.raises(SchemaDefinitionError):
        database.create_table(definition)
    assert database.list_tables() == []


def test_every_fault_is_named_at_once(database: Database) -> None:
    columns = [column("a", "TXT"), column("b", nullable="yes")]
    with pytest.raises(SchemaDefinitionError) as caught:
        database.create_table(table("t", *columns))
    assert "TXT" in str(caught.value) and "nullable" in str(caught.value)


def test_a_foreign_key_to_what_is_not_there(database: Database) -> None:
    with pytest.raises(UnknownTableError, match="'parents'") as caught:
        database.create_table(CHILDREN)
    assert caught.value.table == "parents"
    database.create_table(PARENTS)
    wrong = {"table": "parents", "columns": ["ident"]}
    key = {"type": "foreign_key", "columns": ["parent_id"], "references": wrong}
    with pytest.raises(UnknownColumnError, match="'ident'"):
        database.create_table({**CHILDREN, "constraints": [key]})
    assert database.list_tables() == ["parents"]


def test_a_composite_key_is_one_key(database: Database) -> None:
    """Its columns are not keys of their own."""
    columns = [column("a", "INTEGER", primary_key=True)]
    columns.append(column("b", primary_key=True))
    database.create_table(table("t", *columns))
    database.insert_many("t", [{"a": 1, "b": "x"}, {"a": 1, "b": "y"}])
    with pytest.raises(UniqueViolationError):
        database.insert("t", {"a": 1, "b": "y"})
    infos = database.get_table_info("t")
    assert [info["primary_key"] for info in infos] == [True, True]


def test_keys_of_every_type_that_may_be_one(database: Database) -> None:
    for kind in ("TEXT", "INTEGER", "REAL", "BOOLEAN", "UUID") + (
        ("DATETIME", "DATE", "TIME", "DECIMAL")
    ):
        columns = [column("k", kind, primary_key=True), column("u", kind, unique=True)]
        assert database.create_table(table(kind, *columns)) is True
    assert len(database.list_tables()) == 9


def test_tables_are_not_made_or_changed_inside_a_transaction(
    family: Database,
) -> None:
    """By raw SQL no more than by the methods (which a transaction does not have)."""
    with family.transaction() as tx:
        tx.insert("parents", {"name": "a"})
        for sql in (
            "CREATE TABLE x (a INTEGER)",
            "DROP TABLE children",
            "ALTER TABLE parents ADD COLUMN x INTEGER",
            "CREATE INDEX i ON parents (age)",
        ):
            with pytest.raises(DriverTransactionError, match="inside a transaction"):
                tx.execute(sql)
        tx.insert("parents", {"name": "b"})
        tx.rollback()
    assert family.count("parents") == 0
    assert family.list_tables() == ["children", "parents"]


def test_raw_ddl_is_noticed(family: Database) -> None:
    family.execute("CREATE TABLE mine (a INTEGER)")
    assert family.list_tables() == ["children", "mine", "parents"]
    family.insert("mine", {"a": 1})
    family.execute("ALTER TABLE mine ADD COLUMN b INTEGER")
    assert family.select("mine") == [{"a": 1, "b": None}]
    family.execute("DROP TABLE mine")
    with pytest.raises(UnknownTableError):
        family.select("mine")
    assert family.list_tables() == ["children", "parents"]


def test_the_schema_has_no_version_before_a_sync(family: Database) -> None:
    assert family.get_schema_version() == ""
