"""Rows given as dicts are cut into blocks that hold the same rows in order."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.rows import RowBlock, blocks_from_dicts, row_dicts

_ROWS = st.lists(
    st.dictionaries(st.sampled_from("abcd"), st.integers(), max_size=4), max_size=30
)


@given(_ROWS, st.integers(0, 5))
def test_blocks_hold_the_rows_in_their_order(
    rows: List[Dict[str, Any]], max_rows: int
) -> None:
    """Nothing is lost, added or reordered, and no block is over the bound."""
    blocks = list(blocks_from_dicts(rows, max_rows))
    assert [row for block in blocks for row in block.to_dicts()] == rows
    for block in blocks:
        assert block.rows
        assert max_rows == 0 or len(block.rows) <= max_rows


def test_equal_rows_make_one_block_whatever_their_order_of_keys() -> None:
    """The order of a dict's keys says nothing about the row."""
    (block,) = blocks_from_dicts([{"a": 1, "b": 2}, {"b": 4, "a": 3}])
    assert block == RowBlock(["a", "b"], [(1, 2), (3, 4)])


@pytest.mark.parametrize(
    "rows", [[{}], [{}, {}], [{"a": 1}, {"b": 1}], [{"a": 1}, {"a": 1, "b": 2}]]
)
def test_rows_without_or_with_other_columns_stay_apart(
    rows: List[Dict[str, Any]],
) -> None:
    """A column that a row lacks is not the same as None."""
    blocks = list(blocks_from_dicts(rows))
    assert [row for block in blocks for row in block.to_dicts()] == rows


@given(
    st.lists(st.text(), max_size=6, unique=True),
    st.sampled_from([0, 1, 99, 100, 1000]),
)
def test_few_rows_and_many_become_the_same_dicts(
    columns: List[str], count: int
) -> None:
    """Whatever the columns are called, code and quotes too."""
    rows = [
        [number + place for place in range(len(columns))] for number in range(count)
    ]
    assert row_dicts(columns, rows) == [dict(zip(columns, row)) for row in rows]


def test_two_thousand_columns_become_dicts() -> None:
    """SQLite allows for 2,000 of them."""
    columns = [f"column {place}" for place in range(2000)]
    found = row_dicts(columns, [range(2000)] * 100)
    assert found == [dict(zip(columns, range(2000)))] * 100
