"""What stands on a table and does not let it be changed: views and checks."""

from __future__ import annotations

from typing import Any, Dict, Iterator

import pytest

from code_analysis_db.exceptions import DriverError, SchemaSyncError

from ..unified.interface import Database
from ..unified.place import Place
from .definitions import definition, table, text

_NUMBER = {"name": "b", "type": "INTEGER"}
_CHECK = {"type": "check", "expression": "b > 0"}
_ROW = {"id": 1, "a": "x", "b": 5}


@pytest.fixture
def viewed(database: Database) -> Iterator[Database]:
    """A database with a table and a view over its column b."""
    database.sync_schema(definition("1", table("t", text("a"), _NUMBER)))
    database.insert("t", _ROW)
    database.execute("CREATE VIEW seen AS SELECT b FROM t")
    yield database
    database.execute("DROP VIEW seen")


@pytest.mark.parametrize(
    "wanted",
    [table("t", text("a")), table("t", text("a"), text("b"))],
    ids=["dropped", "retyped"],
)
def test_a_view_is_in_the_way_of_its_column(
    viewed: Database, place: Place, wanted: Dict[str, Any]
) -> None:
    """It is named, and all is as it was, where the database knows what a view reads;
    MySQL lets it stand, and a view without its column fails whoever reads it.

    SQLite's views read a column of another type as well as the former one.
    """
    after = definition("2", table("new"), wanted)
    is_dropped = len(wanted["columns"]) == 2
    dialect = place.dialect
    is_refused = dialect.has_transactional_ddl and (
        is_dropped or dialect.alters_in_place
    )
    if is_refused:
        before = viewed.export_schema()
        with pytest.raises(SchemaSyncError, match="'t'.*seen.*drop or change") as error:
            viewed.sync_schema(after, allow_destructive=True)
        assert error.value.table in ("t", None)
        assert viewed.export_schema() == before
        assert viewed.select("t") == [_ROW]
        assert viewed.select("seen") == [{"b": 5}]
        return
    assert viewed.sync_schema(after, allow_destructive=True)["changed"]
    if is_dropped:
        with pytest.raises(DriverError):
            viewed.execute("SELECT * FROM seen")
    else:
        assert viewed.execute("SELECT b FROM seen")["data"] == [{"b": "5"}]


def test_a_check_that_does_not_fit_the_new_type(database: Database) -> None:
    """Where the server compares no text with a number, it says so; nothing changes."""
    old = table("t", text("a"), _NUMBER, constraints=[_CHECK])
    database.sync_schema(definition("1", old))
    database.insert("t", _ROW)
    before = database.export_schema()
    new = definition("2", table("t", text("a"), text("b"), constraints=[_CHECK]))
    told = database.sync_schema(new, allow_destructive=True, dry_run=True)["errors"]
    try:
        database.sync_schema(new, allow_destructive=True)
    except SchemaSyncError as error:
        assert "'t'" in error.message
        assert "drop or change" in error.message
        assert told == [error.message]
        assert database.export_schema() == before
        assert database.select("t") == [_ROW]
    else:
        assert not told
        assert database.select("t") == [{**_ROW, "b": "5"}]
        assert database.sync_schema(new)["steps"] == []
