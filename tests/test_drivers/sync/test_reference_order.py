"""A foreign key names the columns of a key in another order than the key has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest

from code_analysis_db.exceptions import ForeignKeyViolationError
from code_analysis_db.schema import Schema, Table

from ..unified.interface import Database
from .definitions import definition

_PARENT: Dict[str, Any] = {
    "name": "p",
    "columns": [
        {"name": "a", "type": "INTEGER", "nullable": False},
        {"name": "b", "type": "TEXT", "length": 20, "nullable": False},
    ],
    "constraints": [{"type": "unique", "columns": ["b", "a"]}],
}


def _child(*pairs: str, **more: Any) -> Dict[str, Any]:
    """Return a table whose foreign key, if there are pairs, has them in this order."""
    key = {
        "type": "foreign_key",
        "columns": [f"{name} of" for name in pairs],
        "references": {"table": "p", "columns": list(pairs)},
    }
    return {
        "name": "c",
        "columns": [
            {"name": "a of", "type": "INTEGER"},
            {"name": "b of", "type": "TEXT", "length": 20},
            {"name": "n", "type": "INTEGER"},
        ],
        "constraints": [key] if pairs else [],
        **more,
    }


def _assert_refers(database: Database) -> None:
    """See that the key works, by each of its pairs."""
    if not database.count("p"):
        database.insert("p", {"a": 1, "b": "x"})
    database.insert("c", {"a of": 1, "b of": "x"})
    with pytest.raises(ForeignKeyViolationError):
        database.insert("c", {"a of": 1, "b of": "y"})


def _tables(wanted: Dict[str, Any]) -> Dict[str, Table]:
    """Return the tables of a definition by their names."""
    return dict(Schema.from_definition(wanted).by_name)


def _digest(wanted: Dict[str, Any]) -> str:
    """Return the digest of a definition."""
    return Schema.from_definition(wanted).digest


def test_a_new_table_refers_in_another_order(database: Database) -> None:
    """It is made so, says so, and is no other the second time or the other way."""
    wanted = definition("1", _PARENT, _child("a", "b"))
    database.sync_schema(wanted)
    _assert_refers(database)
    assert _tables(database.export_schema()) == _tables(wanted)
    other = definition("1", _PARENT, _child("b", "a"))
    assert _digest(other) == _digest(wanted)
    for same in (wanted, other):
        report = database.sync_schema(same)
        assert not report["changed"], report["steps"]


def test_a_table_gets_and_loses_such_a_key(database: Database) -> None:
    """It is added to a table with rows, survives a change beside it, and goes."""
    database.sync_schema(definition("1", _PARENT, _child()))
    database.insert("p", {"a": 1, "b": "x"})
    database.insert("c", {"a of": 1, "b of": "x"})
    database.sync_schema(definition("2", _PARENT, _child("a", "b")))
    _assert_refers(database)
    indexed = _child("b", "a", indexes=[{"name": "by_n", "columns": ["n"]}])
    wanted = definition("3", _PARENT, indexed)
    database.sync_schema(wanted)
    _assert_refers(database)
    assert not database.sync_schema(wanted)["changed"]
    database.sync_schema(definition("4", _PARENT, _child()), allow_destructive=True)
    database.insert("c", {"a of": 7, "b of": "nobody"})


def test_create_table_refers_in_another_order(database: Database) -> None:
    """A table alone is made so as well, and a stranger's change does not matter."""
    database.create_table(_PARENT)
    database.create_table(_child("a", "b"))
    _assert_refers(database)
    database.execute("CREATE INDEX strange ON c (n)")
    wanted = definition("1", _PARENT, _child("a", "b"))
    steps = database.sync_schema(wanted)["steps"]
    assert "FOREIGN KEY" not in str(steps).upper()
    assert database.sync_schema(wanted)["steps"] == []


def test_the_index_of_such_a_key_stays(database: Database) -> None:
    """A unique key of the referring table serves the foreign key, and may go."""
    unique = {"type": "unique", "columns": ["b of", "a of"]}
    child = _child("a", "b")
    served = {**child, "constraints": [*child["constraints"], unique]}
    database.sync_schema(definition("1", _PARENT, served))
    wanted = definition("2", _PARENT, child)
    database.sync_schema(wanted, allow_destructive=True)
    _assert_refers(database)
    database.insert("c", {"a of": 1, "b of": "x"})
    assert not database.sync_schema(wanted)["changed"]


def test_a_backup_restores_such_a_key(database: Database, tmp_path: Path) -> None:
    """A restore makes the key anew, and the definition is the same."""
    wanted = definition("1", _PARENT, _child("a", "b"))
    database.sync_schema(wanted)
    database.insert("p", {"a": 1, "b": "x"})
    path = database.backup(str(tmp_path))
    database.sync_schema({"version": "2", "tables": []}, allow_destructive=True)
    database.restore(path)
    _assert_refers(database)
    assert _tables(database.export_schema()) == _tables(wanted)
    assert not database.sync_schema(wanted)["changed"]


def test_a_key_in_each_order(database: Database) -> None:
    """The key that is referred to is there in both orders; one of them may go."""
    text = {"type": "TEXT", "nullable": False}
    uniques = [{"type": "unique", "columns": list(names)} for names in ("ba", "ab")]
    parent = {
        "name": "p",
        "columns": [{"name": "a", **text}, {"name": "b", **text}],
        "constraints": uniques,
    }
    child = _child("a", "b")
    child["columns"][:2] = [{"name": f"{name} of", "type": "TEXT"} for name in "ab"]
    both = definition("1", {**parent, "constraints": uniques}, child)
    for left in uniques:
        database.sync_schema(both)
        assert not database.sync_schema(both)["changed"]
        one = definition("1", {**parent, "constraints": [left]}, child)
        database.sync_schema(one, allow_destructive=True)
        assert not database.sync_schema(one)["changed"]
