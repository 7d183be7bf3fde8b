"""Several drivers change the tables of one database on a server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict

import pytest

from code_analysis_db.exceptions import UnknownColumnError, UnknownTableError

from .connecting import ITEMS, LONG, Connecting, connecting

__all__ = ["connecting"]


def test_columns_that_another_driver_added_renamed_and_dropped_are_seen(
    connecting: Connecting,
) -> None:
    mine, other = connecting.driver(), connecting.driver()
    mine.create_table(ITEMS)
    mine.insert("items", {"name": "a"})
    other.alter_table(
        "items", {"add_columns": [{"name": "size", "type": "REAL", "default": 1.5}]}
    )
    assert mine.select("items", {"size": 1.5}, ["name"]) == [{"name": "a"}]
    other.alter_table("items", {"rename_columns": {"size": "weight"}})
    mine.update("items", {"name": "a"}, {"weight": 2.5})
    assert mine.select("items", columns=["weight"]) == [{"weight": 2.5}]
    other.alter_table("items", {"drop_columns": ["weight"]})
    with pytest.raises(UnknownColumnError, match="weight"):
        mine.select("items", {"weight": 2.5})
    assert "weight" not in mine.select("items")[0]


def test_in_a_transaction_too(connecting: Connecting) -> None:
    mine, other = connecting.driver(connection_pool_size=1), connecting.driver()
    other.create_table(ITEMS)
    mine.insert("items", {"name": "a"})
    other.alter_table("items", {"add_columns": [{"name": "size", "type": "INTEGER"}]})
    transaction = mine.begin_transaction()
    mine.insert("items", {"name": "b", "size": 2}, transaction_id=transaction)
    mine.commit_transaction(transaction)
    other.alter_table("items", {"add_columns": [{"name": "place", "type": "TEXT"}]})
    with mine.atomic():
        mine.insert("items", {"name": "c", "place": "x"})
    assert [row["place"] for row in mine.select("items", order_by="id")] == [
        None,
        None,
        "x",
    ]


def test_a_table_that_another_driver_dropped_or_made_anew_is_seen(
    connecting: Connecting,
) -> None:
    mine, other = connecting.driver(), connecting.driver()
    mine.create_table(ITEMS)
    mine.insert("items", {"name": "a"})
    other.drop_table("items")
    with pytest.raises(UnknownTableError, match="items"):
        mine.insert("items", {"name": "b"})
    with pytest.raises(UnknownTableError, match="items"):
        mine.select("items")
    new: Dict[str, Any] = {
        "name": "items",
        "columns": [{"name": "code", "type": "TEXT", "primary_key": True}],
    }
    other.create_table(new)
    assert mine.insert_many("items", [{"code": "x"}]) == ["x"]


@pytest.mark.parametrize("round_number", range(3))
def test_of_drivers_that_create_one_table_at_once_one_does(
    connecting: Connecting, round_number: int
) -> None:
    drivers = [connecting.driver() for _ in range(4)]
    with ThreadPoolExecutor(len(drivers)) as executor:
        creating = [executor.submit(d.create_table, ITEMS) for d in drivers]
        assert sorted(done.result(LONG) for done in creating) == [
            False,
            False,
            False,
            True,
        ]
        dropping = [executor.submit(d.drop_table, "items") for d in drivers]
        assert sorted(done.result(LONG) for done in dropping) == [
            False,
            False,
            False,
            True,
        ]
    assert drivers[0].list_tables() == []
