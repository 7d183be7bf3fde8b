"""Tables that other programs made in a SQLite file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Optional

import pytest

from code_analysis_db.drivers.introspection.sqlite_text import (
    condition_of,
    read_create_table,
)
from code_analysis_db.schema import (
    CheckConstraint,
    Column,
    DefaultValue,
    NativeDefault,
    UniqueConstraint,
)
from code_analysis_db.schema.table import Table

from ..conftest import MakeSQLite
from .reading import read_schema

_STRANGE = """
CREATE TABLE "strange one" (
    id INTEGER PRIMARY KEY, -- a comment, with a comma
    a INT CONSTRAINT positive CHECK (a > 0) CONSTRAINT "un ique" UNIQUE,
    b TEXT DEFAULT (lower('X')) CHECK (b <> ')' AND length(b) < 9),
    c TEXT COLLATE NOCASE CONSTRAINT parent REFERENCES "strange one" (b),
    total INT GENERATED ALWAYS AS (a * 2) STORED,
    twice INT AS (a * 2),
    "check" TEXT DEFAULT 'CHECK (x)',
    CONSTRAINT both UNIQUE ("b", [c]),
    CONSTRAINT [last one] CHECK ("check" <> 'a, b')
);
CREATE INDEX some ON "strange one" (a DESC) WHERE b <> ' where ' AND a > 1;
CREATE VIRTUAL TABLE words USING fts5 (word);
CREATE VIEW seen AS SELECT a FROM "strange one";
CREATE TABLE bare (k INT PRIMARY KEY, v) WITHOUT ROWID;
"""


@pytest.fixture
def strange(make_sqlite: MakeSQLite, tmp_path: Path) -> Table:
    """A table of a file that another program made, which has more."""
    with sqlite3.connect(tmp_path / "test.db") as connection:
        connection.executescript(_STRANGE)
    connection.close()
    found = read_schema(make_sqlite())
    assert list(found) == ["bare", "strange one"]
    assert found["strange one"].generated == ("total", "twice")
    assert found["bare"].table.primary_key == ()
    return found["strange one"].table


def test_checks_are_read_with_their_names(strange: Table) -> None:
    """Those of columns and of the table, in the order of the text."""
    assert strange.checks == (
        CheckConstraint("a > 0", "positive"),
        CheckConstraint("b <> ')' AND length(b) < 9", None),
        CheckConstraint("\"check\" <> 'a, b'", "last one"),
    )


def test_keys_are_read_with_their_names(strange: Table) -> None:
    """However these are quoted."""
    assert set(strange.uniques) == {
        UniqueConstraint(("a",), "un ique"),
        UniqueConstraint(("b", "c"), "both"),
    }
    assert [key.name for key in strange.foreign_keys] == ["parent"]


def test_defaults_are_values_or_texts(strange: Table) -> None:
    """A text that is no value is kept as it stands."""
    assert strange.by_name["b"].default == NativeDefault("lower('X')")
    assert strange.by_name["check"].default == DefaultValue("CHECK (x)")


def test_the_key_is_the_one_that_numbers(strange: Table) -> None:
    """As the driver's own does."""
    assert strange.primary_key == ("id",)
    key: Column = strange.by_name["id"]
    assert key.autoincrement and not key.nullable


def test_the_condition_of_an_index_is_read(strange: Table) -> None:
    """From the text of its statement."""
    (index,) = strange.indexes
    assert index.where is not None
    assert index.where.sql == "b <> ' where ' AND a > 1"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ('CREATE INDEX "a WHERE" ON t (a) WHERE\n b > 1 ', "b > 1"),
        ("CREATE INDEX i ON t(lower(a)) where b", "b"),
    ],
)
def test_conditions(sql: str, expected: str) -> None:
    """The first WHERE outside of names, strings and parentheses starts it."""
    assert condition_of(sql) == expected


@pytest.mark.parametrize(
    "sql", [None, "CREATE VIEW v AS SELECT 1", "CREATE TABLE t /*"]
)
def test_a_text_without_constraints(sql: Optional[str]) -> None:
    """Whatever it is."""
    text = read_create_table(sql)
    assert not (text.checks or text.unique_names or text.foreign_key_names)
