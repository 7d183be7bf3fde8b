"""A sync makes the database what the definition says, once."""

from __future__ import annotations

from typing import List

import pytest

from code_analysis_db.exceptions import (
    CheckViolationError,
    ForeignKeyViolationError,
    UniqueViolationError,
)
from code_analysis_db.progress import Progress
from code_analysis_db.schema.schema import Schema

from ..unified.interface import Database
from .definitions import DEFINITION, PROJECTS, definition


def test_a_sync_creates_the_tables_with_their_constraints(database: Database) -> None:
    """Stories 23 and 24: keys of several columns, unique keys, checks, foreign keys
    with their actions are all there."""
    report = database.sync_schema(DEFINITION)
    assert report["created_tables"] == ["files", "projects"]
    assert report["changed"] and not report["dry_run"]
    assert (report["from_version"], report["to_version"]) == ("", "1")
    assert database.list_tables() == ["files", "projects"]
    project = database.insert("projects", {"name": "p"})
    database.insert("files", {"project_id": project, "path": "a"})
    with pytest.raises(UniqueViolationError):
        database.insert("projects", {"name": "p"})
    with pytest.raises(UniqueViolationError):
        database.insert("files", {"project_id": project, "path": "a"})
    with pytest.raises(ForeignKeyViolationError):
        database.insert("files", {"project_id": project + 1, "path": "b"})
    with pytest.raises(CheckViolationError):
        database.insert("files", {"project_id": project, "path": "b", "size": -1})
    database.delete("projects", {"id": project})
    assert database.count("files") == 0


def test_the_second_sync_changes_nothing_and_says_so(database: Database) -> None:
    """Story 24: no table looks modified."""
    database.sync_schema(DEFINITION)
    report = database.sync_schema(DEFINITION)
    assert not report["changed"]
    assert report["steps"] == [] == report["created_tables"]
    assert report["modified_tables"] == [] == report["left"] == report["errors"]
    assert len(database.get_schema_history()) == 1


def test_a_dry_run_tells_and_changes_nothing(database: Database) -> None:
    """The plan has its SQL; neither tables nor version nor history come of it."""
    report = database.sync_schema(DEFINITION, dry_run=True)
    assert report["dry_run"] and report["changed"]
    assert report["created_tables"] == ["files", "projects"]
    assert any("CREATE TABLE" in sql for step in report["steps"] for sql in step["sql"])
    assert database.list_tables() == []
    assert database.get_schema_version() == ""
    assert database.get_schema_history() == []


def test_progress_is_told_to_the_caller(database: Database) -> None:
    """It comes as the same values through a process, and ends with all done."""
    told: List[Progress] = []
    report = database.sync_schema(DEFINITION, progress=told.append)
    assert report["changed"]
    assert {progress.phase for progress in told} == {"change"}
    assert told[-1].done == told[-1].total == len(report["steps"])


def test_what_progress_raises_stops_the_sync(database: Database) -> None:
    """A caller that has had enough gets its own exception, and no half of a schema
    where the database can undo definitions."""

    def refuse(_: Progress) -> None:
        """Have had enough."""
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        database.sync_schema(DEFINITION, progress=refuse)
    assert database.sync_schema(DEFINITION)["to_version"] == "1"
    assert database.list_tables() == ["files", "projects"]


def test_an_export_is_a_definition_of_the_same(database: Database) -> None:
    """The exported definition finds nothing to do, and is equal to what was synced."""
    database.sync_schema(DEFINITION)
    exported = database.export_schema()
    assert Schema.from_definition(exported).digest == (
        Schema.from_definition(DEFINITION).digest
    )
    assert exported["version"] == "1"
    assert not database.sync_schema(exported)["changed"]


def test_a_schema_written_in_python_does_as_well(database: Database) -> None:
    """``Schema`` values and definitions are the same to a sync."""
    database.sync_schema(Schema.from_definition(DEFINITION))
    assert not database.sync_schema(DEFINITION)["changed"]


def test_tables_of_before_are_left(database: Database) -> None:
    """A table that the definition has not stays where data may not be lost."""
    database.create_table(PROJECTS)
    database.insert("projects", {"name": "p"})
    report = database.sync_schema(definition("1"))
    assert report["dropped_tables"] == []
    assert [left["table"] for left in report["left"]] == ["projects"]
    assert database.count("projects") == 1
