"""Values that do not fit their column: refused by all, before they are sent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Callable, Dict
from uuid import UUID

import pytest

from code_analysis_db.exceptions import (
    DriverQueryError,
    InvalidValueError,
    SchemaDefinitionError,
)

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database, Rows
from .samples import SAMPLES, UTC

FITTING: Dict[str, Any] = {kind: values[0] for kind, values in SAMPLES.items()}

OF_ANOTHER_TYPE: Dict[str, Any] = {
    "TEXT": [1, 1.5, True, b"a", UUID(int=1), ["a"], {"a": 1}, dt.date(2024, 1, 1)],
    "INTEGER": ["1", 1.0, True, b"1", Decimal(1), [1]],
    "REAL": ["1.0", True, Decimal("1.5"), b"1"],
    "BOOLEAN": [0, 1, "true", "", 1.0],
    "DATETIME": ["2024-01-01", dt.date(2024, 1, 1), 1700000000, 1.5],
    "DATE": ["2024-01-01", dt.datetime(2024, 1, 1), 738886],
    "TIME": ["12:00", dt.datetime(2024, 1, 1), dt.timedelta(hours=1), 12],
    "DECIMAL": ["1.5", 1, 1.5, True],
    "BLOB": ["text", 1, [1, 2]],
    "JSON": [b"a", dt.date(2024, 1, 1), Decimal(1), UUID(int=1), {"a": b"b"}],
    "UUID": ["no uuid", 1, b"\0" * 16, ""],
}

BEYOND: Dict[str, Any] = {
    "TEXT": ["a\0b", "\0", "\ud800", "x" * 100 + "\udfff"],
    "INTEGER": [2**63, -(2**63) - 1, 10**30],
    "REAL": [float("nan"), float("inf"), float("-inf"), 2**53 + 1, 10**400],
    "DATETIME": [
        dt.datetime(999, 12, 31, 23, 59, 59, 999999),
        dt.datetime(1, 1, 1),
        dt.datetime(2024, 1, 1, tzinfo=UTC),
    ],
    "DATE": [dt.date(999, 12, 31), dt.date(1, 1, 1)],
    "TIME": [dt.time(12, tzinfo=UTC)],
    "DECIMAL": [
        Decimal("0.00000000001"),
        Decimal("1E+28"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
    ],
    "JSON": [
        2**63,
        float("nan"),
        [float("inf")],
        {1: "a"},
        "a\0",
        {"a\0": 1},
        ["\ud800"],
        {"a": {1, 2}},
    ],
}

CASES = [
    pytest.param(kind, value, id=f"{kind} {value!r}"[:40])
    for group in (OF_ANOTHER_TYPE, BEYOND)
    for kind, values in group.items()
    for value in values
]

WRITES: Dict[str, Callable[[Rows, Any], Any]] = {
    "insert": lambda d, v: d.insert("t", {"v": v}),
    "insert_many": lambda d, v: d.insert_many("t", [{"v": None}] * 60 + [{"v": v}]),
    "upsert": lambda d, v: d.upsert("t", {"id": 1, "v": v}),
    "update": lambda d, v: d.update("t", {"id": 1}, {"v": v}),
}


@pytest.mark.parametrize(("kind", "value"), CASES)
def test_no_write_takes_it(database: Database, kind: str, value: Any) -> None:
    """The error names the table, the column and its type; nothing is written."""
    database.create_table(table("t", NUMBER, column("v", kind)))
    database.insert("t", {"v": FITTING[kind]})
    for write in WRITES.values():
        with pytest.raises(InvalidValueError) as caught:
            write(database, value)
        assert isinstance(caught.value, DriverQueryError)
    assert database.select("t") == [{"id": 1, "v": FITTING[kind]}]


@pytest.mark.parametrize("write", WRITES)
def test_the_refusal_names_what_it_is_about(database: Database, write: str) -> None:
    database.create_table(table("t", NUMBER, column("v", "INTEGER")))
    with pytest.raises(InvalidValueError) as caught:
        WRITES[write](database, "five")
    for part in ("'v'", "'t'", "INTEGER", "'five'"):
        assert part in str(caught.value)
    assert (caught.value.table, caught.value.column) == ("t", "v")


def test_a_refusal_leaves_a_transaction_usable(database: Database) -> None:
    database.create_table(table("t", NUMBER, column("v", "INTEGER")))
    with database.transaction() as tx:
        tx.insert("t", {"v": 1})
        for write in WRITES.values():
            with pytest.raises(InvalidValueError):
                write(tx, "five")
        tx.insert("t", {"v": 2})
    rows = database.select("t", order_by="id", columns=["v"])
    assert rows == [{"v": 1}, {"v": 2}]


def test_instants_need_a_time_zone(database: Database) -> None:
    """And stay within the years when they are brought to UTC."""
    database.create_table(table("t", NUMBER, column("v", "DATETIME", timezone=True)))
    ahead = dt.timezone(dt.timedelta(hours=1))
    behind = dt.timezone(dt.timedelta(hours=-1))
    for moment in (
        dt.datetime(2024, 1, 1),
        dt.datetime(1000, 1, 1, tzinfo=ahead),
        dt.datetime(9999, 12, 31, 23, 30, tzinfo=behind),
    ):
        with pytest.raises(InvalidValueError):
            database.insert("t", {"v": moment})
    database.insert("t", {"v": dt.datetime(1000, 1, 1, tzinfo=UTC)})


def test_a_declared_length_holds(database: Database) -> None:
    """In characters, not in bytes."""
    database.create_table(table("t", NUMBER, column("v", length=3)))
    database.insert("t", {"v": "🐍é\u0301"})
    for value in ("abcd", "abc "):
        with pytest.raises(InvalidValueError, match="longer than 3"):
            database.insert("t", {"v": value})
    assert database.select("t", columns=["v"]) == [{"v": "🐍é\u0301"}]


def test_a_declared_precision_holds(database: Database) -> None:
    """A value is never rounded."""
    database.create_table(
        table("t", NUMBER, column("v", "DECIMAL", precision=4, scale=2))
    )
    for text in ("100", "99.999", "-100.00", "0.001", "1E-3"):
        with pytest.raises(InvalidValueError, match="precision 4"):
            database.insert("t", {"v": Decimal(text)})
    database.insert("t", {"v": Decimal("-99.990")})
    assert str(database.select("t")[0]["v"]) == "-99.99"


@pytest.mark.parametrize("kind", ["primary_key", "unique"])
def test_text_in_a_key_has_up_to_700_characters(database: Database, kind: str) -> None:
    """Of any alphabet; more is refused by name."""
    keyed: Dict[str, Any] = {"nullable": False, kind: True}
    database.create_table(table("t", column("v", **keyed)))
    database.insert("t", {"v": "🐍" * 700})
    assert database.count("t", {"v": "🐍" * 700}) == 1
    with pytest.raises(InvalidValueError, match="700"):
        database.insert("t", {"v": "a" * 701})
    assert database.count("t", {"v": {"neq": "a" * 5000}}) == 1


def test_two_texts_in_a_key_have_up_to_350_each(database: Database) -> None:
    key = {"type": "unique", "columns": ["a", "b"]}
    definition = table("t", column("a"), column("b"), constraints=[key])
    database.create_table(definition)
    database.insert("t", {"a": "é" * 350, "b": "🐍" * 350})
    for name in "ab":
        with pytest.raises(InvalidValueError, match="350"):
            database.insert("t", {name: "a" * 351})
    assert database.count("t") == 1


def test_a_default_must_fit_its_column(database: Database) -> None:
    for kind, value in (("INTEGER", "5"), ("TEXT", "a\0"), ("BOOLEAN", 1)):
        with pytest.raises(SchemaDefinitionError, match="default"):
            database.create_table(table("t", column("v", kind, default=value)))
    assert database.list_tables() == []
