"""Renames: which there are, and what they change."""

from __future__ import annotations

from typing import Any, Dict, Iterable

import attrs
import pytest
from hypothesis import given

from code_analysis_db.schema import Table, column_renames, table_renames
from code_analysis_db.schema.rename import may_mention, renamed_table
from code_analysis_db.schema.where_key import columns_of_where, renamed_where

from .strategies import COLUMN_NAMES, KEY_NAME, tables


def table(*names: str, **renamed: str) -> Table:
    """Return a table of such columns; ``new="old"`` adds one that was renamed."""
    columns: Iterable[Dict[str, Any]] = (
        *({"name": name, "type": "TEXT"} for name in names),
        *(
            {"name": name, "type": "TEXT", "renamed_from": former}
            for name, former in renamed.items()
        ),
    )
    return Table.from_definition({"name": "t", "columns": list(columns)})


@pytest.mark.parametrize(
    ("before", "after", "renames"),
    [
        (table("a"), table(b="a"), {"a": "b"}),
        (table("a", "b"), table(b="a"), {}),
        (table("b"), table(b="a"), {}),
        (table("a", "c"), table("c", b="a"), {"a": "b"}),
        (table("a"), table("A"), {"a": "A"}),
        (table("a"), table("b"), {}),
        (table("a", "x"), table("X", b="a"), {"a": "b", "x": "X"}),
        (table("a"), table("A", b="a"), {"a": "b"}),
    ],
)
def test_a_column_is_renamed_where_only_the_former_name_is_there(
    before: Table, after: Table, renames: Dict[str, str]
) -> None:
    """Or a name that differs by case, which SQLite and MySQL take for the same."""
    assert column_renames(before, after) == renames


def test_a_column_that_is_wanted_still_is_not_renamed() -> None:
    """Also of a table that was written in Python, and not checked."""
    before, after = table("a"), table("a", "b")
    a, b = after.columns
    after = attrs.evolve(after, columns=(a, attrs.evolve(b, renamed_from="a")))
    assert not column_renames(before, after)


def test_a_table_is_renamed_where_only_the_former_name_is_there() -> None:
    """A definition that was applied once says so still."""
    new = Table.from_definition({**table("a").to_definition(), "renamed_from": "old"})
    assert table_renames({"old", "x"}, [new, table("a")]) == {"old": "t"}
    assert not table_renames({"old", "t"}, [new])
    assert not table_renames({"x"}, [new])


def test_a_rename_is_followed_in_all_that_names_the_columns() -> None:
    """Keys, indexes and their conditions; SQL text is left as it was."""
    before = Table.from_definition(
        {
            "name": "t",
            "columns": [{"name": "a", "type": "TEXT"}, {"name": "b", "type": "TEXT"}],
            "constraints": [
                {"type": "primary_key", "columns": ["a"]},
                {"type": "unique", "columns": ["b", "a"], "name": "u"},
                {
                    "type": "foreign_key",
                    "columns": ["a"],
                    "references": {"table": "t", "columns": ["a"]},
                },
                {
                    "type": "foreign_key",
                    "columns": ["a"],
                    "references": {"table": "s", "columns": ["a"]},
                },
                {"type": "check", "expression": "a > b"},
            ],
            "indexes": [
                {"name": "i", "columns": [["a", "DESC"]], "where": {"a": "ä"}},
                {"name": "j", "columns": ["b"], "where": "a > b"},
            ],
        }
    )
    after = renamed_table(before, "s", {"a": "not"})
    assert (after.name, after.column_names) == ("s", ("not", "b"))
    assert after.primary_key == ("not",)
    assert after.uniques[0].columns == ("b", "not")
    own, other = after.foreign_keys
    assert (own.columns, own.table, own.references) == (("not",), "s", ("not",))
    assert (other.columns, other.table, other.references) == (("not",), "s", ("a",))
    assert after.checks == before.checks
    first, second = after.indexes
    assert [(c.name, c.direction) for c in first.columns] == [("not", "DESC")]
    assert first.where is not None and first.where.where == {"\\not": "ä"}
    assert second == before.indexes[1]


@given(tables())
def test_a_rename_and_its_opposite_change_nothing(drawn: Table) -> None:
    """Whatever the names are."""
    renames = {name: f"{name}\\" for name in [KEY_NAME, *COLUMN_NAMES]}
    there = renamed_table(drawn, "s", renames)
    back = {new: old for old, new in renames.items()}
    assert renamed_table(there, drawn.name, back) == drawn
    assert not set(there.column_names) & set(drawn.column_names)


_WHERE: Dict[str, Any] = {
    "a": {"gt": 1},
    "\\or": 2,
    "\\\\x": 3,
    "or": [{"a": 1, "not": {"b": 2}}, {"c": 3}],
    "and": ({"d": 1},),
}


def test_a_where_names_columns_at_every_depth() -> None:
    """By keys that may be escaped."""
    assert columns_of_where(_WHERE) == {"a", "b", "c", "d", "or", "\\x"}
    assert columns_of_where({}) == columns_of_where({"or": []}) == set()


def test_a_where_is_followed_at_every_depth() -> None:
    """A new name that would nest a condition is escaped."""
    renames = {"a": "and", "or": "x", "b": "\\b", "d": "D"}
    assert renamed_where(_WHERE, renames) == {
        "\\and": {"gt": 1},
        "x": 2,
        "\\\\x": 3,
        "or": [{"\\and": 1, "not": {"\\\\b": 2}}, {"c": 3}],
        "and": [{"D": 1}],
    }


@pytest.mark.parametrize(
    ("sql", "names", "expected"),
    [
        ('"Two words" > 0', ["two words"], True),
        ('"qu""oted" > 0', ['qu"oted'], True),
        ("`b` > 0", ["b"], True),
        ("maximum > 0", ["max"], True),
        ("a > 0", ["b"], False),
        ("a > 0", [], False),
    ],
)
def test_a_text_that_may_name_a_column_counts(
    sql: str, names: Iterable[str], expected: bool
) -> None:
    """Rather one too many than one too few."""
    assert may_mention(sql, names) is expected


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        (
            [("a", None), ("b", "a")],
            "column 'b'.renamed_from: the table has a column 'a' still",
        ),
        (
            [("b", "a"), ("c", "a")],
            "column 'c'.renamed_from: another column was 'a' already",
        ),
        ([("b", 5)], "columns[0] 'b'.renamed_from: a name must be a string, not 5"),
    ],
)
def test_a_rename_that_contradicts_another_is_refused(columns: Any, fault: str) -> None:
    """The table is told how it stands."""
    stated = [
        {"name": name, "type": "TEXT", "renamed_from": former}
        for name, former in columns
    ]
    with pytest.raises(Exception) as raised:
        Table.from_definition({"name": "t", "columns": stated})
    assert fault in str(raised.value)


def test_a_table_without_its_former_names_is_the_same_table() -> None:
    """They are written down and read, and make no difference."""
    stated = {**table(b="a").to_definition(), "renamed_from": "s"}
    read = Table.from_definition(stated)
    assert read.to_definition() == stated
    assert read.plain() == read == table("b")
    assert (read.plain().renamed_from, read.plain().columns[0].renamed_from) == (
        None,
        None,
    )
    assert table("b").plain().to_definition() == table("b").to_definition()
