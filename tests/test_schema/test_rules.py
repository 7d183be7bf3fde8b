"""What a value must be to stand in a column, one at a time and in bulk."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from typing import Any, Dict, List, Tuple
from uuid import UUID

import pytest

from code_analysis_db.exceptions import InvalidValueError
from code_analysis_db.schema import Table, ValueRule

_EAST = timezone(timedelta(hours=2))


class _Number(IntEnum):
    """An int that is not exactly an int."""

    ONE = 1


def rule(logical: str, **column: Any) -> ValueRule:
    """Return the rule of a column of that type."""
    definition = {"name": "a", "type": logical, **column}
    return Table.from_definition({"name": "t", "columns": [definition]}).rules()["a"]


def both_ways(checked: ValueRule, value: Any) -> List[Any]:
    """Return a value's normal form as a single one and among others."""
    values = (value, value)
    return [checked.check_one(value), checked.check(values, {type(value)})[1]]


_ACCEPTED: List[Tuple[str, Dict[str, Any], Any, Any]] = [
    ("TEXT", {}, "", ""),
    ("TEXT", {}, "naïve 🙂 ", "naïve 🙂 "),
    ("TEXT", {"length": 2}, "🙂🙂", "🙂🙂"),
    ("INTEGER", {}, -(2**63), -(2**63)),
    ("INTEGER", {}, 2**63 - 1, 2**63 - 1),
    ("INTEGER", {}, _Number.ONE, 1),
    ("REAL", {}, 3, 3.0),
    ("REAL", {}, 1e308, 1e308),
    ("BOOLEAN", {}, True, True),
    ("DATETIME", {}, datetime(1000, 1, 1), datetime(1000, 1, 1)),
    (
        "DATETIME",
        {"timezone": True},
        datetime(2024, 1, 1, 1, tzinfo=_EAST),
        datetime(2023, 12, 31, 23, tzinfo=timezone.utc),
    ),
    ("DATE", {}, date(9999, 12, 31), date(9999, 12, 31)),
    ("TIME", {}, time(23, 59, 59, 999999), time(23, 59, 59, 999999)),
    ("DECIMAL", {"precision": 4, "scale": 2}, Decimal("1.5"), Decimal("1.50")),
    ("DECIMAL", {"precision": 4, "scale": 2}, Decimal("-0"), Decimal("0.00")),
    ("DECIMAL", {"precision": 4, "scale": 2}, Decimal("1.5000"), Decimal("1.50")),
    ("BLOB", {}, bytearray(b"\0a"), b"\0a"),
    ("BLOB", {}, memoryview(b"ab")[1:], b"b"),
    ("UUID", {}, UUID(int=10), str(UUID(int=10))),
    ("UUID", {}, "{0000000A-0000-0000-0000-00000000000A}".strip("{}"), None),
    ("JSON", {}, {"b": [1, 2.5, None], "a": "ü"}, '{"a":"ü","b":[1,2.5,null]}'),
    ("JSON", {}, "text", '"text"'),
    ("JSON", {}, "\\u0000", '"\\\\u0000"'),
    ("JSON", {}, (1, (2,)), "[1,[2]]"),
]


@pytest.mark.parametrize(("logical", "column", "value", "normal"), _ACCEPTED)
def test_a_value_of_the_type_gets_its_normal_form(
    logical: str, column: Dict[str, Any], value: Any, normal: Any
) -> None:
    """Alone as in bulk."""
    if normal is None:
        normal = str(UUID(value))
    for given in both_ways(rule(logical, **column), value):
        assert given == normal
        assert str(given) == str(normal) or logical == "INTEGER"


_REFUSED: List[Tuple[str, Dict[str, Any], Any]] = [
    ("TEXT", {}, 1),
    ("TEXT", {}, b"a"),
    ("TEXT", {}, "a\0b"),
    ("TEXT", {}, "\ud800"),
    ("TEXT", {"length": 2}, "abc"),
    ("TEXT", {"unique": True}, "a" * 701),
    ("INTEGER", {}, True),
    ("INTEGER", {}, 1.0),
    ("INTEGER", {}, "1"),
    ("INTEGER", {}, 2**63),
    ("INTEGER", {}, -(2**63) - 1),
    ("REAL", {}, True),
    ("REAL", {}, float("nan")),
    ("REAL", {}, float("-inf")),
    ("REAL", {}, 2**53 + 1),
    ("REAL", {}, 10**400),
    ("BOOLEAN", {}, 1),
    ("DATETIME", {}, date(2024, 1, 1)),
    ("DATETIME", {}, "2024-01-01"),
    ("DATETIME", {}, datetime(999, 12, 31)),
    ("DATETIME", {}, datetime(2024, 1, 1, tzinfo=_EAST)),
    ("DATETIME", {"timezone": True}, datetime(2024, 1, 1)),
    ("DATETIME", {"timezone": True}, datetime.min.replace(tzinfo=_EAST)),
    ("DATE", {}, datetime(2024, 1, 1)),
    ("DATE", {}, date(999, 1, 1)),
    ("TIME", {}, time(1, tzinfo=timezone.utc)),
    ("DECIMAL", {"precision": 4, "scale": 2}, Decimal("1.234")),
    ("DECIMAL", {"precision": 4, "scale": 2}, Decimal("100")),
    ("DECIMAL", {}, Decimal("NaN")),
    ("DECIMAL", {}, Decimal("sNaN")),
    ("DECIMAL", {}, Decimal("Infinity")),
    ("DECIMAL", {}, 1),
    ("DECIMAL", {}, 1.5),
    ("BLOB", {}, "a"),
    ("UUID", {}, "not a uuid"),
    ("UUID", {}, 5),
    ("UUID", {}, b"0123456789abcdef"),
    ("JSON", {}, {1: 2}),
    ("JSON", {}, {"a": {1, 2}}),
    ("JSON", {}, float("nan")),
    ("JSON", {}, [2**63]),
    ("JSON", {}, ["a\0b"]),
    ("JSON", {}, {"a\0": 1}),
    ("JSON", {}, ["\ud800"]),
    ("JSON", {}, datetime(2024, 1, 1)),
]


@pytest.mark.parametrize(("logical", "column", "value"), _REFUSED)
def test_any_other_value_is_refused_by_name(
    logical: str, column: Dict[str, Any], value: Any
) -> None:
    """The error names the table, the column, its type and the value's type."""
    checked = rule(logical, **column)
    with pytest.raises(InvalidValueError) as alone:
        checked.check_one(value)
    with pytest.raises(InvalidValueError) as in_bulk:
        checked.check((value, value), {type(value)})
    for error in (alone.value, in_bulk.value):
        assert (error.table, error.column) == ("t", "a")
        assert f"is {logical} and does not take the {type(value).__name__} " in str(
            error
        )


def test_json_that_holds_itself_or_is_bottomless_is_refused() -> None:
    """Neither hangs, nor overflows the stack."""
    loop: List[Any] = []
    loop.append(loop)
    deep: List[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (loop, deep):
        with pytest.raises(InvalidValueError):
            rule("JSON").check_one(value)


def test_two_text_columns_of_a_key_share_its_length() -> None:
    """350 characters each, on every database."""
    rules = Table.from_definition(
        {
            "name": "t",
            "columns": [{"name": n, "type": "TEXT"} for n in ("a", "b", "c")],
            "constraints": [{"type": "unique", "columns": ["a", "b"]}],
            "indexes": [{"columns": ["c"], "unique": True}],
        }
    ).rules()
    assert rules["a"].check_one("x" * 350) and rules["c"].check_one("x" * 700)
    for name, length in (("a", 351), ("b", 351), ("c", 701)):
        with pytest.raises(InvalidValueError, match=f"{length - 1}"):
            rules[name].check_one("x" * length)
    assert rules["a"].comparand("x" * 1000) == "x" * 1000


def test_a_refusal_does_not_print_the_whole_of_a_huge_value() -> None:
    """A hundred characters of a megabyte do; nor does printing fail."""
    for value in ("x" * 1_000_000, b"x" * 1_000_000, [0] * 1_000_000, 10**5000):
        with pytest.raises(InvalidValueError) as raised:
            rule("INTEGER").check_one(value)
        assert len(str(raised.value)) < 300


def test_a_decimal_to_compare_with_needs_not_fit() -> None:
    """It must be finite, and a Decimal."""
    checked = rule("DECIMAL", precision=4, scale=2)
    assert checked.comparand(Decimal("1.2345")) == Decimal("1.2345")
    assert str(checked.comparand(Decimal("1.2"))) == "1.20"
    for value in (Decimal("NaN"), 1.5):
        with pytest.raises(InvalidValueError):
            checked.comparand(value)
