"""Schemas that are written in Python, as values."""

from __future__ import annotations

from typing import Any, Dict

import attrs
import pytest

import code_analysis_db as db
from code_analysis_db.schema import Schema, Table, portable_schema

from .stated import faults_of

_WRITTEN = db.Schema(
    version="2",
    tables=(
        db.Table(
            "files",
            (
                db.Column("id", db.LogicalType.INTEGER),
                db.Column("price", db.LogicalType.DECIMAL),
                db.Column("parent", db.LogicalType.INTEGER, renamed_from="up"),
                db.Column(
                    "made",
                    db.LogicalType.DATETIME,
                    default=db.DefaultExpression(db.DefaultFunction.CURRENT_TIMESTAMP),
                ),
                db.Column(
                    "name",
                    db.LogicalType.TEXT,
                    nullable=False,
                    length=90,
                    default=db.DefaultValue("?"),
                ),
            ),
            primary_key=("id",),
            uniques=(db.UniqueConstraint(("name",), "one name"),),
            foreign_keys=(
                db.ForeignKey(
                    ("parent",), "files", on_delete=db.ReferenceAction.SET_NULL
                ),
            ),
            checks=(db.CheckConstraint("price >= 0"),),
            indexes=(
                db.Index("by made", (db.IndexColumn("made", db.Direction.DESC),)),
            ),
            renamed_from="documents",
        ),
    ),
)
_STATED: Dict[str, Any] = {
    "version": 2,
    "tables": [
        {
            "name": "files",
            "renamed_from": "documents",
            "columns": [
                {"name": "id", "type": int, "primary_key": True},
                {"name": "price", "type": "DECIMAL"},
                {
                    "name": "parent",
                    "type": "INTEGER",
                    "references": "files",
                    "on_delete": "SET NULL",
                    "renamed_from": "up",
                },
                {
                    "name": "made",
                    "type": "DATETIME",
                    "default": {"expression": "CURRENT_TIMESTAMP"},
                },
                {
                    "name": "name",
                    "type": "TEXT",
                    "nullable": False,
                    "length": 90,
                    "default": "?",
                },
            ],
            "constraints": [
                {"type": "unique", "columns": ["name"], "name": "one name"},
                {"type": "check", "expression": "price >= 0"},
            ],
            "indexes": [{"name": "by made", "columns": [["made", "DESC"]]}],
        }
    ],
}


def test_a_schema_that_is_written_in_python_is_the_one_that_is_stated() -> None:
    """With what a definition leaves to be understood: the key takes no NULL and is
    numbered, the decimal has its usual digits."""
    stated = Schema.from_definition(_STATED)
    read = Schema.from_definition(_WRITTEN)
    assert read == stated and read.digest == stated.digest
    assert read.to_definition() == stated.to_definition()
    assert portable_schema(_WRITTEN) == stated.to_definition()
    assert Schema.from_definition({"version": 2, "tables": _WRITTEN.tables}) == stated


def test_it_syncs_the_same_as_the_dict() -> None:
    """The second finds nothing to do after the first, either way round."""
    config = {"type": "sqlite", "config": {"path": ":memory:"}}
    for first, second in ((_STATED, _WRITTEN), (_WRITTEN, _STATED)):
        with db.DriverProcess(config) as client:
            assert client.rpc.sync_schema(first)["created_tables"] == ["files"]
            assert not client.rpc.sync_schema(second)["changed"]


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ({"columns": 5}, "tables[0] 't': holds what cannot be written as a definition"),
        ({"columns": (5,)}, "tables[0] 't': holds what cannot be written"),
        ({"columns": ()}, "tables[0] 't'.columns: a table needs at least one column"),
        ({"primary_key": ("b",)}, "'t'.constraints[0].columns[0]: unknown column 'b'"),
        ({"name": 5}, "tables[0].name: a name must be a string, not 5"),
        (
            {"columns": (db.Column("a", db.LogicalType.DATE, length=3),)},
            "tables[0] 't'.columns[0] 'a'.length: belongs to TEXT, not to DATE",
        ),
        (
            {
                "columns": (
                    db.Column("a", db.LogicalType.UUID, default=db.DefaultValue(5)),
                )
            },
            "tables[0] 't': holds what cannot be written as a definition",
        ),
    ],
)
def test_what_is_written_in_python_is_checked_as_well(
    part: Dict[str, Any], fault: str
) -> None:
    """By the same rules, and with the same paths."""
    made = Table("t", (db.Column("a", db.LogicalType.TEXT),))
    assert fault in faults_of(Schema((attrs.evolve(made, **part),)))
