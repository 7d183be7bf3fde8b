"""What is to happen to a table so that it becomes another."""

from __future__ import annotations

from typing import List, Mapping, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.schema import ColumnChange, Table, column_renames, compare_tables

from .applied import applied
from .parts import COLUMNS, foreign_key, parts_of, table
from .strategies import tables


def test_columns_are_added_dropped_and_changed_in_their_order() -> None:
    """The order itself is no difference."""
    before = table(columns=[*COLUMNS, {"name": "x", "type": "DATE"}])
    changed = {"name": "b", "type": "INTEGER", "nullable": False}
    new = [{"name": n, "type": "TEXT"} for n in ("z", "y")]
    after = table(columns=[changed, *new, COLUMNS[0]])
    assert parts_of(compare_tables(before, after)) == {
        "added_columns": after.columns[1:3],
        "dropped_columns": (before.by_name["a"], before.by_name["x"]),
        "changed_columns": (ColumnChange(before.by_name["b"], after.by_name["b"]),),
    }
    turned = attrs.evolve(before, columns=before.columns[::-1])
    assert compare_tables(before, turned).is_empty


def test_zeros_of_both_signs_are_two_defaults() -> None:
    """They are equal in Python, and not the same value."""
    above, below = (
        table(columns=[{"name": "r", "type": "REAL", "default": zero}])
        for zero in (0.0, -0.0)
    )
    assert len(compare_tables(above, below).changed_columns) == 1
    assert compare_tables(below, below).is_empty


def test_a_column_of_a_foreign_type_changes_though_it_is_described_the_same() -> None:
    """Its type in the database is told with it, by the name that it had."""
    before = table()
    columns = [COLUMNS[0], {"name": "c", "type": "TEXT"}, COLUMNS[2]]
    difference = compare_tables(
        before, table(columns=columns), {"a": "c"}, {"a": "varchar(9)"}
    )
    (change,) = difference.changed_columns
    assert change.native == "varchar(9)"
    assert (change.before.name, change.after.name) == ("a", "c")


def keyed(columns: List[str], kind: str = "TEXT", **said: Any) -> Table:
    """Return a table whose primary key is over some of ``a`` and ``b``."""
    constraints = [{"type": "primary_key", "columns": columns, **said}]
    return Table.from_definition(
        {
            "name": "t",
            "columns": [
                {"name": name, "type": kind, "nullable": False} for name in "ab"
            ],
            "constraints": constraints if columns else [],
        }
    )


@pytest.mark.parametrize(
    ("before", "after", "is_new"),
    [
        (keyed(["a"]), keyed(["b"]), True),
        (keyed([]), keyed(["b"]), True),
        (keyed(["a"]), keyed([]), True),
        (keyed(["a", "b"]), keyed(["b", "a"]), True),
        (keyed(["a"]), keyed(["a"], name="k"), True),
        (keyed(["a"], name="j"), keyed(["a"], name="k"), True),
        (keyed(["a"], name="j"), keyed(["a"]), False),
        (keyed(["a"], name="k"), keyed(["a"], name="k"), False),
        (keyed(["a"], name="PRIMARY"), keyed(["a"], name="k"), False),
        (keyed(["a"], "INTEGER"), keyed(["a"], "INTEGER", name="k"), False),
    ],
)
def test_a_primary_key_is_new_by_its_columns_or_by_a_name_that_is_asked_for(
    before: Table, after: Table, is_new: bool
) -> None:
    """MySQL knows no names of them, and a column that numbers the rows has none."""
    assert compare_tables(before, after).has_new_primary_key is is_new


def test_a_primary_key_whose_column_is_renamed_is_the_same() -> None:
    """The database follows."""
    before = keyed(["a"])
    definition = before.to_definition()
    definition["columns"][0]["name"] = "c"
    definition["constraints"][0]["columns"] = ["c"]
    difference = compare_tables(before, Table.from_definition(definition), {"a": "c"})
    assert parts_of(difference) == {"renamed_columns": {"a": "c"}}


def test_a_table_of_another_name_is_renamed() -> None:
    """With the foreign keys that refer to itself."""
    before = table(foreign_key("t"))
    definition = table(foreign_key("s")).to_definition()
    difference = compare_tables(
        before, Table.from_definition({**definition, "name": "s"})
    )
    assert difference.renamed_to == "s" and not parts_of(difference)
    assert not difference.is_empty


@given(tables())
def test_a_table_does_not_differ_from_itself(drawn: Table) -> None:
    """Nor from itself with its columns in another order."""
    turned = attrs.evolve(drawn, columns=drawn.columns[::-1])
    assert compare_tables(drawn, drawn).is_empty
    assert compare_tables(drawn, turned).is_empty


@given(tables(), tables(), st.booleans())
def test_what_is_said_to_happen_makes_the_table_that_is_wanted(
    before: Table, after: Table, is_renamed: bool
) -> None:
    """All of it, and of what stays nothing is lost."""
    renames: Mapping[str, str] = {}
    if is_renamed:
        free = [c.name for c in before.columns if c.name not in after.by_name]
        columns = [
            attrs.evolve(
                column,
                renamed_from=(
                    free.pop() if free and column.name not in before.by_name else None
                ),
            )
            for column in after.columns
        ]
        after = attrs.evolve(after, name="s", columns=tuple(columns))
        renames = column_renames(before, after)
    made = applied(compare_tables(before, after, renames))
    assert compare_tables(made, after).is_empty
    assert sorted(made.columns, key=repr) == sorted(after.columns, key=repr)
    assert sorted(made.indexes, key=repr) == sorted(after.indexes, key=repr)
    assert len(made.uniques) == len(after.uniques)
    assert len(made.checks) == len(after.checks)
