"""``select_iter``: rows one by one, however many there are."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from code_analysis_db.exceptions import (
    DriverQueryError,
    UnknownColumnError,
    UnknownTableError,
)

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with the table ``t`` of 2,500 rows."""
    database.create_table(table("t", NUMBER, column("n", "INTEGER")))
    database.insert_many("t", [{"n": number % 100} for number in range(2_500)])
    return database


@pytest.mark.parametrize("chunk_size", [1, 500, 2_500, 10_000])
def test_it_gives_the_rows_of_select(filled: Database, chunk_size: int) -> None:
    limit = 20 if chunk_size == 1 else None
    arguments: Any = {"order_by": [("n", "DESC"), "id"], "limit": limit}
    with filled.select_iter("t", chunk_size=chunk_size, **arguments) as stream:
        assert list(stream) == filled.select("t", **arguments)


def test_it_takes_every_clause_of_select(filled: Database) -> None:
    assert list(filled.select_iter("t", {"id": 3}, ["n"])) == [{"n": 2}]
    assert list(filled.select_iter("t", {"n": None})) == []
    rows = filled.select_iter("t", None, ["n"], 2, 1, "n", distinct=True)
    assert list(rows) == [{"n": 1}, {"n": 2}]
    rows = filled.select_iter("t", columns=["id"], order_by="id", after=[2_499])
    assert list(rows) == [{"id": 2_500}]


def test_the_rows_are_those_of_one_moment(filled: Database) -> None:
    """What is written while it is read is not among them."""
    with filled.select_iter("t", order_by="id", chunk_size=100) as stream:
        first = list(islice(stream, 150))
        filled.delete("t", {"id": {"gt": 200}})
        filled.insert("t", {"n": -1})
        rest = list(stream)
    assert [row["id"] for row in first + rest] == list(range(1, 2_501))
    assert filled.count("t") == 201


def test_several_at_once(filled: Database) -> None:
    up = filled.select_iter("t", columns=["id"], order_by="id", chunk_size=300)
    down = filled.select_iter(
        "t", columns=["id"], order_by=[("id", "DESC")], chunk_size=400
    )
    with up, down:
        pairs = list(zip(up, down))
    assert all(a["id"] + b["id"] == 2_501 for a, b in pairs)
    assert len(pairs) == 2_500


def test_one_that_is_closed_early_leaves_nothing_open(filled: Database) -> None:
    """However many there were."""
    for _ in range(30):
        with filled.select_iter("t", chunk_size=10) as stream:
            next(stream)
    filled.delete("t", {"id": 1})
    assert filled.count("t") == 2_499
    assert filled.drop_table("t") is True


def test_inside_a_transaction_it_sees_what_the_transaction_wrote(
    filled: Database,
) -> None:
    """And other calls go on beside it."""
    with filled.transaction() as tx:
        tx.insert("t", {"n": 1000})
        with tx.select_iter("t", order_by="id", chunk_size=500) as stream:
            seen = [next(stream)["id"]]
            tx.insert("t", {"n": 1001})
            assert tx.count("t") == 2_502
            seen += [row["id"] for row in stream]
        assert seen[:2_501] == list(range(1, 2_502))
        tx.rollback()
    assert filled.count("t") == 2_500


def test_unknown_names_are_told_when_it_is_opened(filled: Database) -> None:
    with pytest.raises(UnknownTableError):
        filled.select_iter("nowhere")
    with pytest.raises(UnknownColumnError):
        filled.select_iter("t", {"m": 1})
    with pytest.raises(DriverQueryError):
        filled.select_iter("t", {"n": {"over": 1}})
