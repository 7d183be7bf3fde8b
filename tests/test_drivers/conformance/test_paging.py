"""Keyset paging: ``after`` takes the page that follows a row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Dict, List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.exceptions import DriverQueryError, InvalidValueError

from ..unified.definitions import MALFORMED, NUMBER, column, table
from ..unified.interface import Database
from .examples import share

Rows = List[Tuple[Optional[int], Optional[str]]]


def pages(database: Database, order_by: List[Any], size: int) -> List[Dict[str, Any]]:
    """Return all rows of ``t``, read page after page."""
    names = [item if isinstance(item, str) else item[0] for item in order_by]
    rows: List[Dict[str, Any]] = []
    page = database.select("t", order_by=order_by, limit=size)
    while page:
        rows += page
        after = [page[-1][name] for name in names]
        page = database.select("t", order_by=order_by, limit=size, after=after)
    return rows


@pytest.fixture
def paged(database: Database) -> Database:
    """A database with the table ``t``: a number, an int, a text."""
    columns = [NUMBER, column("n", "INTEGER"), column("s")]
    database.create_table(table("t", *columns))
    return database


def test_by_a_key(paged: Database) -> None:
    paged.insert_many("t", [{"s": letter} for letter in "abcde"])
    rows = paged.select("t", order_by="id", limit=2, after=[2], columns=["s"])
    assert [row["s"] for row in rows] == ["c", "d"]
    rows = paged.select("t", order_by=[["id", "DESC"]], after=[3], columns=["s"])
    assert [row["s"] for row in rows] == ["b", "a"]
    rows = paged.select("t", {"s": {"neq": "d"}}, order_by="id", after=[2])
    assert [row["s"] for row in rows] == ["c", "e"]
    assert paged.select("t", order_by="id", after=[5]) == []


@share(20)
@given(
    rows=st.lists(
        st.tuples(
            st.none() | st.integers(0, 3),
            st.none() | st.sampled_from(["", "a", "A", "a ", "é"]),
        ),
        max_size=8,
    ),
    order=st.lists(
        st.tuples(st.sampled_from(["n", "s"]), st.sampled_from(["ASC", "DESC"])),
        max_size=2,
        unique_by=lambda item: item[0],
    ),
    last=st.sampled_from(["ASC", "DESC"]),
    size=st.integers(1, 3),
)
def test_page_after_page_is_the_whole(
    paged: Database, rows: Rows, order: List[Tuple[str, str]], last: str, size: int
) -> None:
    """Whatever the directions and the NULLs."""
    paged.delete("t", {}, all_rows=True)
    paged.insert_many("t", [{"n": n, "s": s} for n, s in rows])
    order_by = [*order, ("id", last)]
    assert pages(paged, order_by, size) == paged.select("t", order_by=order_by)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("REAL", [-0.5, 0.1, 0.30000000000000004, 1e300]),
        ("DECIMAL", [Decimal("-1"), Decimal("0.1"), Decimal("9"), Decimal("10")]),
        ("DATETIME", [dt.datetime(2024, 1, 1, 0, 0, 0, n) for n in range(4)]),
        ("DATE", [dt.date(2024, n, 1) for n in (1, 2, 10, 11)]),
        ("TIME", [dt.time(0, 0, 0, n) for n in range(4)]),
        ("BOOLEAN", [False, False, True, True]),
        ("BLOB", [b"", b"\0", b"a", b"\xff"]),
    ],
)
def test_by_every_type(database: Database, kind: str, values: List[Any]) -> None:
    """With the key behind it, since two rows may have one value."""
    database.create_table(table("t", NUMBER, column("v", kind)))
    database.insert_many("t", [{"v": value} for value in [*values, *values, None]])
    order_by = ["v", "id"]
    assert pages(database, order_by, 2) == database.select("t", order_by=order_by)


@pytest.mark.parametrize(
    ("order_by", "after", "error"),
    [
        (None, [1], DriverQueryError),
        ("n", [1], DriverQueryError),
        ("id", [1, 2], DriverQueryError),
        ("id", [], DriverQueryError),
        ("id", 1, MALFORMED),
        ("id", ["x"], InvalidValueError),
    ],
)
def test_what_would_pass_over_rows_is_refused(
    paged: Database, order_by: Any, after: Any, error: Any
) -> None:
    """An order that two rows may share, or values that are not of it."""
    with pytest.raises(error):
        paged.select("t", order_by=order_by, after=after)
