"""Values of every type come back as they went, and sort and add as they should."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Dict, List
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.dialects.sqlite_functions import compare_decimals
from code_analysis_db.exceptions import InvalidValueError

from .database import DIALECT, Database

_text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
_int64 = st.integers(-(2**63), 2**63 - 1)
_first = datetime(1000, 1, 2)
_last = datetime(9999, 12, 30)
_json = st.recursive(
    st.none() | st.booleans() | _int64 | _text | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(_text, inner, max_size=3),
    max_leaves=8,
).filter(lambda value: value is not None)


def _finite(value: Any) -> bool:
    """Tell whether a JSON value holds no infinity."""
    return "inf" not in repr(value)


_COLUMNS: Dict[str, Dict[str, Any]] = {
    "text": {"type": "TEXT"},
    "integer": {"type": "INTEGER"},
    "real": {"type": "REAL"},
    "boolean": {"type": "BOOLEAN"},
    "naive": {"type": "DATETIME"},
    "instant": {"type": "DATETIME", "timezone": True},
    "date": {"type": "DATE"},
    "time": {"type": "TIME"},
    "decimal": {"type": "DECIMAL", "precision": 20, "scale": 6},
    "blob": {"type": "BLOB"},
    "json": {"type": "JSON"},
    "uuid": {"type": "UUID"},
}
_VALUES: Dict[str, st.SearchStrategy[Any]] = {
    "text": _text,
    "integer": _int64,
    "real": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "naive": st.datetimes(_first, _last),
    "instant": st.datetimes(
        _first, _last, timezones=st.sampled_from([timezone(timedelta(hours=-9))])
    ),
    "date": st.dates(_first.date(), _last.date()),
    "time": st.times(),
    "decimal": st.decimals(-(10**13), 10**13, places=6),
    "blob": st.binary(),
    "json": _json.filter(_finite),
    "uuid": st.uuids(),
}
_KINDS = {
    "text": str,
    "integer": int,
    "real": float,
    "boolean": bool,
    "naive": datetime,
    "instant": datetime,
    "date": date,
    "time": time,
    "decimal": Decimal,
    "blob": bytes,
    "uuid": UUID,
}


@pytest.mark.parametrize("name", list(_COLUMNS))
@given(data=st.data())
def test_a_value_comes_back_with_its_type(name: str, data: st.DataObject) -> None:
    """One at a time as in bulk, and is found by itself."""
    values = data.draw(st.lists(st.none() | _VALUES[name], min_size=1, max_size=5))
    database = Database(
        [{"name": "id", "type": "INTEGER", "primary_key": True}]
        + [{"name": "v", **_COLUMNS[name]}]
    )
    database.insert(["v"], [[value] for value in values])
    for value in values:
        database.insert(["v"], [[value]])
    back = [row["v"] for row in database.select(order_by="id")]
    assert back == values + values
    assert name == "json" or {type(v) for v in back} <= {_KINDS[name], type(None)}
    for value in values:
        where = {"v": {"eq": value}}
        found = database.select(where)
        assert [row["v"] for row in found].count(value) == len(found) > 0
    present = [value for value in values if value is not None]
    assert len(database.select({"v": {"in": present}})) == 2 * len(present)
    native = DIALECT.native_decoder(DIALECT.native_type(database.table.by_name["v"]))
    stored = [row[0] for row in database.connection.execute('SELECT "v" FROM "t"')]
    assert list(native(stored) if native else stored) == back


@pytest.mark.parametrize(
    "name", ["text", "integer", "real", "naive", "instant", "date", "time", "decimal"]
)
@given(data=st.data())
def test_values_sort_and_compare_as_in_python(name: str, data: st.DataObject) -> None:
    """Text by code points; NULLs first ascending, last descending."""
    values = data.draw(st.lists(_VALUES[name], min_size=1, max_size=6))
    database = Database([{"name": "v", **_COLUMNS[name]}])
    database.insert(["v"], [[value] for value in [None, *values, None]])
    ordered = [row["v"] for row in database.select(order_by="v")]
    assert ordered == [None, None, *sorted(values)]
    backwards = [row["v"] for row in database.select(order_by=[("v", "DESC")])]
    assert backwards == [*sorted(values, reverse=True), None, None]
    pivot = values[0]
    above = [row["v"] for row in database.select({"v": {"gt": pivot}}, order_by="v")]
    assert above == [value for value in sorted(values) if value > pivot]
    calls = {"low": ("min", "v"), "high": ("max", "v")}
    (extremes,) = database.run(database.statements.aggregate(calls))
    assert extremes == {"low": min(values), "high": max(values)}


@given(st.lists(_VALUES["decimal"], min_size=1))
def test_decimals_add_exactly(values: List[Decimal]) -> None:
    """Where doubles would not."""
    database = Database([{"name": "v", **_COLUMNS["decimal"]}])
    database.insert(["v"], [[value] for value in [*values, None]])
    calls = {"sum": ("sum", "v"), "avg": ("avg", "v")}
    (row,) = database.run(database.statements.aggregate(calls))
    assert row["sum"] == sum(values)
    assert abs(row["avg"] * len(values) - sum(values)) < Decimal("1e-6")
    none = database.run(database.statements.aggregate(calls, {"v": []}))
    assert none == [{"sum": None, "avg": None}]


@given(st.lists(st.sampled_from(["1.0", "1", "-2", "x", "", "10", "y"]), min_size=3))
def test_the_decimal_order_is_one_even_over_stray_text(texts: List[str]) -> None:
    """A collation that contradicts itself would damage an index."""
    a, b, c = texts[:3]
    assert compare_decimals(a, b) == -compare_decimals(b, a)
    if compare_decimals(a, b) <= 0 and compare_decimals(b, c) <= 0:
        assert compare_decimals(a, c) <= 0


def test_a_stray_value_that_raw_sql_left_is_named() -> None:
    """It is not passed off as a value of the type."""
    database = Database([{"name": "v", "type": "BOOLEAN"}])
    database.connection.execute("INSERT INTO t VALUES (7)")
    with pytest.raises(InvalidValueError, match="column 'v' of table 't' holds"):
        database.select()


def test_defaults_fill_what_a_row_lacks() -> None:
    """Each in its stored form; the clock's in UTC, to the microsecond's width."""
    values = {
        "text": "it's",
        "integer": -5,
        "real": 1e300,
        "boolean": True,
        "naive": datetime(2024, 1, 2),
        "instant": datetime(2024, 1, 2, tzinfo=timezone.utc),
        "date": date(2024, 1, 2),
        "time": time(1, 2, 3),
        "decimal": Decimal("-1.5"),
        "blob": b"\0'",
        "json": ["it's", None],
        "uuid": UUID(int=7),
    }
    columns = [
        {"name": name, "default": values[name], **column}
        for name, column in _COLUMNS.items()
    ]
    now = {"type": "DATETIME", "default": {"expression": "CURRENT_TIMESTAMP"}}
    database = Database([*columns, {"name": "now", **now}])
    database.insert([], [[], []])
    rows = database.select()
    for row in rows:
        age = datetime.now(timezone.utc).replace(tzinfo=None) - row.pop("now")
        assert timedelta(seconds=-1) < age < timedelta(minutes=5)
    assert rows == [values, values]


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (None, None),
        (True, 1),
        ("a", "a"),
        (2**63 - 1, 2**63 - 1),
        (b"a", b"a"),
        (memoryview(b"a"), b"a"),
        (datetime(2024, 1, 1), "2024-01-01 00:00:00.000000"),
        (
            datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=1))),
            "2023-12-31 23:00:00.000000",
        ),
        (date(2024, 1, 1), "2024-01-01"),
        (time(1), "01:00:00.000000"),
        (Decimal("1E+3"), "1000"),
        (UUID(int=1), str(UUID(int=1))),
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
    ],
)
def test_a_raw_parameter_is_stored_by_its_own_type(value: Any, stored: Any) -> None:
    """Nothing says which column it meets."""
    encoded = DIALECT.encode_parameter(value)
    assert encoded == stored and type(encoded) is type(stored)


@pytest.mark.parametrize(
    "value",
    [
        2**63,
        float("nan"),
        "a\0",
        "\udfff",
        Decimal("NaN"),
        time(1, tzinfo=timezone.utc),
        {1},
        object(),
        {"a": {1}},
    ],
)
def test_a_raw_parameter_that_no_database_holds_is_refused(value: Any) -> None:
    """Before it is sent."""
    with pytest.raises(InvalidValueError):
        DIALECT.encode_parameter(value)
