"""Tables that refer to each other in a circle, and change together."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List

import pytest

from code_analysis_db.exceptions import ForeignKeyViolationError
from code_analysis_db.schema import Schema

from ..unified.interface import Database
from .definitions import definition, table, text


def _refers(name: str, target: str, **more: Any) -> Dict[str, Any]:
    """Return a column that refers to the key of a table."""
    references = {"table": target, "columns": ["id"]}
    return {"name": name, "type": "INTEGER", "references": references, **more}


_BEFORE = definition(
    "1",
    table("a", text("x"), _refers("b_id", "b"), _refers("a_id", "a")),
    table("b", text("x"), _refers("a_id", "a")),
)


@pytest.fixture
def circle(database: Database) -> Iterator[Database]:
    """A database with two tables that refer to each other, and a row in each."""
    database.sync_schema(_BEFORE)
    key = database.insert("a", {"x": "1"})
    other = database.insert("b", {"x": "2", "a_id": key})
    database.update("a", {"id": key}, {"b_id": other, "a_id": key})
    yield database
    database.sync_schema(definition("9"), allow_destructive=True)


_CHANGES: List[List[Dict[str, Any]]] = [
    [
        table(
            "c",
            text("y", renamed_from="x", nullable=False),
            _refers("b_id", "b"),
            _refers("a_id", "c"),
            renamed_from="a",
        ),
        table("b", text("x", unique=True), _refers("a_id", "c")),
    ],
    [
        table(
            "c",
            text("x"),
            _refers("b_id", "d"),
            _refers("c_id", "c", renamed_from="a_id"),
            renamed_from="a",
        ),
        table("d", text("x", nullable=False), _refers("a_id", "c"), renamed_from="b"),
    ],
]


@pytest.mark.parametrize("tables", _CHANGES)
def test_a_circle_changes_with_renames(
    circle: Database, tables: List[Dict[str, Any]]
) -> None:
    """The rows refer to each other after it as before."""
    first, second = (one["name"] for one in tables)
    wanted = definition("2", *tables)
    report = circle.sync_schema(wanted, allow_destructive=True)
    assert report["errors"] == []
    exported = Schema.from_definition(circle.export_schema())
    assert exported.digest == Schema.from_definition(wanted).digest
    assert not circle.sync_schema(wanted)["changed"]
    (row,) = circle.select(first)
    assert row["b_id"] == 1
    assert circle.select(second, columns=["x", "a_id"]) == [{"x": "2", "a_id": 1}]
    for name, column in ((first, "b_id"), (second, "a_id")):
        with pytest.raises(ForeignKeyViolationError):
            circle.update(name, {"id": 1}, {column: 99})
    with pytest.raises(ForeignKeyViolationError):
        circle.delete(second, {"id": 1})


def test_a_circle_is_dropped(circle: Database) -> None:
    """No table of it is the first to go."""
    report = circle.sync_schema(definition("2"), allow_destructive=True)
    assert report["dropped_tables"] == ["a", "b"]
    assert circle.list_tables() == []
