"""A sync of some tables only: the others stay as they are, and so does the version."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from code_analysis_db.exceptions import (
    ForeignKeyViolationError,
    SchemaDefinitionError,
    SchemaSyncError,
)
from code_analysis_db.schema import Schema

from ..unified.interface import Database
from .definitions import DEFINITION, PROJECTS, table, text


def _refers(target: str, **more: Any) -> Dict[str, Any]:
    """Return a column that refers to the key of a table."""
    references = {"table": target, "columns": ["id"]}
    return {"name": "of", "type": "INTEGER", "references": references, **more}


def test_other_tables_and_the_version_stay(database: Database) -> None:
    """They are not told as left either, also where the caller lets data be lost."""
    database.sync_schema(DEFINITION)
    before = database.export_schema()
    some = {"tables": [table("notes", text("a"))]}
    report = database.sync_schema(some, keep_others=True, allow_destructive=True)
    assert report["created_tables"] == ["notes"]
    assert report["dropped_tables"] == [] == report["left"]
    assert (report["from_version"], report["to_version"]) == ("1", "1")
    assert database.get_schema_version() == "1"
    after = database.export_schema()
    assert [t for t in after["tables"] if t["name"] != "notes"] == before["tables"]
    assert not database.sync_schema(some, keep_others=True)["changed"]
    assert len(database.get_schema_history()) == 2


def test_a_database_without_a_version_gets_none(database: Database) -> None:
    """The tables are all that there is to it."""
    some = {"tables": [PROJECTS]}
    assert database.sync_schema(some, keep_others=True)["changed"]
    assert database.get_schema_version() == ""
    assert not database.sync_schema(some, keep_others=True)["changed"]
    assert database.sync_schema({"version": "3", "tables": [PROJECTS]})["steps"] == []
    assert database.get_schema_version() == "3"


def test_a_table_may_refer_to_others(database: Database) -> None:
    """New ones and old ones, to those that are there; rows that refer to nothing are
    in the way, and are counted."""
    database.sync_schema({"tables": [PROJECTS]}, keep_others=True)
    key = database.insert("projects", {"name": "p"})
    new = {"tables": [table("notes", _refers("projects"))]}
    database.sync_schema(new, keep_others=True)
    database.insert("notes", {"of": key})
    with pytest.raises(ForeignKeyViolationError):
        database.insert("notes", {"of": 99})
    plain = table("marks", {"name": "of", "type": "INTEGER"})
    database.sync_schema({"tables": [plain]}, keep_others=True)
    mark = database.insert("marks", {"of": 99})
    database.insert("marks", {"of": key})
    old = {"tables": [table("marks", _refers("projects"))]}
    with pytest.raises(SchemaSyncError, match="in 1 row,"):
        database.sync_schema(old, keep_others=True)
    database.delete("marks", {"id": mark})
    assert database.sync_schema(old, keep_others=True)["modified_tables"] == ["marks"]
    assert database.select("marks", columns=["of"]) == [{"of": key}]


def test_others_follow_a_rename(database: Database) -> None:
    """Their foreign keys refer to the same rows as before."""
    database.sync_schema(DEFINITION)
    key = database.insert("projects", {"name": "p"})
    database.insert("files", {"project_id": key, "path": "a"})
    renamed = {**PROJECTS, "name": "plans", "renamed_from": "projects"}
    report = database.sync_schema({"tables": [renamed]}, keep_others=True)
    assert report["renamed_tables"] == {"projects": "plans"}
    whole = Schema.from_definition(database.export_schema())
    (foreign_key,) = whole.by_name["files"].foreign_keys
    assert foreign_key.table == "plans"
    assert not database.sync_schema(whole)["changed"]
    assert database.delete("plans", {"id": key}) == 1
    assert database.count("files") == 0


@pytest.mark.parametrize(
    "tables, fault",
    [
        ([table("notes", _refers("nothing"))], "unknown table 'nothing'"),
        ([table("Projects", text("a"))], "'projects' by case only"),
        (
            [
                table(
                    "n", text("a"), indexes=[{"name": "files_by_size", "columns": "a"}]
                )
            ],
            "files_by_size",
        ),
    ],
)
def test_what_does_not_fit_the_others_is_refused(
    database: Database, tables: Any, fault: str
) -> None:
    """By its name, as in a definition of all tables."""
    database.sync_schema(DEFINITION)
    before = database.export_schema()
    with pytest.raises(SchemaDefinitionError, match=fault):
        database.sync_schema({"tables": tables}, keep_others=True)
    assert database.export_schema() == before


def test_a_definition_of_some_tables_has_no_version(database: Database) -> None:
    """It would say nothing of the tables that it has not."""
    with pytest.raises(SchemaDefinitionError, match="version"):
        database.sync_schema({"version": 1, "tables": []}, keep_others=True)
