"""A schema: what it means, and the way to a definition and back."""

from __future__ import annotations

import json
from typing import Any, Dict
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.schema import (
    NativeDefault,
    PartialCondition,
    Schema,
    portable_schema,
)

from .stated import ID, faults_of, refers, schema, table
from .strategies import schema_definitions, schemas


@given(schemas())
def test_a_definition_reads_back_as_the_schema_that_wrote_it(drawn: Schema) -> None:
    """Through JSON too, and with the same digest."""
    written = drawn.to_definition()
    carried = json.loads(json.dumps(written))
    assert carried == written
    read = Schema.from_definition(carried)
    assert read == drawn
    assert (read.digest, read.version) == (drawn.digest, drawn.version)
    assert Schema.from_definition(drawn) == drawn


@given(schema_definitions())
def test_the_wire_carries_the_same_schema(drawn: Dict[str, Any]) -> None:
    """As a dict, as a schema, as a dict of tables."""
    read = Schema.from_definition(drawn)
    for given_as in (drawn, read, {**drawn, "tables": read.tables}):
        assert Schema.from_definition(portable_schema(given_as)) == read


@pytest.mark.parametrize("wrong", [None, 5, {"tables": None}, {"tables": [5, {}]}])
def test_what_is_no_schema_is_carried_for_its_reader_to_refuse(wrong: Any) -> None:
    """In the reader's words."""
    assert portable_schema(wrong) == wrong
    faults_of(wrong)


@given(schemas(), st.randoms(use_true_random=False))
def test_the_digest_is_of_what_a_schema_means(drawn: Schema, random: Any) -> None:
    """Not of the order of anything, nor of the version and of former names."""
    definition = drawn.to_definition()
    for stated in definition["tables"]:
        stated["renamed_from"] = f"{stated['name']} before"
        for part in ("columns", "constraints", "indexes"):
            random.shuffle(stated[part])
    random.shuffle(definition["tables"])
    other = Schema.from_definition({**definition, "version": "other"})
    assert other.digest == drawn.digest


@pytest.mark.parametrize(
    "other",
    [
        table("s"),
        table("t", {"type": "unique", "columns": ["a"]}),
        table("t", {"type": "check", "expression": "a > 0"}),
        table("t", refers("t")),
        table("t", indexes=[{"columns": ["a"]}]),
        table("t", indexes=[{"columns": [["a", "DESC"]]}]),
        table("t", columns=[ID, {"name": "a", "type": "REAL"}]),
        table("t", columns=[ID, {"name": "a", "type": "INTEGER", "default": 0}]),
        table("t", columns=[ID, {"name": "a", "type": "INTEGER", "nullable": False}]),
    ],
)
def test_another_schema_has_another_digest(other: Dict[str, Any]) -> None:
    """Whatever differs."""
    assert schema(other).digest != schema(table("t")).digest


def test_what_is_said_and_understood_anyway_is_not_in_the_digest() -> None:
    """An action that is the usual one, a key that is the primary one."""
    said = {**refers("t", "id"), "on_delete": "NO ACTION", "on_update": "NO ACTION"}
    assert schema(table("t", said)).digest == schema(table("t", refers("t"))).digest


def test_the_effective_version_stands_for_the_schema_where_none_was_said() -> None:
    """It is stable: databases keep it."""
    assert schema(table("t"), version=7).effective_version == "7"
    unnamed = schema(table("t"))
    assert unnamed.effective_version == f"sha256:{unnamed.digest[:16]}"
    assert "version" not in unnamed.to_definition()
    assert schema(table("t"), version=7).to_definition()["version"] == "7"


def test_tables_are_found_by_their_names() -> None:
    """Case-sensitively."""
    assert list(schema(table("b"), table("A")).by_name) == ["b", "A"]


def test_tables_may_refer_to_each_other_in_a_circle() -> None:
    """In any order."""
    circle = schema(table("s", refers("t")), table("t", refers("s")))
    assert [t.foreign_keys[0].table for t in circle.tables] == ["t", "s"]


def test_defaults_and_conditions_in_a_databases_own_words_read_back() -> None:
    """As tables of other programs have them."""
    definition = table(
        "t",
        columns=[
            {"name": "a", "type": "INTEGER", "default": {"sql": " random() "}},
            {"name": "u", "type": "UUID", "default": UUID(int=5)},
        ],
        indexes=[{"name": "i", "columns": ["a"], "where": "a > 0"}],
    )
    read = schema(definition)
    assert read.tables[0].columns[0].default == NativeDefault("random()")
    assert read.tables[0].indexes[0].where == PartialCondition(sql="a > 0")
    assert Schema.from_definition(json.loads(json.dumps(read.to_definition()))) == read
