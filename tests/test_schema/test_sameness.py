"""When a constraint or an index is the one that is there, and when it is another."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from code_analysis_db.schema import compare_tables

from .parts import COLUMNS, check, foreign_key, index, parts_of, table, unique

_SAME = [
    pytest.param(unique("a", name="u"), unique("a"), id="unique"),
    pytest.param(foreign_key(name="f"), foreign_key(), id="foreign key"),
    pytest.param(check(name="c"), check(), id="check"),
    pytest.param(
        foreign_key(), foreign_key(on_delete="NO ACTION"), id="action that is said"
    ),
    pytest.param(
        foreign_key(on_update="NO ACTION"), foreign_key(), id="action that is not said"
    ),
    pytest.param(
        foreign_key({"table": "other", "columns": ["id"]}),
        foreign_key(),
        id="reference that is understood",
    ),
    pytest.param(check(" b > 0 "), check(), id="blanks around a check"),
]


@pytest.mark.parametrize(("there", "wanted"), _SAME)
def test_what_means_the_same_is_no_difference(
    there: Dict[str, Any], wanted: Dict[str, Any]
) -> None:
    """A name that is not asked for is any name; a default that is said is none."""
    keys = {"other": ("id",)}
    assert compare_tables(
        table(there), table(wanted), keys_before=keys, keys_after=keys
    ).is_empty


_OTHERS = [
    pytest.param(unique("a", name="u"), unique("a", name="v"), "uniques", id="name"),
    pytest.param(unique("a"), unique("a", name="v"), "uniques", id="name that is new"),
    pytest.param(unique("a"), unique("a", "b"), "uniques", id="columns"),
    pytest.param(unique("a", "b"), unique("b", "a"), "uniques", id="order of columns"),
    pytest.param(
        foreign_key(), foreign_key("third"), "foreign_keys", id="table referred to"
    ),
    pytest.param(
        foreign_key(),
        foreign_key({"table": "other", "columns": ["x"]}),
        "foreign_keys",
        id="columns referred to",
    ),
    pytest.param(
        foreign_key(),
        foreign_key(on_delete="CASCADE"),
        "foreign_keys",
        id="action on delete",
    ),
    pytest.param(
        foreign_key(on_update="CASCADE"),
        foreign_key(),
        "foreign_keys",
        id="action on update",
    ),
    pytest.param(
        foreign_key(name="f"), foreign_key(name="g"), "foreign_keys", id="key's name"
    ),
    pytest.param(check(), check("b > 1"), "checks", id="expression"),
    pytest.param(check(name="c"), check(name="d"), "checks", id="check's name"),
]


@pytest.mark.parametrize(("there", "wanted", "kind"), _OTHERS)
def test_a_constraint_that_is_another_is_dropped_and_added(
    there: Dict[str, Any], wanted: Dict[str, Any], kind: str
) -> None:
    """What goes is as it was there, what comes as it is wanted."""
    before, after = table(there), table(wanted)
    keys = {"other": ("id",)}
    difference = compare_tables(before, after, keys_before=keys, keys_after=keys)
    assert parts_of(difference) == {
        f"dropped_{kind}": getattr(before, kind),
        f"added_{kind}": getattr(after, kind),
    }


def test_a_constraint_that_is_wanted_by_name_chooses_first() -> None:
    """Else the unnamed one would take it, and both would be made anew."""
    there = table(check(name="c"), check(name="d"))
    wanted = table(check(), check(name="c"))
    assert compare_tables(there, wanted).is_empty


def test_each_constraint_there_serves_one_that_is_wanted() -> None:
    """Two that are alike need two."""
    difference = compare_tables(table(check(name="c")), table(check(), check()))
    assert parts_of(difference) == {"added_checks": table(check()).checks}


def test_a_reference_means_another_column_where_the_primary_key_is_another() -> None:
    """The foreign key is made anew with the key that it refers to."""
    difference = compare_tables(
        table(foreign_key()),
        table(foreign_key()),
        keys_before={"other": ("id",)},
        keys_after={"other": ("x",)},
    )
    assert set(parts_of(difference)) == {"dropped_foreign_keys", "added_foreign_keys"}


def test_a_reference_to_the_own_table_means_its_own_primary_key() -> None:
    """It needs to be told of no other table."""
    stated = table(foreign_key({"table": "t", "columns": ["id"]}))
    assert compare_tables(table(foreign_key("t")), stated).is_empty


_INDEXES = [
    pytest.param(index(), index(unique=True), id="unique"),
    pytest.param(index(), index(columns=[["a", "DESC"]]), id="direction"),
    pytest.param(index(), index(columns=["b"]), id="columns"),
    pytest.param(index(), index(name="j"), id="name"),
    pytest.param(index(), index(fulltext=True), id="fulltext"),
    pytest.param(index(), index("b > 0"), id="partial"),
    pytest.param(index("b > 0"), index(), id="no longer partial"),
    pytest.param(index("b > 0"), index("b > 1"), id="text"),
    pytest.param(index({"b": 0}), index({"b": 1}), id="condition"),
    pytest.param(index({"b": 0}), index("b = 0"), id="condition as text"),
    pytest.param(index("b = 0"), index({"b": 0}), id="text as condition"),
]


@pytest.mark.parametrize(("there", "wanted"), _INDEXES)
def test_an_index_that_is_another_is_dropped_and_added(
    there: Dict[str, Any], wanted: Dict[str, Any]
) -> None:
    """No database alters one."""
    before, after = table(indexes=[there]), table(indexes=[wanted])
    assert parts_of(compare_tables(before, after)) == {
        "dropped_indexes": before.indexes,
        "added_indexes": after.indexes,
    }


@pytest.mark.parametrize(
    ("there", "wanted"),
    [("b > 0", " b > 0\n"), ({"a": "x", "b": 0}, {"b": 0, "a": "x"})],
)
def test_a_condition_that_is_only_written_otherwise_is_the_same(
    there: Any, wanted: Any
) -> None:
    """Neither the order of a dict's keys nor blanks around a text count."""
    before, after = table(indexes=[index(there)]), table(indexes=[index(wanted)])
    assert compare_tables(before, after).is_empty


@pytest.mark.parametrize("name", [None, "i"])
def test_a_unique_index_and_a_constraint_are_one_thing_where_the_database_says_so(
    name: str,
) -> None:
    """Neither way is anything made anew; elsewhere both are."""
    by_index = table(indexes=[index(unique=True)])
    by_name, stated = table(unique("a", name="i")), table(unique("a", name=name))
    for before, after in ((by_index, stated), (by_name, by_index)):
        assert not compare_tables(before, after).is_empty
        assert compare_tables(before, after, has_one_kind_of_unique=True).is_empty


@pytest.mark.parametrize(
    "other",
    [
        index(unique=True, where="b > 0"),
        index(unique=True, columns=[["a", "DESC"]]),
        index(unique=True, columns=["a", "b"]),
        index(unique=True, name="j"),
        index(),
    ],
)
def test_an_index_that_no_constraint_makes_is_no_constraint(
    other: Dict[str, Any],
) -> None:
    """Nor is one of another name."""
    by_index, by_name = table(indexes=[other]), table(unique("a", name="i"))
    for before, after in ((by_index, by_name), (by_name, by_index)):
        difference = compare_tables(before, after, has_one_kind_of_unique=True)
        assert len(parts_of(difference)) == 2


def test_a_column_that_was_renamed_is_exchanged_under_its_new_name() -> None:
    """The unique index over it becomes a unique constraint, and the other way."""
    columns = [*COLUMNS[:1], {"name": "c", "type": "TEXT"}, COLUMNS[2]]
    before = table(indexes=[index(unique=True)])
    after = table(unique("c", name="i"), columns=columns)
    for there, wanted, renames in (
        (before, after, {"a": "c"}),
        (after, before, {"c": "a"}),
    ):
        difference = compare_tables(there, wanted, renames, has_one_kind_of_unique=True)
        assert parts_of(difference) == {"renamed_columns": renames}


_RETYPED = [COLUMNS[0], {"name": "a", "type": "TEXT"}, {"name": "b", "type": "REAL"}]


@pytest.mark.parametrize(
    "parts",
    [
        {"constraints": [check("b > 0")]},
        {"constraints": [check('"b" > 0')]},
        {"indexes": [index("B > 0")]},
        {"indexes": [index({"or": [{"b": 0}, {"a": "x"}]})]},
        {"constraints": [foreign_key()]},
    ],
)
def test_what_is_about_a_column_of_another_type_is_made_anew(
    parts: Dict[str, Any],
) -> None:
    """What it says of values is said of other values."""
    difference = compare_tables(table(**parts), table(**{**parts, "columns": _RETYPED}))
    assert len(parts_of(difference)) == 3


def test_what_is_about_a_column_of_a_foreign_type_is_made_anew() -> None:
    """It gets another type in the database, whatever it is described as."""
    there = table(check("b > 0"))
    difference = compare_tables(there, there, native={"b": "varchar(9)"})
    assert set(parts_of(difference)) == {
        "changed_columns",
        "dropped_checks",
        "added_checks",
    }


def test_a_text_that_names_what_was_renamed_is_made_anew() -> None:
    """It meant the column that is called otherwise now, and means a new one."""
    there = table(check("a > 'x'"), check("b > 0"))
    columns = [*COLUMNS, {"name": "c", "type": "TEXT"}]
    wanted = table(check("a > 'x'"), check("b > 0"), columns=columns)
    difference = compare_tables(there, wanted, {"a": "c"})
    assert parts_of(difference) == {
        "renamed_columns": {"a": "c"},
        "added_columns": (wanted.by_name["a"],),
        "dropped_checks": there.checks[:1],
        "added_checks": wanted.checks[:1],
    }


def test_what_is_about_other_columns_stays() -> None:
    """A condition's dict names its columns, a text may."""
    parts = {"indexes": [index({"a": "b"})], "constraints": [check("a > 'x'")]}
    difference = compare_tables(table(**parts), table(**{**parts, "columns": _RETYPED}))
    assert set(parts_of(difference)) == {"changed_columns"}


def test_a_condition_about_a_retyped_column_with_a_quote_in_its_name() -> None:
    """A dict is read as one, not looked through as text."""
    where, names = {'q"': 0}, ("INTEGER", "REAL")
    before, after = (
        table(columns=[*COLUMNS, {"name": 'q"', "type": kind}], indexes=[index(where)])
        for kind in names
    )
    assert compare_tables(before, after).added_indexes == after.indexes


def test_longer_text_leaves_what_is_about_it() -> None:
    """Its values are of the same kind."""
    parts = {"constraints": [check("a > 'x'")], "indexes": [index({"a": "x"})]}
    longer = [COLUMNS[0], {"name": "a", "type": "TEXT", "length": 9}, COLUMNS[2]]
    difference = compare_tables(table(**parts), table(**{**parts, "columns": longer}))
    assert set(parts_of(difference)) == {"changed_columns"}
