"""Portions of a stream are as large as suits their rows."""

from __future__ import annotations

from typing import Any, List

import pytest

from code_analysis_db.client.portion_size import PortionSize


def test_size_that_the_caller_gave_stays() -> None:
    size = PortionSize(7)
    size.learn([["x" * 100_000]])
    assert size.rows == 7


def test_small_rows_come_many_at_a_time() -> None:
    size = PortionSize(None)
    first = size.rows
    size.learn([[1, "abc"]] * first)
    assert first < size.rows <= 4000


@pytest.mark.parametrize("heavy", [0, 50, 99])
def test_one_heavy_row_among_light_ones_makes_the_portions_small(heavy: int) -> None:
    rows: List[List[Any]] = [[1, "abc"] for _ in range(100)]
    rows[heavy] = [1, "x" * 80_000]
    size = PortionSize(None)
    size.learn(rows)
    assert size.rows == 1


def test_end_without_rows_changes_nothing() -> None:
    size = PortionSize(None)
    before = size.rows
    size.learn([])
    assert size.rows == before
