"""``order_by``: its forms, and the one order of every database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Dict, List
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.exceptions import DriverQueryError, UnknownColumnError

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database
from .examples import share

ASCENDING: Dict[str, List[Any]] = {
    "TEXT": [None, "", " ", "  ", "0", "A", "Z", "_", "a", "a ", "a b", "aa", "z"]
    + ["é", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff"],
    "INTEGER": [None, -(2**63), -1, 0, 9, 10, 2**53, 2**53 + 1, 2**63 - 1],
    "REAL": [None, -1e308, -1.5, -5e-324, 0.0, 5e-324, 0.1, 9.0, 10.0, 1e308],
    "BOOLEAN": [None, False, True],
    "DATETIME": [
        None,
        dt.datetime(1000, 1, 1),
        dt.datetime(2024, 1, 1, 9),
        dt.datetime(2024, 1, 1, 10),
        dt.datetime(2024, 1, 1, 10, 0, 0, 1),
        dt.datetime(9999, 12, 31),
    ],
    "DATE": [None, dt.date(1000, 1, 1), dt.date(2024, 9, 30), dt.date(2024, 10, 1)],
    "TIME": [None, dt.time(0), dt.time(0, 0, 0, 1), dt.time(9), dt.time(10)],
    "DECIMAL": [None, Decimal("-10"), Decimal("-9.5"), Decimal(0), Decimal("9.9")]
    + [Decimal("10"), Decimal("10.0000000001")],
    "BLOB": [None, b"", b"\0", b"\0\0", b"A", b"a", b"a\0", b"\xff"],
    "UUID": [None, UUID(int=0), UUID(int=1), UUID(int=2**64), UUID(int=2**128 - 1)],
}
"""Values of each type in their order: NULLs first, text by code points."""

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with the table ``t`` of four rows."""
    database.create_table(table("t", NUMBER, column("s"), column("n", "INTEGER")))
    values = [("b", 1), ("a", 2), ("a", None), ("b", 2)]
    database.insert_many("t", [{"s": s, "n": n} for s, n in values])
    return database


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        ("id", [1, 2, 3, 4]),
        (["id"], [1, 2, 3, 4]),
        (["s", "id"], [2, 3, 1, 4]),
        ([("s", "DESC"), ["id", "desc"]], [4, 1, 3, 2]),
        ([("n", "asc"), ("id", "DESC")], [3, 1, 4, 2]),
        ([["n", "Desc"], "id"], [2, 4, 1, 3]),
        ((("n", "DESC"), "id"), [2, 4, 1, 3]),
    ],
)
def test_names_and_pairs(filled: Database, order_by: Any, expected: List[int]) -> None:
    """Pairs may be lists, and the direction's case does not matter."""
    rows = filled.select("t", order_by=order_by)
    assert [row["id"] for row in rows] == expected


@pytest.mark.parametrize("order_by", ["s DESC", ("s", "DESC"), ["s", "DESC"]])
def test_a_direction_outside_a_pair_is_the_name_of_a_column(
    filled: Database, order_by: Any
) -> None:
    """A column that is not there is refused, not left out."""
    with pytest.raises(UnknownColumnError, match="DESC"):
        filled.select("t", order_by=order_by)


@pytest.mark.parametrize("order_by", ["S", [["n", "down"]], [["n"]], [["n", "ASC", 1]]])
def test_what_is_no_order_is_refused(filled: Database, order_by: Any) -> None:
    with pytest.raises(DriverQueryError):
        filled.select("t", order_by=order_by)


def test_json_has_no_order(database: Database) -> None:
    database.create_table(table("t", column("v", "JSON")))
    with pytest.raises(DriverQueryError, match="no order"):
        database.select("t", order_by="v")


@pytest.mark.parametrize("nullable", [True, False])
@pytest.mark.parametrize("kind", sorted(ASCENDING))
def test_every_type_has_one_order(
    database: Database, kind: str, nullable: bool
) -> None:
    """NULLs come first ascending and last descending."""
    values = ASCENDING[kind] if nullable else ASCENDING[kind][1:]
    database.create_table(table("t", NUMBER, column("v", kind, nullable=nullable)))
    shuffled = values[1::2] + values[::2]
    database.insert_many("t", [{"v": value} for value in shuffled])
    rows = database.select("t", order_by="v", columns=["v"])
    assert [row["v"] for row in rows] == values
    rows = database.select("t", order_by=[["v", "DESC"]], columns=["v"])
    assert [row["v"] for row in rows] == values[::-1]


@pytest.mark.parametrize("kind", sorted(ASCENDING))
def test_comparisons_follow_the_order(database: Database, kind: str) -> None:
    """``lt`` and ``gte`` cut where the sort does; NULLs are on neither side."""
    values = ASCENDING[kind][1:]
    database.create_table(table("t", NUMBER, column("v", kind)))
    database.insert_many("t", [{"v": value} for value in [*values, None]])
    for place, value in enumerate(values):
        below = database.select("t", {"v": {"lt": value}}, ["v"], order_by="v")
        above = database.select("t", {"v": {"gte": value}}, ["v"], order_by="v")
        assert [row["v"] for row in below] == values[:place]
        assert [row["v"] for row in above] == values[place:]
        assert database.count("t", {"v": value}) == 1


@share(25)
@given(texts=st.lists(TEXTS))
def test_text_sorts_by_code_points(ordered: Database, texts: List[str]) -> None:
    """Whatever the language."""
    ordered.delete("t", {}, all_rows=True)
    ordered.insert_many("t", [{"v": text} for text in texts])
    rows = ordered.select("t", order_by="v", columns=["v"])
    assert [row["v"] for row in rows] == sorted(texts)


@pytest.fixture
def ordered(database: Database) -> Database:
    """A database with the table ``t`` of one text column."""
    database.create_table(table("t", column("v")))
    return database


def test_an_index_does_not_change_the_order(database: Database) -> None:
    """Ascending or descending, over text with NULLs."""
    index = {"name": "by_v", "columns": [["v", "DESC"]]}
    columns = [NUMBER, column("v", length=100)]
    database.create_table(table("t", *columns, indexes=[index]))
    values = ["b", None, "B", "a ", "a", ""]
    database.insert_many("t", [{"v": value} for value in values])
    rows = database.select("t", order_by=["v", "id"], columns=["v"])
    assert [row["v"] for row in rows] == [None, "", "B", "a", "a ", "b"]
    rows = database.select("t", order_by=[("v", "DESC")], columns=["v"])
    assert [row["v"] for row in rows] == ["b", "a ", "a", "B", "", None]
