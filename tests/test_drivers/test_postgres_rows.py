"""How rows get into PostgreSQL: sequences, COPY, and statements of many rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any, Dict, Iterator, List
from uuid import UUID

import pytest

from code_analysis_db.drivers import create_driver
from code_analysis_db.drivers.base import BaseDatabaseDriver
from code_analysis_db.exceptions import (
    InvalidValueError,
    NotNullViolationError,
    UniqueViolationError,
)
from code_analysis_db.rows import RowBlock

from ..servers.servers import Servers

_COPIED = 200
"""Rows that go by COPY; a few go by INSERT."""
_FEW = 5


@pytest.fixture
def driver(servers: Servers) -> Iterator[BaseDatabaseDriver]:
    """A driver with the tables ``numbered`` and ``worded``, empty."""
    made = create_driver("postgres", servers.config("postgres"))
    made.create_table(
        {
            "name": "numbered",
            "columns": [
                {"name": "id", "type": "INTEGER", "primary_key": True},
                {"name": "word", "type": "TEXT", "nullable": False, "unique": True},
                {"name": "size", "type": "INTEGER"},
            ],
        }
    )
    made.create_table(
        {
            "name": "worded",
            "columns": [
                {"name": "word", "type": "TEXT", "primary_key": True},
                {"name": "size", "type": "INTEGER"},
            ],
        }
    )
    yield made
    for name in made.list_tables():
        made.drop_table(name)
    made.disconnect()


def _rows(count: int, start: int = 0) -> List[Dict[str, Any]]:
    """Return rows with words of their own."""
    numbers = range(start, start + count)
    return [{"word": f"w{number}", "size": number} for number in numbers]


def _stored(driver: BaseDatabaseDriver, table: str = "numbered") -> List[Any]:
    """Return the rows of a table, by their words."""
    return driver.select(table, order_by="word")


# --- COPY -------------------------------------------------------------------------

_ODD_TEXTS = [
    "",
    "\\N",
    "\\.",
    "\\",
    "a\tb\nc\rd\\te\\\\",
    "\x01\x7f\u0085\u2028",
    "€ 𝄞 \U0010ffff",
    "NULL",
    "%s %% %(a)s",
    "'\"",
    " trailing ",
]


@pytest.mark.parametrize("count", [_FEW, _COPIED])
def test_odd_texts_come_back_as_they_went(
    driver: BaseDatabaseDriver, count: int
) -> None:
    """Whether they are copied or inserted; NULLs stand among them."""
    texts = [f"{number}{_ODD_TEXTS[number % 11]}" for number in range(count)]
    texts[: len(_ODD_TEXTS)] = _ODD_TEXTS[: len(texts)]
    sizes = [None if number % 3 else number for number in range(count)]
    rows = [{"word": word, "size": size} for word, size in zip(texts, sizes)]
    assert driver.insert_many("worded", rows) == texts
    found = {row["word"]: row["size"] for row in driver.select("worded")}
    assert found == dict(zip(texts, sizes))


_VALUES: Dict[str, List[Any]] = {
    "INTEGER": [0, -(2**63), 2**63 - 1],
    "REAL": [0.0, -1.5e300, 5e-324, 0.1],
    "BOOLEAN": [True, False],
    "DATETIME": [datetime(1000, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)],
    "DATE": [date(1000, 1, 1), date(9999, 12, 31)],
    "TIME": [time(0), time(23, 59, 59, 999999)],
    "DECIMAL": [Decimal("0.0000000000"), Decimal("-1234567890123.4567890123")],
    "BLOB": [b"", bytes(range(256)), b"\\N\n"],
    "JSON": [{"a": ["\\N\t\n", None, 1.0]}, "x", [], 0],
    "UUID": [UUID(int=0), UUID(int=2**128 - 1)],
}


@pytest.mark.parametrize("count", [_FEW, _COPIED])
def test_every_type_can_be_copied(driver: BaseDatabaseDriver, count: int) -> None:
    """And NULLs in each of them."""
    columns: List[Dict[str, Any]] = [{"name": name, "type": name} for name in _VALUES]
    columns.append({"name": "INSTANT", "type": "DATETIME", "timezone": True})
    key = {"name": "id", "type": "INTEGER", "primary_key": True}
    driver.create_table({"name": "typed", "columns": [key, *columns]})
    rows: List[Dict[str, Any]] = []
    for number in range(count):
        row: Dict[str, Any] = {
            name: [*values, None][number % (len(values) + 1)]
            for name, values in _VALUES.items()
        }
        row["INSTANT"] = datetime(2024, 1, 1, number % 24, tzinfo=timezone.utc)
        rows.append(row)
    ids = driver.insert_many("typed", rows)
    assert ids == list(range(1, count + 1))
    assert driver.select("typed", order_by="id") == [
        {"id": number, **row} for number, row in zip(ids, rows)
    ]


def test_a_failed_copy_is_undone_and_named(driver: BaseDatabaseDriver) -> None:
    """In a transaction, which goes on, and outside of one."""
    rows = _rows(_COPIED) + [{"word": "w7", "size": 0}]
    with pytest.raises(UniqueViolationError) as caught:
        driver.insert_many("numbered", rows)
    assert (caught.value.table, caught.value.column) == ("numbered", "word")
    transaction = driver.begin_transaction()
    with pytest.raises(NotNullViolationError):
        nulls = [{"word": None, "size": 1}]
        driver.insert_many("numbered", _rows(99) + nulls, transaction_id=transaction)
    driver.insert_many("numbered", _rows(60), transaction_id=transaction)
    driver.commit_transaction(transaction)
    assert driver.count("numbered") == 60


# --- numbers ----------------------------------------------------------------------


def test_rows_that_go_in_at_once_are_numbered_in_their_order(
    driver: BaseDatabaseDriver,
) -> None:
    """Also where several callers insert at the same time."""

    def insert(place: int) -> List[Any]:
        """Insert rows and return their ids."""
        return driver.insert_many("numbered", _rows(_COPIED + place, 10_000 * place))

    with ThreadPoolExecutor(4) as threads:
        blocks = list(threads.map(insert, range(8)))
    for place, ids in enumerate(blocks):
        assert ids == sorted(ids) and len(set(ids)) == _COPIED + place
        words = {r["id"]: r["word"] for r in driver.select("numbered", {"id": ids})}
        assert [words[number] for number in ids] == [
            row["word"] for row in _rows(_COPIED + place, 10_000 * place)
        ]


@pytest.mark.parametrize("given", [1, 5, 9_999, 10_001, 10**15])
def test_a_given_number_is_passed_over(driver: BaseDatabaseDriver, given: int) -> None:
    """However far it is ahead, and in one statement with others or alone."""
    driver.insert("numbered", {"id": given, "word": "given"})
    assert driver.insert_row("numbered", {"word": "next"}) == given + 1
    rows: List[Dict[str, Any]] = [
        {"id": given + 5, "word": "a"},
        {"id": None, "word": "b"},
    ]
    ids = driver.insert_many("numbered", rows)
    assert ids == [given + 5, given + 6]


def test_a_sequence_is_never_moved_back(driver: BaseDatabaseDriver) -> None:
    """A smaller number that is given changes nothing; nor does one below the first."""
    driver.insert("numbered", {"id": 100, "word": "a"})
    for number in (50, 0, -(2**63)):
        driver.insert("numbered", {"id": number, "word": f"n{number}"})
        driver.update("numbered", {"id": number}, {"id": number + 1})
    assert driver.insert_row("numbered", {"word": "b"}) == 101


def test_an_updated_number_is_passed_over(driver: BaseDatabaseDriver) -> None:
    """As one that was inserted is."""
    driver.insert("numbered", {"word": "a"})
    assert driver.update("numbered", {"id": 1}, {"id": 7}) == 1
    assert driver.insert_row("numbered", {"word": "b"}) == 8


def test_the_last_number_leaves_none(driver: BaseDatabaseDriver) -> None:
    """An error, not one that is there already."""
    driver.insert("numbered", {"id": 2**63 - 1, "word": "last"})
    with pytest.raises(Exception) as caught:
        driver.insert("numbered", {"word": "one more"})
    assert not isinstance(caught.value, UniqueViolationError)


# --- statements of many rows ------------------------------------------------------


@pytest.mark.parametrize("count", [_FEW, 1200])
def test_ignored_rows_are_told_apart(driver: BaseDatabaseDriver, count: int) -> None:
    """Whichever key they met, and of rows with the same key the first one wins."""
    driver.insert_many("numbered", _rows(2))
    rows = _rows(count) + [{"word": f"w{count - 1}", "size": 0}]
    ids = driver.insert_many("numbered", rows, on_conflict="ignore")
    assert [number is None for number in ids] == [True] * 2 + [False] * (count - 2) + [
        True
    ]
    found = {row["id"]: row["word"] for row in _stored(driver)}
    assert all(found[number] == row["word"] for number, row in zip(ids, rows) if number)


@pytest.mark.parametrize("count", [_FEW, 1200])
def test_upserted_rows_keep_their_ids(driver: BaseDatabaseDriver, count: int) -> None:
    """A row that comes twice is updated by the second."""
    before = driver.insert_many("numbered", _rows(3))
    rows = [{"word": row["word"], "size": -1} for row in _rows(count)]
    rows.append({"word": "w0", "size": -2})
    ids = driver.insert_many("numbered", rows, on_conflict="update")
    assert ids[:3] == before and ids[-1] == ids[0] and len(set(ids)) == count
    sizes = {row["word"]: row["size"] for row in _stored(driver)}
    assert sizes == {**{row["word"]: -1 for row in rows}, "w0": -2}


def test_a_number_that_is_left_open_in_an_upsert_is_a_new_one(
    driver: BaseDatabaseDriver,
) -> None:
    """Also for a row that was there, as on SQLite: the key is among its values."""
    driver.insert("numbered", {"word": "a"})
    rows: List[Dict[str, Any]] = [
        {"id": None, "word": "a", "size": 3},
        {"id": 9, "word": "b", "size": 3},
        {"id": None, "word": "c", "size": 3},
    ]
    ids = driver.upsert_blocks("numbered", [_block(rows)], conflict_columns=["word"])
    assert isinstance(ids, list) and len(set(ids)) == 3 and ids[1] == 9
    assert ids == [row["id"] for row in _stored(driver)]


def test_returned_rows_come_in_the_rows_order(driver: BaseDatabaseDriver) -> None:
    """Where they have no key, too."""
    rows = list(reversed(_rows(700)))
    block = driver.insert_blocks("numbered", [_block(rows)], returning=["word", "id"])
    assert not isinstance(block, list)
    assert [row[0] for row in block.rows] == [row["word"] for row in rows]
    assert [row[1] for row in block.rows] == list(range(1, 701))
    driver.create_table(
        {"name": "keyless", "columns": [{"name": "a", "type": "INTEGER"}]}
    )
    found = driver.insert_blocks(
        "keyless", [_block([{"a": 2}, {"a": 2}, {"a": 1}])], returning="*"
    )
    assert not isinstance(found, list) and found.rows == [(2,), (2,), (1,)]


def test_keys_of_every_type_are_matched(driver: BaseDatabaseDriver) -> None:
    """With what the server returns of them."""
    key = {"name": "key", "primary_key": True}
    for name, values in _VALUES.items():
        if name in ("INTEGER", "BLOB", "JSON"):
            continue
        table = f"by_{name}"
        size = {"name": "size", "type": "INTEGER"}
        driver.create_table({"name": table, "columns": [{**key, "type": name}, size]})
        rows = [{"key": value, "size": 1} for value in values]
        driver.insert_many(table, rows[:1])
        ids = driver.insert_many(table, rows, on_conflict="ignore")
        assert ids[0] is None and None not in ids[1:]
        block = driver.upsert_blocks(table, [_block(rows)], returning="*")
        assert not isinstance(block, list)
        assert [row[0] for row in block.rows] == values


def test_a_default_key_is_told(driver: BaseDatabaseDriver) -> None:
    """Of rows without any column as well."""
    driver.create_table(
        {
            "name": "bare",
            "columns": [
                {"name": "id", "type": "INTEGER", "primary_key": True},
                {"name": "a", "type": "TEXT", "default": "x"},
            ],
        }
    )
    assert driver.insert_many("bare", [{}, {}, {"id": None}]) == [1, 2, 3]
    assert driver.insert_row("bare", {"id": None}) == 4
    assert driver.select("bare", columns=["a"], distinct=True) == [{"a": "x"}]


def test_a_value_beyond_its_column_stops_before_the_server(
    driver: BaseDatabaseDriver,
) -> None:
    """Nothing was sent of all the rows."""
    with pytest.raises(InvalidValueError):
        driver.insert_many("numbered", _rows(_COPIED) + [{"word": "a\0b", "size": 1}])
    assert driver.count("numbered") == 0


def _block(rows: List[Dict[str, Any]]) -> RowBlock:
    """Return rows of the same columns as a block."""
    return RowBlock(list(rows[0]), [list(row.values()) for row in rows])
