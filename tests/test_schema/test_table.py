"""Tables: what a definition says, what is refused, and the way back."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Dict, List
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.enums import LogicalType, ReferenceAction
from code_analysis_db.exceptions import SchemaDefinitionError
from code_analysis_db.schema import (
    ForeignKey,
    Table,
    portable_definition,
)


def table(columns: List[Dict[str, Any]], **parts: Any) -> Table:
    """Read the definition of a table ``t``."""
    return Table.from_definition({"name": "t", "columns": columns, **parts})


def faults_of(definition: Any) -> str:
    """Return the message of the error that a definition raises."""
    with pytest.raises(SchemaDefinitionError) as raised:
        Table.from_definition(definition)
    return str(raised.value)


@pytest.mark.parametrize(
    ("stated", "logical"),
    [
        (str, "TEXT"),
        (int, "INTEGER"),
        (float, "REAL"),
        (bool, "BOOLEAN"),
        (datetime, "DATETIME"),
        (date, "DATE"),
        (time, "TIME"),
        (Decimal, "DECIMAL"),
        (bytes, "BLOB"),
        (UUID, "UUID"),
        (dict, "JSON"),
        (list, "JSON"),
        ("text", "TEXT"),
        ("Decimal", "DECIMAL"),
        ("str", "TEXT"),
    ],
)
def test_a_type_is_a_logical_name_or_a_python_type(stated: Any, logical: str) -> None:
    """Also the name of a Python type, in any case."""
    assert table([{"name": "a", "type": stated}]).columns[0].type == logical


def test_every_fault_is_named_at_once_with_its_path() -> None:
    """Nobody corrects one fault to meet the next."""
    message = faults_of(
        {
            "name": "",
            "columns": [
                {"name": "a", "typ": "TEXT"},
                {"name": "b", "type": "TXT", "nullable": 1},
                {"name": "B", "type": "INTEGER", "length": 3, "default": "x"},
            ],
            "constraints": [
                {"type": "uniqe", "columns": ["a"]},
                {"type": "foreign_key", "columns": ["c"], "references": {"table": ""}},
            ],
            "indexes": [{"columns": [("a", "UP")]}, {"columns": []}],
            "index": [],
        }
    )
    for expected in (
        "name: a name must not be empty",
        "columns[0] 'a': unknown key 'typ'; did you mean 'type'?",
        "columns[0] 'a'.type: no type",
        "columns[1] 'b'.type: unknown type 'TXT'; did you mean 'TEXT'?",
        "columns[1] 'b'.nullable: must be true or false, not 1",
        "columns[2] 'B'.length: belongs to TEXT, not to INTEGER",
        "columns[2] 'B'.default: column 'B' of table '' is INTEGER",
        "columns: the name 'B' stands there twice",
        "constraints[0].type: unknown constraint type 'uniqe'; did you mean 'unique'?",
        "constraints[1].columns[0]: unknown column 'c'",
        "constraints[1].references.table: a name must not be empty",
        "indexes[0].columns[0]: a direction is ASC or DESC, not 'UP'",
        "indexes[1].columns: must name at least one column",
        "unknown key 'index'; did you mean 'indexes'?",
    ):
        assert expected in message


@pytest.mark.parametrize(
    "definition", [None, [], {}, {"name": "t"}, {"name": "t", "columns": "a"}]
)
def test_what_is_no_definition_is_refused(definition: Any) -> None:
    """And never by an error of another class."""
    faults_of(definition)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("sqlite_x", "reserved prefix"),
        ("_code_analysis_db_x", "reserved prefix"),
        ("x" * 64, "longer than 63 bytes"),
        ("ü" * 32, "longer than 63 bytes"),
        ("a\0b", "NUL"),
        ("a ", "ends in a space"),
        ("\ud800", "surrogate"),
        (5, "must be a string"),
    ],
)
def test_names_that_some_database_cannot_hold_are_refused(
    name: Any, reason: str
) -> None:
    """Everything else is a name."""
    columns = [{"name": "a", "type": "TEXT"}]
    assert reason in faults_of({"name": name, "columns": columns})


@pytest.mark.parametrize(
    "name", ["select", 'say "hi"', "a b", "таблица", "a.b;--", "ü"]
)
def test_any_other_name_is_fine(name: str) -> None:
    """Reserved words, quotes, spaces, Unicode."""
    columns = [{"name": name, "type": "TEXT"}]
    read = Table.from_definition({"name": name, "columns": columns})
    assert (read.name, read.column_names) == (name, (name,))


def test_a_composite_key_stated_by_its_columns_is_one_key() -> None:
    """Its columns take no NULL."""
    read = table(
        [
            {"name": "a", "type": "INTEGER", "primary_key": True},
            {"name": "b", "type": "TEXT", "primary_key": True},
        ]
    )
    assert read.primary_key == ("a", "b")
    assert (read.single_key, read.numbered_key) == (None, None)
    assert not read.by_name["b"].nullable


def test_a_single_integer_key_is_numbered_and_a_text_key_is_not() -> None:
    """Whether the definition says autoincrement or not."""
    number = table([{"name": "a", "type": "INTEGER", "primary_key": True}])
    text = table([{"name": "a", "type": "TEXT", "primary_key": True}])
    assert (number.numbered_key, number.single_key) == ("a", "a")
    assert (text.numbered_key, text.single_key) == (None, "a")


@pytest.mark.parametrize(
    "column",
    [
        {"name": "a", "type": "TEXT", "autoincrement": True, "primary_key": True},
        {"name": "a", "type": "INTEGER", "autoincrement": True},
        {"name": "a", "type": "JSON", "unique": True},
        {"name": "a", "type": "BLOB", "primary_key": True},
        {"name": "a", "type": "TEXT", "unique": True, "length": 701},
        {"name": "a", "type": "DECIMAL", "precision": 5},
        {"name": "a", "type": "DECIMAL", "precision": 5, "scale": 6},
        {"name": "a", "type": "TEXT", "scale": 6},
        {"name": "a", "type": "TEXT", "timezone": True},
        {"name": "a", "type": "TEXT", "default": {"expression": "CURRENT_DATE"}},
        {"name": "a", "type": "DATE", "default": {"expression": "now()"}},
        {"name": "a", "type": "INTEGER", "default": True},
        {"name": "a", "type": "TEXT", "on_delete": "CASCADE"},
        {"name": "a", "type": "TEXT", "references": {"table": "p"}, "on_delete": "X"},
        {
            "name": "a",
            "type": "TEXT",
            "nullable": False,
            "references": {"table": "p", "on_delete": "SET NULL"},
        },
    ],
)
def test_a_column_that_cannot_be_is_refused(column: Dict[str, Any]) -> None:
    """With the column's name in the message."""
    assert "'a'" in faults_of({"name": "t", "columns": [column]})


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"indexes": [{"columns": ["a"], "where": 5}]}, "a where dict or SQL text"),
        ({"indexes": [{"columns": ["a"], "where": {}}]}, "a where dict or SQL text"),
        ({"indexes": [{"columns": ["a"], "where": {"a": b""}}]}, "give SQL text"),
        (
            {"indexes": [{"columns": ["a"], "fulltext": True, "unique": True}]},
            "neither unique nor partial",
        ),
        ({"indexes": [{"columns": ["a"]}] * 2}, "'ix_t_a' stands there twice"),
        ({"indexes": [{"columns": ["a", "a"]}]}, "the column 'a' twice"),
        ({"indexes": ["a"]}, "must be a dict"),
        ({"constraints": [{"type": "check"}]}, "must be SQL text"),
        (
            {"constraints": [{"type": "primary_key", "columns": ["a"]}] * 2},
            "one primary key",
        ),
        (
            {
                "constraints": [
                    {
                        "type": "foreign_key",
                        "columns": ["a"],
                        "references": {"table": "p", "column": "x", "columns": ["y"]},
                    }
                ]
            },
            "both column and columns",
        ),
        (
            {
                "constraints": [
                    {
                        "type": "foreign_key",
                        "columns": ["a"],
                        "references": {"table": "p", "columns": ["x", "y"]},
                    }
                ]
            },
            "1 columns refer to 2",
        ),
    ],
)
def test_a_part_that_cannot_be_is_refused(parts: Dict[str, Any], message: str) -> None:
    """By its path."""
    columns = [{"name": "a", "type": "TEXT"}]
    assert message in faults_of({"name": "t", "columns": columns, **parts})


def test_a_foreign_key_is_stated_by_a_column_or_a_constraint() -> None:
    """Actions inside of references or beside, in any spelling of their case."""
    inside = {"table": "p", "column": "id", "on_delete": "cascade"}
    by_column = table([{"name": "a", "type": "TEXT", "references": inside}])
    by_constraint = table(
        [{"name": "a", "type": "TEXT"}],
        constraints=[
            {
                "type": "foreign_key",
                "columns": ["a"],
                "references": {"table": "p", "columns": ["id"]},
                "on_delete": "CASCADE",
            }
        ],
    )
    expected = ForeignKey(("a",), "p", ("id",), ReferenceAction.CASCADE)
    assert by_column.foreign_keys == by_constraint.foreign_keys == (expected,)


def test_the_same_unique_columns_are_one_constraint() -> None:
    """Stated twice, or being the primary key."""
    read = table(
        [
            {"name": "a", "type": "TEXT", "unique": True, "primary_key": True},
            {"name": "b", "type": "TEXT", "unique": True},
        ],
        constraints=[{"type": "unique", "columns": ["b"], "name": "only"}],
    )
    assert [(unique.columns, unique.name) for unique in read.uniques] == [
        (("b",), "only")
    ]


def test_an_index_without_a_name_gets_one_that_fits() -> None:
    """A long one is cut, and stays apart from its likes."""
    columns = [{"name": f"{c * 30}", "type": "TEXT"} for c in "abc"]
    read = table(columns, indexes=[{"columns": ["a" * 30]}])
    assert read.indexes[0].name == "ix_t_" + "a" * 30
    names = [
        table(columns, indexes=[{"columns": ["a" * 30, other]}]).indexes[0].name
        for other in ("b" * 30, "c" * 30)
    ]
    assert len(set(names)) == 2 and all(len(name) <= 63 for name in names)


_names = st.sampled_from(["a", "b", "select", 'q"t', "ü x"])
_logical = st.sampled_from([t.value for t in LogicalType if t not in ("JSON", "BLOB")])


@st.composite
def _definitions(draw: st.DrawFn) -> Dict[str, Any]:
    """Draw a definition of a table."""
    names = draw(st.lists(_names, min_size=1, unique=True))
    some = st.lists(st.sampled_from(names), min_size=1, unique=True)
    columns = [
        {"name": name, "type": draw(_logical), "nullable": draw(st.booleans())}
        for name in names
    ]
    constraints: List[Dict[str, Any]] = [
        {"type": "unique", "columns": draw(some)},
        {"type": "check", "expression": "1 = 1", "name": "ck"},
        {
            "type": "foreign_key",
            "columns": (key := draw(some)),
            "references": {"table": "p", "columns": key},
            "on_update": draw(st.sampled_from([None, "CASCADE", "RESTRICT"])),
        },
    ]
    if draw(st.booleans()):
        constraints.append({"type": "primary_key", "columns": draw(some)})
    index = {
        "columns": [
            (name, draw(st.sampled_from(["ASC", "desc"]))) for name in draw(some)
        ],
        "unique": draw(st.booleans()),
        "where": draw(st.sampled_from([None, "1 = 1", {names[0]: {"is_null": False}}])),
    }
    return {
        "name": draw(_names),
        "columns": columns,
        "constraints": constraints,
        "indexes": [index],
    }


@given(_definitions())
def test_a_definition_reads_back_as_the_same_table(definition: Dict[str, Any]) -> None:
    """By way of JSON, as a catalogue keeps it."""
    read = Table.from_definition(definition)
    written = json.loads(json.dumps(read.to_definition()))
    assert Table.from_definition(written) == read
    assert Table.from_definition(written).to_definition() == read.to_definition()


def test_renames_in_another_table_are_followed() -> None:
    """In the foreign keys that refer to it only."""
    references = {"table": "p", "column": "id"}
    read = table(
        [
            {"name": "a", "type": "TEXT", "references": references},
            {"name": "b", "type": "TEXT", "references": {"table": "q", "column": "id"}},
        ]
    )
    followed = read.with_renames("p", "people", {"id": "key"})
    assert [(k.table, k.references) for k in followed.foreign_keys] == [
        ("people", ("key",)),
        ("q", ("id",)),
    ]


def test_a_portable_definition_names_its_python_types() -> None:
    """What is no definition passes as it is, for the reader to refuse."""
    columns = [{"name": "a", "type": int}, {"name": "b", "type": "TEXT"}, 5]
    portable = portable_definition({"name": "t", "columns": columns})
    assert portable["columns"] == [
        {"name": "a", "type": "INTEGER"},
        {"name": "b", "type": "TEXT"},
        5,
    ]
    assert portable_definition({"columns": 5}) == {"columns": 5}
