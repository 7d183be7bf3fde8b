"""What is wrong with a schema: every fault, once, where it stands."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from code_analysis_db.schema import Schema

from .stated import ID, faults_of, refers, schema, table


def test_every_fault_of_all_tables_is_named_at_once_with_its_path() -> None:
    """Nobody corrects one fault to meet the next."""
    message = faults_of(
        {
            "versoin": 1,
            "version": True,
            "tables": [
                table("files", refers("fils"), columns=[ID, {"name": "x"}]),
                table("a", refers("nobody"), refers("b", "nothing")),
                table("b", refers("a", "a"), {"type": "check", "expression": " "}),
                table("c", refers("d")),
                table("d", columns=[{"name": "n", "type": "TEXT"}]),
                table(None),
                5,
            ],
        }
    )
    for expected in (
        "unknown key 'versoin'; did you mean 'version'",
        "version: must be text or a number, not True",
        "tables[0] 'files'.columns[1] 'x'.type: no type",
        "tables[1] 'a'.foreign key ['a']: refers to the unknown table 'nobody'",
        "tables[2] 'b'.constraints[1].expression: must be SQL text, not ' '",
        "tables[3] 'c'.foreign key ['a']: refers to [] of table 'd', which is no key",
        "tables[5].name: a name must be a string, not None",
        "tables[6]: must be a dict or a Table, not 5",
    ):
        assert expected in message


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        (
            [table("t"), table("T")],
            "tables[1] 'T'.name: the name 'T' stands there twice",
        ),
        ([table("t", refers("s"))], "refers to the unknown table 's'"),
        ([table("t", refers("files")), table("file")], "did you mean 'file'"),
        ([table("t", refers("t", "x"))], "unknown column 'x' of table 't'"),
        (
            [table("t", refers("t", "a"))],
            "refers to ['a'] of table 't', which is no",
        ),
        (
            [
                table("t", columns=[{"name": "a", "type": "TEXT"}, ID]),
                table("s", refers("t"), columns=[ID, {"name": "a", "type": "TEXT"}]),
            ],
            "tables[1] 's'.foreign key ['a']: refers from 'a', TEXT, to 'id'",
        ),
        (
            [table(n, indexes=[{"name": "i", "columns": ["a"]}]) for n in "st"],
            "tables[1] 't'.indexes: the name 'i' stands in indexes of table 's'",
        ),
        (
            [table("s", indexes=[{"name": "T", "columns": ["a"]}]), table("t")],
            "tables[0] 's'.indexes: the name 'T' stands in table 't' already",
        ),
        (
            [
                table("s", {"type": "unique", "columns": ["a"], "name": "x"}),
                table("t", indexes=[{"name": "X", "columns": ["a"]}]),
            ],
            "the name 'X' stands in constraints of table 's' already",
        ),
        (
            [table(n, {**refers("s"), "name": "f"}) for n in "st"],
            "the name 'f' stands in constraints of table 's' already",
        ),
        (
            [
                table(n, {"type": "check", "expression": "a > 0", "name": "c"})
                for n in "st"
            ],
            "the name 'c' stands in constraints of table 's' already",
        ),
        (
            [
                table(
                    "t",
                    {"type": "unique", "columns": ["a"], "name": "x"},
                    indexes=[{"name": "x", "columns": ["a"]}],
                )
            ],
            "faults: tables[0] 't'.constraints: the name 'x' stands there twice",
        ),
        (
            [table("t"), table("s", renamed_from="t")],
            "tables[1] 's'.renamed_from: the schema has a table 't' still",
        ),
        (
            [table("t", renamed_from="r"), table("s", renamed_from="r")],
            "tables[1] 's'.renamed_from: another table was 'r' already",
        ),
        (
            [
                table("s", columns=[{"name": n, "type": "DATE"} for n in "ab"]),
                table("t", refers("p")),
                table(
                    "p",
                    {"type": "primary_key", "columns": ["a", "b"]},
                    columns=[{"name": n, "type": "INTEGER"} for n in "ab"],
                ),
            ],
            "has 1 columns for the 2 of the primary key of table 'p'",
        ),
        (
            [table("t", columns=["a"])],
            "tables[0] 't'.columns[0]: must be a dict, not 'a'",
        ),
        (
            [table("t", renamed_from=[])],
            "tables[0] 't'.renamed_from: a name must be a string, not []",
        ),
        (
            [table("t", {"type": "check", "expression": "a > '\ud800'"})],
            "must be SQL text, not \"a > '\\ud800'\": it holds a lone surrogate",
        ),
        (
            [table("t", indexes=[{"columns": ["a"], "where": "a > '\0'"}])],
            "where: must be SQL text, not \"a > '\\x00'\": it holds a NUL",
        ),
        (
            [table("t", indexes=[{"columns": ["a"], "where": {"a": "\ud800"}}])],
            "where: holds text that no database takes: it holds a lone surrogate",
        ),
        (
            [table("t", columns=[ID, {"name": ["a"], "type": "TEXT"}])],
            "columns[1].name: a name must be a string, not ['a']",
        ),
        (
            [
                table(
                    "t", columns=[{"name": "a", "type": "TEXT", "default": {"sql": 5}}]
                )
            ],
            "columns[0] 'a'.default: must be SQL text, not 5",
        ),
    ],
)
def test_what_two_tables_contradict_each_other_in_is_refused(
    tables: List[Dict[str, Any]], fault: str
) -> None:
    """Each fault once, and no other."""
    message = faults_of({"tables": tables})
    assert fault in message
    assert message.count(": the name") + message.count(";") <= 1


@pytest.mark.parametrize(
    "tables",
    [
        [table("s", refers("t", "a")), table("t", columns=[{"name": "a"}])],
        [table("s", refers("t"), columns=[{"name": "a"}]), table("t")],
    ],
)
def test_what_follows_from_another_fault_is_not_told(tables: List[Any]) -> None:
    """Whether a foreign key fits is not known of columns that are at fault."""
    message = faults_of({"tables": tables})
    assert ": no type" in message and "refers" not in message


@pytest.mark.parametrize(
    ("definition", "fault"),
    [
        (5, "the definition of a schema is a dict with tables, not 5"),
        ([], "the definition of a schema is a dict with tables, not []"),
        ({}, "tables: is missing"),
        ({"tables": {}}, "tables: must be a list, not {}"),
    ],
)
def test_what_is_no_definition_is_refused(definition: Any, fault: str) -> None:
    """Also an empty dict: no tables are said by an empty list."""
    assert fault in faults_of(definition)
    assert not Schema.from_definition({"tables": []}).tables


def test_names_of_foreign_keys_checks_and_indexes_are_names_of_their_own() -> None:
    """MySQL and PostgreSQL keep them apart."""
    schema(
        table("r", indexes=[{"name": "x", "columns": ["a"]}]),
        table("s", {**refers("s"), "name": "x"}),
        table("t", {"type": "check", "expression": "a > 0", "name": "x"}),
    )
