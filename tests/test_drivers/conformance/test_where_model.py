"""Random conditions over random rows, against a model of ``where`` in Python."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.exceptions import GuardError

from ...test_dialects.where_model import matches
from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database
from .conditions import VALUES, conditions
from .examples import share

KINDS = {**{kind.lower(): kind for kind in VALUES}, "fixed": "TEXT", "or": "INTEGER"}
"""The columns by their names, with their types; ``fixed`` takes no NULL."""

_row = st.fixed_dictionaries(
    {
        name: VALUES[kind] if name == "fixed" else st.none() | VALUES[kind]
        for name, kind in KINDS.items()
    }
)
_rows = st.lists(_row, max_size=6)


@pytest.fixture
def typed(database: Database) -> Database:
    """A database with the table ``t``: a column of every type."""
    columns = [
        column(name, kind, nullable=name != "fixed") for name, kind in KINDS.items()
    ]
    database.create_table(table("t", NUMBER, *columns))
    return database


def fill(database: Database, rows: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """Put the rows into the table in place of what is there; return them stored."""
    database.delete("t", {}, all_rows=True)
    ids = database.insert_many("t", rows)
    return [{"id": id, **row} for id, row in zip(ids, rows)]


@share(50)
@given(rows=_rows, where=conditions(KINDS))
def test_a_condition_finds_what_the_model_says(
    typed: Database, rows: List[Dict[str, Any]], where: Dict[str, Any]
) -> None:
    """Also with NULLs, and the letters that patterns treat as special."""
    stored = fill(typed, rows)
    expected = [row for row in stored if matches(row, where) is True]
    assert typed.select("t", where, order_by="id") == expected
    assert typed.count("t", where) == len(expected)


@share(20)
@given(rows=_rows, where=conditions(KINDS))
def test_a_delete_takes_what_the_model_says(
    typed: Database, rows: List[Dict[str, Any]], where: Dict[str, Any]
) -> None:
    """And what the guard stops would have taken every row there can be."""
    stored = fill(typed, rows)
    expected = [row for row in stored if matches(row, where) is True]
    try:
        count = typed.delete("t", where)
    except GuardError:
        assert expected == stored
        return
    assert count == len(expected)
    left = [row for row in stored if row not in expected]
    assert typed.select("t", order_by="id") == left
