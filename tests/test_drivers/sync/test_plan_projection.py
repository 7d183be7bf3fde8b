"""What is counted where the columns concerned are new or get another type as well."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import SchemaSyncError

from ..unified.interface import Database
from .definitions import definition, table, text

_TEXT = text("c")
_CHECK = {"type": "check", "expression": "c > 1"}
_REFERENCE = {
    "type": "foreign_key",
    "columns": ["c"],
    "references": {"table": "parent", "columns": ["id"]},
}


def _told(database: Database, wanted: Dict[str, Any]) -> List[str]:
    """Return what is in the way of a change that may narrow."""
    before = database.export_schema()
    report = database.sync_schema(wanted, dry_run=True, allow_destructive=True)
    with pytest.raises(SchemaSyncError):
        database.sync_schema(wanted, allow_destructive=True)
    assert database.export_schema() == before
    told: List[str] = report["errors"]
    return told


def _filled(database: Database, values: List[Any], **column: Any) -> None:
    """Make tables parent (1 and 2 are in it) and t, whose column c has values."""
    old = table("t", {"name": "c", **column}) if column else table("t", text("x"))
    database.sync_schema(definition("1", table("parent", text("a")), old))
    database.insert_many("parent", [{"id": 1}, {"id": 2}])
    name = "c" if column else "x"
    database.insert_many("t", [{name: value} for value in values])


def _wanted(column: Dict[str, Any], **more: Any) -> Dict[str, Any]:
    """Return the definition in which table t has the column."""
    has = [text("x")] if "default" in column else []
    return definition("2", table("parent", text("a")), table("t", *has, column, **more))


_NEW = {"name": "c", "type": "INTEGER", "default": 1}
_NUMBER = {"name": "c", "type": "INTEGER"}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"constraints": [_CHECK]}, "check (c > 1) of table 't' fails in 3 rows"),
        (
            {"constraints": [{"type": "unique", "columns": ["c"]}]},
            "column 'c' of table 't' is the same as in another row in 3 rows",
        ),
        (
            {"indexes": [{"name": "i", "columns": ["x", "c"], "unique": True}]},
            "the group of columns 'x', 'c' of table 't' is the same as in another row"
            " in 2 rows",
        ),
    ],
)
def test_a_new_column_has_its_default(
    database: Database, more: Dict[str, Any], told: str
) -> None:
    """In every row that is there."""
    _filled(database, ["p", "p", "q"])
    (found,) = _told(database, _wanted(_NEW, **more))
    assert found.startswith(told)


def test_the_default_of_a_new_column_refers_to_a_row(database: Database) -> None:
    """Or to none."""
    _filled(database, ["p", "q"])
    wanted = _wanted({**_NEW, "default": 7}, constraints=[_REFERENCE])
    (found,) = _told(database, wanted)
    assert "refers to no row of table 'parent' in 2 rows" in found
    wanted = _wanted({**_NEW, "default": 2}, constraints=[_REFERENCE])
    assert database.sync_schema(wanted)["modified_tables"] == ["t"]
    rows = database.select("t", columns=["c"])
    assert rows == [{"c": 2}, {"c": 2}]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"constraints": [_CHECK]}, "check (c > 1) of table 't' fails in 2 rows"),
        (
            {"constraints": [{"type": "unique", "columns": ["c"]}]},
            "column 'c' of table 't' is the same as in another row in 2 rows",
        ),
        (
            {"constraints": [_REFERENCE]},
            "column 'c' of table 't' refers to no row of table 'parent' in 1 row",
        ),
        (
            {"indexes": [{"name": "i", "columns": ["c"], "unique": True}]},
            "column 'c' of table 't' is the same as in another row in 2 rows",
        ),
    ],
)
def test_texts_that_become_numbers_are_looked_at_as_numbers(
    database: Database, more: Dict[str, Any], told: str
) -> None:
    """10 is more than 1, which text is not; NULL is no twin."""
    _filled(database, ["1", "1", "10", None, None], type="TEXT", length=50)
    (found,) = _told(database, _wanted(_NUMBER, **more))
    assert found.startswith(told)


def test_texts_that_do_not_fit_are_counted_beside_the_others(
    database: Database,
) -> None:
    """What is no number is no twin and refers to nothing."""
    _filled(database, ["x", "x", "y", "5", "5"], type="TEXT", length=50)
    unique = {"type": "unique", "columns": ["c"]}
    found = _told(database, _wanted(_NUMBER, constraints=[unique, _REFERENCE]))
    assert len(found) == 3
    assert "has a value that is no INTEGER in 3 rows" in found[0]
    assert "same as in another row in 2 rows" in found[1]
    assert "refers to no row of table 'parent' in 2 rows" in found[2]


def test_different_texts_under_a_key_that_stays_are_the_same_number(
    database: Database,
) -> None:
    """The unique key is not new, and yet they cannot both be in it."""
    unique = {"type": "unique", "columns": ["c"]}
    database.sync_schema(definition("1", table("t", _TEXT, constraints=[unique])))
    database.insert_many("t", [{"c": "1.5"}, {"c": "1.50"}, {"c": "2"}])
    number = {"name": "c", "type": "DECIMAL", "precision": 8, "scale": 2}
    wanted = definition("2", table("t", number, constraints=[unique]))
    (found,) = _told(database, wanted)
    assert "same as in another row in 2 rows" in found
    database.delete("t", {"c": "1.50"})
    database.sync_schema(wanted, allow_destructive=True)
    rows = database.select("t", columns=["c"], order_by=["id"])
    assert rows == [{"c": Decimal("1.50")}, {"c": Decimal("2.00")}]


def test_texts_are_the_same_by_their_characters(database: Database) -> None:
    """Case, accents and blanks at the end make them different."""
    texts = ["a", "A", "ä", "a ", "a\u0301", "ａ"]
    _filled(database, texts, type="TEXT", length=50)
    unique = {"type": "unique", "columns": ["c"]}
    wanted = _wanted(_TEXT, constraints=[unique])
    database.insert("t", {"c": "A"})
    (found,) = _told(database, wanted)
    assert "same as in another row in 2 rows" in found
    database.delete("t", {"id": 7})
    assert database.sync_schema(wanted)["changed"]


def test_json_that_becomes_text_in_a_key_is_not_too_long(database: Database) -> None:
    """Two texts of a key have half of its room each."""
    _filled(database, [["x" * 400], ["y"]], type="JSON")
    unique = {"type": "unique", "columns": ["c", "x"]}
    wanted = definition(
        "2",
        table("parent", text("a")),
        table("t", {"name": "c", "type": "TEXT"}, text("x"), constraints=[unique]),
    )
    (found,) = _told(database, wanted)
    assert "takes 350 characters, and has more in 1 row" in found
    database.delete("t", {"id": 1})
    database.sync_schema(wanted)
    assert database.select("t", columns=["c"]) == [{"c": '["y"]'}]


def test_a_new_primary_key_has_a_value_of_its_own_for_each_row(
    database: Database,
) -> None:
    """NULLs are told beside what is the same."""
    columns = [text("a"), {"name": "n", "type": "INTEGER"}]
    database.sync_schema(definition("1", {"name": "t", "columns": columns}))
    rows = [("x", 1), ("x", 1), ("y", None), (None, 2)]
    database.insert_many("t", [{"a": a, "n": n} for a, n in rows])
    key = {"type": "primary_key", "columns": ["a", "n"]}
    wanted = definition("2", {"name": "t", "columns": columns, "constraints": [key]})
    found = _told(database, wanted)
    assert ["in 1 row" in told for told in found] == [True, True, False]
    assert "'a', 'n' of table 't' is the same as in another row in 2 rows" in found[2]
    database.delete("t", {"or": [{"a": None}, {"n": None}, {"a": "x"}]})
    database.insert("t", {"a": "x", "n": 1})
    assert database.sync_schema(wanted)["changed"]
    assert database.count("t") == 1
