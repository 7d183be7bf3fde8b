"""The version of a schema, and the history of syncs."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from code_analysis_db.exceptions import SchemaDefinitionError, SchemaVersionError

from ..unified.interface import Database
from .definitions import DEFINITION, PROJECTS, definition


def test_the_version_is_stored(database: Database) -> None:
    """The definition's own."""
    database.sync_schema(DEFINITION)
    assert database.get_schema_version() == "1"


def test_a_definition_without_version_has_one_of_its_content(
    database: Database,
) -> None:
    """A digest, which differs where the tables do."""
    database.sync_schema({"tables": [PROJECTS]})
    version = database.get_schema_version()
    assert version.startswith("sha256:")
    assert not database.sync_schema({"tables": [PROJECTS]})["changed"]


def test_a_new_version_of_the_same_tables_is_a_change(database: Database) -> None:
    """Without steps, but written down."""
    database.sync_schema(DEFINITION)
    report = database.sync_schema({**DEFINITION, "version": "1.1"})
    assert report["changed"] and report["steps"] == []
    assert database.get_schema_version() == "1.1"
    assert [entry["to_version"] for entry in database.get_schema_history()] == [
        "1",
        "1.1",
    ]


def test_a_database_that_is_newer_is_refused(database: Database) -> None:
    """An old program does not take a new database back; 1.10 is newer than 1.9."""
    database.sync_schema({**DEFINITION, "version": "1.10"})
    with pytest.raises(SchemaVersionError, match=r"'1\.10'.*newer.*'1\.9'"):
        database.sync_schema(definition("1.9"), allow_destructive=True)
    assert database.list_tables() == ["files", "projects"]
    assert database.get_schema_version() == "1.10"
    report = database.sync_schema(definition("1.9"), dry_run=True)
    assert "newer" in report["errors"][0]


def test_the_history_tells_of_each_sync(database: Database) -> None:
    """When, from where, to where, what, how long, and what came of it."""
    before = datetime.now(timezone.utc) - timedelta(seconds=1)
    report = database.sync_schema(DEFINITION)
    (entry,) = database.get_schema_history()
    assert before < entry["started_at"] <= datetime.now(timezone.utc)
    assert (entry["from_version"], entry["to_version"]) == ("", "1")
    assert entry["steps"] == report["steps"]
    assert entry["seconds"] > 0
    assert entry["outcome"] == "applied"


def test_a_definition_with_faults_names_them_all(database: Database) -> None:
    """Before the database is looked at."""
    faulty = definition(
        "1",
        {"name": "a", "columns": [{"name": "x", "type": "NOTHING"}]},
        {"name": "a", "columns": []},
    )
    with pytest.raises(SchemaDefinitionError) as caught:
        database.sync_schema(faulty)
    assert "NOTHING" in str(caught.value) and "tables[1]" in str(caught.value)
    assert database.list_tables() == []
