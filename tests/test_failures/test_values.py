"""Values of every column type, from a client through the process to SQLite and back."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Dict, Iterator, List
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from code_analysis_db.client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import InvalidValueError

_COLUMNS: Dict[str, Dict[str, Any]] = {
    "text": {"type": "TEXT"},
    "integer": {"type": "INTEGER"},
    "real": {"type": "REAL"},
    "boolean": {"type": "BOOLEAN"},
    "datetime": {"type": "DATETIME"},
    "instant": {"type": "DATETIME", "timezone": True},
    "date": {"type": "DATE"},
    "time": {"type": "TIME"},
    "decimal": {"type": "DECIMAL", "precision": 20, "scale": 6},
    "blob": {"type": "BLOB"},
    "json": {"type": "JSON"},
    "uuid": {"type": "UUID"},
}
_TABLE: Dict[str, Any] = {
    "name": "values",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        *({"name": name, **column} for name, column in _COLUMNS.items()),
    ],
}


def _unfolded(value: Any) -> Any:
    """Return a time without the mark of its second run, which means nothing here."""
    return value.replace(fold=0)


_INTEGERS = st.integers(-(2**63), 2**63 - 1)
_REALS = st.floats(allow_nan=False, allow_infinity=False)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_FIRST = datetime.datetime(1000, 1, 1)
_LAST = datetime.datetime(9999, 12, 31, 23, 59, 59, 999999)
# An hour of the offset may not lead out of the years that there are.
_MOMENTS = st.datetimes(
    _FIRST + datetime.timedelta(days=1), _LAST - datetime.timedelta(days=1)
)
_ZONES = st.integers(-23 * 60, 23 * 60).map(
    lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes))
)
_VALUES: Dict[str, st.SearchStrategy[Any]] = {
    "text": _TEXTS,
    "integer": _INTEGERS,
    "real": _REALS,
    "boolean": st.booleans(),
    "datetime": st.datetimes(_FIRST, _LAST).map(_unfolded),
    "instant": st.builds(lambda m, z: m.replace(tzinfo=z, fold=0), _MOMENTS, _ZONES),
    "date": st.dates(datetime.date(1000, 1, 1)),
    "time": st.times().map(_unfolded),
    "decimal": st.decimals(
        Decimal("-99999999999999.999999"), Decimal("99999999999999.999999"), places=6
    ),
    "blob": st.binary(),
    "json": st.recursive(
        st.none() | st.booleans() | _INTEGERS | _REALS | _TEXTS,
        lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner),
        max_leaves=8,
    ),
    "uuid": st.uuids(),
}
_LIMITS: Dict[str, List[Any]] = {
    "text": ["", " a ", "a\r\n\tb", "😀\U0010ffff", "é", "'\"`%_\\?;--"],
    "integer": [-(2**63), -1, 0, 2**53 + 1, 2**63 - 1],
    "real": [5e-324, 1.7976931348623157e308, 0.1, 1e16, 3.0],
    "boolean": [False, True],
    "datetime": [_FIRST, _LAST, datetime.datetime(2000, 2, 29, 0, 0, 0, 1)],
    "instant": [_FIRST.replace(tzinfo=datetime.timezone.utc)],
    "date": [datetime.date(1000, 1, 1), datetime.date.max],
    "time": [datetime.time.min, datetime.time.max, datetime.time(1, 2, 3, 4)],
    "decimal": [Decimal("0.000001"), Decimal("-99999999999999.999999"), Decimal("1")],
    "blob": [b"", b"\0", bytes(range(256)), b"text"],
    "json": [[], {}, "", 0, 1.0, False, {"": [None, {"é": [2**63 - 1]}]}],
    "uuid": [UUID(int=0), UUID(int=2**128 - 1)],
}
_ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | v for name, v in _VALUES.items()}),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def values(process: DriverProcess) -> Iterator[DatabaseClient]:
    """A client, and a table with a column of each type."""
    with process.client() as client:
        client.rpc.create_table(_TABLE)
        yield client
        client.rpc.drop_table("values")


def _round_trip(client: DatabaseClient, rows: List[Dict[str, Any]]) -> None:
    """Write rows and read them by each way; their values and types are the same."""
    ids = client.rpc.insert_many("values", rows)
    where = {"id": ids}
    expected = [_normal(row) for row in rows]
    columns = list(_COLUMNS)
    selected = client.rpc.select("values", where, columns, order_by="id")
    assert _shown(selected) == _shown(expected)
    streamed = client.rpc.select_iter("values", where, columns, order_by="id")
    assert _shown(list(streamed)) == _shown(expected)
    updated = client.rpc.update("values", {"id": ids[0]}, rows[-1], returning=columns)
    assert _shown(updated) == _shown([expected[-1]])
    for name, value in rows[-1].items():
        assert client.rpc.count("values", {"id": ids[0], name: {"eq": value}}) == 1
    assert client.rpc.delete("values", where) == len(rows)


def _normal(row: Dict[str, Any]) -> Dict[str, Any]:
    """Return the row as it comes back: instants in UTC, decimals with their scale, and
    no sign of a real zero, which SQLite does not keep."""
    instant, number = row["instant"], row["decimal"]
    return {
        **row,
        "instant": instant and instant.astimezone(datetime.timezone.utc),
        "decimal": None if number is None else number.quantize(Decimal("0.000001")),
        "real": row["real"] or (None if row["real"] is None else 0.0),
    }


def _shown(rows: List[Dict[str, Any]]) -> List[str]:
    """Return the rows in a form that tells 1 from 1.0 and True, also in JSON, whose
    keys have no order."""
    return [
        repr({name: _ordered(value) for name, value in sorted(row.items())})
        for row in rows
    ]


def _ordered(value: Any) -> Any:
    """Return JSON with its keys in order."""
    if isinstance(value, dict):
        return {key: _ordered(item) for key, item in sorted(value.items())}
    return list(map(_ordered, value)) if isinstance(value, list) else value


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ROWS)
def test_any_row_comes_back_with_its_types(
    values: DatabaseClient, rows: List[Dict[str, Any]]
) -> None:
    """Failure story 9: of every type, by every way of writing and reading."""
    _round_trip(values, rows)


@pytest.mark.parametrize("column", list(_COLUMNS))
def test_limits_of_each_type_come_back(values: DatabaseClient, column: str) -> None:
    _round_trip(
        values,
        [{**dict.fromkeys(_COLUMNS), column: value} for value in _LIMITS[column]],
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", "a\0b"),
        ("text", "\ud800"),
        ("text", b"a"),
        ("integer", 2**63),
        ("integer", -(2**63) - 1),
        ("integer", 1.0),
        ("integer", True),
        ("real", float("nan")),
        ("real", float("inf")),
        ("real", "1.0"),
        ("boolean", 1),
        ("datetime", datetime.datetime(999, 12, 31)),
        ("datetime", datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)),
        ("instant", datetime.datetime(2000, 1, 1)),
        ("date", datetime.datetime(2000, 1, 1)),
        ("decimal", Decimal("0.0000001")),
        ("decimal", Decimal("1e15")),
        ("decimal", 1.5),
        ("blob", "a"),
        ("json", {"a": float("nan")}),
        ("json", ["\0"]),
        ("json", 2**64),
        ("uuid", "no uuid"),
    ],
)
def test_value_that_not_every_database_holds_is_refused_and_nothing_is_written(
    values: DatabaseClient, column: str, value: Any
) -> None:
    """By the type of its column, also in the last of many rows and in a condition."""
    before = values.rpc.count("values")
    with pytest.raises(InvalidValueError):
        values.rpc.insert_many("values", [{column: None}] * 9 + [{column: value}])
    if not isinstance(value, Decimal):  # any decimal may be compared with
        with pytest.raises(InvalidValueError):
            values.rpc.select("values", {column: {"eq": value}})
    assert values.rpc.count("values") == before
