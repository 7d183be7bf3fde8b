"""``aggregate``: functions over all rows, over some, over groups."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import (
    DriverQueryError,
    InvalidValueError,
    UnknownColumnError,
)

from ..unified.definitions import MALFORMED, NUMBER, column, table
from ..unified.interface import Database
from .samples import SAMPLES

FUNCTIONS = ("count", "count_distinct", "sum", "avg", "min", "max")
EVERY = {function: (function, "v") for function in FUNCTIONS}


def made(database: Database, kind: str, values: List[Any], **parts: Any) -> Database:
    """Return the database with a table ``t`` whose column ``v`` has these values."""
    database.create_table(table("t", NUMBER, column("v", kind, **parts)))
    database.insert_many("t", [{"v": value} for value in values])
    return database


def typed(row: Dict[str, Any]) -> Dict[str, Any]:
    """Return each value with its type."""
    return {name: (type(value), value) for name, value in row.items()}


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (
            "INTEGER",
            [1, 2, 2, None],
            {"sum": 5, "avg": 5 / 3, "min": 1, "max": 2},
        ),
        ("INTEGER", [1, 1, 4, None], {"sum": 6, "avg": 2.0, "min": 1, "max": 4}),
        (
            "REAL",
            [0.5, 0.25, 0.25, None],
            {"sum": 1.0, "avg": 1 / 3, "min": 0.25, "max": 0.5},
        ),
        (
            "DECIMAL",
            [Decimal("0.1"), Decimal("0.2"), Decimal("0.2"), None],
            {
                "sum": Decimal("0.5000000000"),
                "avg": Decimal("0.16666666666667"),
                "min": Decimal("0.1000000000"),
                "max": Decimal("0.2000000000"),
            },
        ),
    ],
    ids=["ints", "whole average", "reals", "decimals"],
)
def test_numbers(
    database: Database, kind: str, values: List[Any], expected: Dict[str, Any]
) -> None:
    """Sums keep the type; an average of ints and of reals is a float, that of decimals
    has four digits more.  NULLs do not count."""
    (row,) = made(database, kind, values).aggregate("t", EVERY)
    assert typed(row) == typed({"count": 3, "count_distinct": 2, **expected})


@pytest.mark.parametrize("kind", ["INTEGER", "REAL", "DECIMAL"])
@pytest.mark.parametrize("values", [[], [None, None]], ids=["no rows", "only NULLs"])
def test_over_nothing(database: Database, kind: str, values: List[Any]) -> None:
    """Counts are 0, all else is None."""
    (row,) = made(database, kind, values).aggregate("t", EVERY)
    assert row == {
        "count": 0,
        "count_distinct": 0,
        "sum": None,
        "avg": None,
        "min": None,
        "max": None,
    }


def test_ints_at_their_ends(database: Database) -> None:
    """A sum within 64 bits is exact; one beyond is refused, never wrapped around."""
    filled = made(database, "INTEGER", [2**62, 2**62 - 1, -(2**63), 2**63 - 1])
    calls = {"sum": ("sum", "v"), "min": ("min", "v"), "max": ("max", "v")}
    (row,) = filled.aggregate("t", calls, {"id": [1, 2]})
    assert row["sum"] == 2**63 - 1
    (row,) = filled.aggregate("t", calls)
    assert row == {"sum": 2**63 - 2, "min": -(2**63), "max": 2**63 - 1}
    with pytest.raises(InvalidValueError):
        filled.aggregate("t", calls, {"id": [1, 4]})
    with pytest.raises(InvalidValueError):
        filled.aggregate("t", {"sum": ("sum", "v")}, {"id": [2, 4, 1]})
    filled.insert_many("t", [{"v": 2**63 - 1}, {"v": -(2**63)}, {"v": -(2**63)}])
    (row,) = filled.aggregate("t", {"sum": ("sum", "v")})
    assert row == {"sum": -3}
    (row,) = filled.aggregate("t", {"sum": ("sum", "v")}, {"v": -(2**63), "id": 3})
    assert row == {"sum": -(2**63)}


def test_an_average_of_large_ints_is_that_of_their_exact_sum(
    database: Database,
) -> None:
    values = [2**62, -(2**62) + 3, 2**53 + 1, -(2**53)]
    (row,) = made(database, "INTEGER", values).aggregate("t", {"v": ("avg", "v")})
    assert row == {"v": 1.0}
    filled = database.insert_many("t", [{"v": 2**63 - 1}] * 3)
    (row,) = database.aggregate("t", {"v": ("avg", "v")}, {"id": filled})
    assert row == {"v": float(2**63)}


def test_decimals_are_exact(database: Database) -> None:
    """Many digits, no doubles on the way; halves round away from zero."""
    big = Decimal("9999999999999999999999999999.9999999999")
    filled = made(database, "DECIMAL", [big, big, Decimal("0.0000000001")])
    (row,) = filled.aggregate("t", {"sum": ("sum", "v"), "max": ("max", "v")})
    assert row == {"sum": Decimal(f"1{'9' * 28}.{'9' * 10}"), "max": big}
    columns = [NUMBER, column("v", "DECIMAL", precision=8, scale=2)]
    filled.create_table(table("u", *columns))
    filled.insert_many(
        "u", [{"v": Decimal(text)} for text in ("-0.01", "0.00", "-2.00")]
    )
    (row,) = filled.aggregate("u", {"avg": ("avg", "v"), "sum": ("sum", "v")})
    assert typed(row) == typed({"avg": Decimal("-0.670000"), "sum": Decimal("-2.01")})
    (row,) = filled.aggregate("u", {"avg": ("avg", "v")}, {"id": {"lte": 2}})
    assert str(row["avg"]) == "-0.005000"


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("TEXT", "B", "a "),
        ("DATETIME", dt.datetime(1000, 1, 1), dt.datetime(2024, 1, 1, 0, 0, 0, 1)),
        ("DATE", dt.date(1000, 1, 1), dt.date(9999, 12, 31)),
        ("TIME", dt.time(9), dt.time(10, 0, 0, 1)),
    ],
)
def test_least_and_greatest_of_other_types(
    database: Database, kind: str, low: Any, high: Any
) -> None:
    """In the one order that sorting has."""
    (row,) = made(database, kind, [high, low, None]).aggregate(
        "t", {"low": ("min", "v"), "high": ("max", "v")}
    )
    assert typed(row) == typed({"low": low, "high": high})


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_counts_are_offered_over_every_type(database: Database, kind: str) -> None:
    filled = made(database, kind, SAMPLES[kind] * 2)
    calls = {"all": ("count", "*"), "some": ["count", "v"]}
    calls["kinds"] = ("count_distinct", "v")
    assert filled.aggregate("t", calls) == [{"all": 6, "some": 4, "kinds": 2}]


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_groups_over_every_type(database: Database, kind: str) -> None:
    """NULL is a group; each comes back as the value that it is."""
    filled = made(database, kind, SAMPLES[kind] * 2)
    rows = filled.aggregate("t", {"n": ("count", "*")}, group_by=["v"])
    expected = [{"v": value, "n": 2} for value in SAMPLES[kind]]
    assert sorted(map(repr, rows)) == sorted(map(repr, expected))


def test_groups_of_several_columns(database: Database) -> None:
    """Their columns come first, in the order asked for."""
    columns = [column("a"), column("b", "BOOLEAN"), column("n", "INTEGER")]
    database.create_table(table("t", *columns))
    values = [("x", True, 1), ("x", True, 2), ("X", True, 4), ("x", None, 8)]
    database.insert_many("t", [dict(zip("abn", row)) for row in values])
    rows = database.aggregate(
        "t", {"total": ("sum", "n")}, {"n": {"lt": 9}}, group_by=["b", "a"]
    )
    assert list(rows[0]) == ["b", "a", "total"]
    assert sorted(rows, key=str) == [
        {"b": None, "a": "x", "total": 8},
        {"b": True, "a": "X", "total": 4},
        {"b": True, "a": "x", "total": 3},
    ]
    nothing = {"n": {"gt": 9}}
    calls = {"n": ("count", "*")}
    assert database.aggregate("t", calls, nothing, group_by=["a"]) == []
    assert database.aggregate("t", calls, nothing) == [{"n": 0}]


def test_groups_mind_case_and_trailing_spaces(database: Database) -> None:
    filled = made(database, "TEXT", ["a", "A", "a ", "á", "a"])
    rows = filled.aggregate("t", {"n": ("count", "*")}, group_by=["v"])
    assert {row["v"]: row["n"] for row in rows} == {"a": 2, "A": 1, "a ": 1, "á": 1}


@pytest.mark.parametrize(
    ("aggregates", "group_by", "error"),
    [
        ({}, None, DriverQueryError),
        ({"x": "count"}, None, MALFORMED),
        ({"x": ("count",)}, None, DriverQueryError),
        ({"x": ("summ", "v")}, None, DriverQueryError),
        ({"x": ("sum", "*")}, None, DriverQueryError),
        ({"x": ("sum", "w")}, None, UnknownColumnError),
        ({"x": ("count", "*")}, ["w"], UnknownColumnError),
        ({"v": ("count", "*")}, ["v"], DriverQueryError),
    ],
)
def test_what_cannot_be_aggregated_is_refused(
    database: Database, aggregates: Any, group_by: Any, error: Any
) -> None:
    with pytest.raises(error):
        made(database, "INTEGER", [1]).aggregate("t", aggregates, None, group_by)


@pytest.mark.parametrize(
    ("function", "kind"),
    [(function, kind) for function in ("sum", "avg") for kind in ("TEXT", "DATE")]
    + [(function, kind) for function in ("min", "max") for kind in ("BLOB", "UUID")]
    + [("max", "JSON"), ("sum", "BOOLEAN"), ("min", "BOOLEAN")],
)
def test_a_function_is_offered_where_it_means_the_same_everywhere(
    database: Database, function: str, kind: str
) -> None:
    with pytest.raises(DriverQueryError, match="not offered"):
        made(database, kind, []).aggregate("t", {"x": (function, "v")})
