"""Large values and many of them."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database

MEGABYTE = 1_000_000
HUNDRED = 100 * MEGABYTE


@pytest.mark.slow
@pytest.mark.parametrize("database", ["process"], indirect=True)
def test_values_of_a_hundred_megabytes(database: Database) -> None:
    """Bytes and text go in by an insert and come back by a select, under the limits
    that are set by default.  One at a time, since each is held several times on its
    way; through the process, whose driver is the one that is there without it."""
    columns = [NUMBER, column("b", "BLOB"), column("s")]
    database.create_table(table("t", *columns))
    values: Any = {"b": bytes(range(250)) * (HUNDRED // 250), "s": "é" * (HUNDRED // 2)}
    for name in list(values):
        value = values.pop(name)
        key = database.insert("t", {name: value})
        found = database.select("t", {"id": key}, [name])[0][name]
        assert len(found) == len(value)
        assert found == value
        database.delete("t", {"id": key})
        del value, found
        gc.collect()


@pytest.mark.parametrize("size", [255, 256, 65_535, 65_536, MEGABYTE, 17 * MEGABYTE])
def test_sizes_at_which_types_and_packets_end(database: Database, size: int) -> None:
    """A shorter type, a length in two or three bytes, a packet of 16 MiB."""
    columns = [NUMBER, column("b", "BLOB"), column("s"), column("j", "JSON")]
    database.create_table(table("t", *columns))
    row = {"b": b"\0" * size, "s": "x" * size, "j": ["x" * size]}
    key = database.insert("t", row)
    (found,) = database.select("t", {"id": key}, ["b", "s", "j"])
    assert found == row
    assert database.update("t", {"s": row["s"]}, {"j": None}) == 1


def test_many_large_rows_at_once(database: Database) -> None:
    """A bulk insert is cut where it would be too much for one statement."""
    database.create_table(table("t", NUMBER, column("s")))
    rows = [{"s": f"{number:03}" * 70_000} for number in range(120)]
    ids = database.insert_many("t", rows)
    assert len(ids) == 120
    with database.select_iter("t", order_by="id", chunk_size=7) as stream:
        found = [(row["id"], row["s"][:3], len(row["s"])) for row in stream]
    assert found == [(id, f"{n:03}", 210_000) for n, id in enumerate(ids)]


def test_a_large_list_of_long_texts(database: Database) -> None:
    database.create_table(table("t", NUMBER, column("s")))
    texts = [f"{number:04}" * 250 for number in range(10_000)]
    database.insert("t", {"s": texts[1234]})
    assert database.count("t", {"s": texts}) == 1
