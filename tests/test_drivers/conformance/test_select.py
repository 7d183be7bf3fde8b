"""``select`` and ``count``: columns, limits, distinct rows."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from code_analysis_db.exceptions import DriverQueryError, UnknownColumnError

from ..unified.definitions import MALFORMED, NUMBER, column, table
from ..unified.interface import Database
from .samples import SAMPLES


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with the table ``t`` of four rows."""
    database.create_table(table("t", NUMBER, column("s"), column("n", "INTEGER")))
    values = [("b", 1), ("a", 2), ("a", None), ("b", 2)]
    database.insert_many("t", [{"s": s, "n": n} for s, n in values])
    return database


def ids(database: Database, **arguments: Any) -> list[int]:
    """Return the ids that a select gives."""
    return [row["id"] for row in database.select("t", **arguments)]


def test_all_columns_in_their_order_unless_told_otherwise(filled: Database) -> None:
    (row,) = filled.select("t", {"id": 1})
    assert list(row.items()) == [("id", 1), ("s", "b"), ("n", 1)]
    (row,) = filled.select("t", {"id": 1}, ["n", "s"])
    assert list(row.items()) == [("n", 1), ("s", "b")]


def test_no_row_is_an_empty_list(filled: Database) -> None:
    assert filled.select("t", {"id": 99}) == []
    assert filled.count("t", {"id": 99}) == 0


def test_limit_and_offset_go_alone_and_together(filled: Database) -> None:
    """An offset needs no limit, and 0 is a limit too."""
    assert ids(filled, order_by="id", limit=2) == [1, 2]
    assert ids(filled, order_by="id", offset=3) == [4]
    assert ids(filled, order_by="id", offset=0) == [1, 2, 3, 4]
    assert ids(filled, order_by="id", limit=2, offset=1) == [2, 3]
    assert ids(filled, order_by="id", limit=9, offset=9) == []
    assert ids(filled, limit=0) == []
    assert ids(filled, limit=2**63 - 1, order_by="id") == [1, 2, 3, 4]
    assert ids(filled, where={"n": 2}, order_by="id", limit=1, offset=1) == [4]


@pytest.mark.parametrize("name", ["limit", "offset"])
@pytest.mark.parametrize("value", [-1, 2**63, True, "1", 1.0])
def test_limit_and_offset_are_counts(filled: Database, name: str, value: Any) -> None:
    arguments: Dict[str, Any] = {name: value}
    with pytest.raises(MALFORMED, match=name):
        filled.select("t", **arguments)


def test_distinct_gives_each_row_once(filled: Database) -> None:
    """NULLs are equal to one another here."""
    rows = filled.select("t", columns=["n"], distinct=True, order_by=["n"])
    assert rows == [{"n": None}, {"n": 1}, {"n": 2}]
    pairs = filled.select("t", columns=["s", "n"], distinct=True)
    assert len(pairs) == 4
    filled.insert("t", {"s": "a", "n": None})
    assert len(filled.select("t", columns=["s", "n"], distinct=True)) == 4
    two = filled.select("t", columns=["s"], distinct=True, order_by="s", limit=1)
    assert two == [{"s": "a"}]


def test_distinct_orders_by_what_it_selects(filled: Database) -> None:
    with pytest.raises(DriverQueryError, match="'s'"):
        filled.select("t", columns=["n"], distinct=True, order_by="s")


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_distinct_over_every_type(database: Database, kind: str) -> None:
    database.create_table(table("t", NUMBER, column("v", kind)))
    database.insert_many("t", [{"v": value} for value in SAMPLES[kind] * 2])
    found = [row["v"] for row in database.select("t", columns=["v"], distinct=True)]
    assert sorted(map(repr, found)) == sorted(map(repr, SAMPLES[kind]))


def test_distinct_minds_case_and_trailing_spaces(database: Database) -> None:
    database.create_table(table("t", column("v")))
    texts = ["a", "A", "a ", "á", "a\u0301", "ａ", "ß", "ss", ""]
    database.insert_many("t", [{"v": text} for text in texts])
    found = [row["v"] for row in database.select("t", distinct=True)]
    assert sorted(found) == sorted(texts)


def test_count_counts_the_rows_that_match(filled: Database) -> None:
    assert filled.count("t") == 4
    assert filled.count("t", {}) == 4
    assert filled.count("t", {"n": None}) == 1
    assert filled.count("t", {"s": "a", "n": 2}) == 1


def test_a_view_is_read_like_a_table(filled: Database) -> None:
    """It is none of the tables, though."""
    filled.execute("CREATE VIEW chosen AS SELECT id, s FROM t WHERE n = 2")
    try:
        assert filled.select("chosen", order_by="id") == [
            {"id": 2, "s": "a"},
            {"id": 4, "s": "b"},
        ]
        assert filled.count("chosen", {"s": "a"}) == 1
        assert filled.list_tables() == ["t"]
    finally:
        filled.execute("DROP VIEW chosen")


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        (["nn"], UnknownColumnError),
        (["N"], UnknownColumnError),
        (["*"], UnknownColumnError),
        ([], DriverQueryError),
        ("n", MALFORMED),
        (["n", "n"], DriverQueryError),
        ([1], MALFORMED),
    ],
)
def test_columns_that_are_none_are_refused(
    filled: Database, columns: Any, error: Any
) -> None:
    with pytest.raises(error):
        filled.select("t", columns=columns)


def test_many_rows(database: Database) -> None:
    """In one result, whatever the parts that they travel in."""
    database.create_table(table("t", NUMBER, column("s")))
    rows = [{"s": f"row {number} 🐍"} for number in range(25_000)]
    database.insert_many("t", rows)
    assert database.select("t", columns=["s"], order_by="id") == rows
