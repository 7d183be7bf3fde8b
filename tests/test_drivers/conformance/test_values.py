"""Values of every type come back as they went, to the limits of the type."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from math import copysign
from typing import Any, Dict, List
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database
from .examples import share
from .samples import LIMITS, UTC

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
_FLOAT = st.floats(allow_nan=False, allow_infinity=False).map(lambda value: value + 0.0)
_INTEGER = st.integers(-(2**63), 2**63 - 1)
_MOMENT = st.datetimes(dt.datetime(1000, 1, 1))

RANDOM: Dict[str, st.SearchStrategy[Any]] = {
    "text": _TEXT,
    "integer": _INTEGER,
    "real": _FLOAT,
    "boolean": st.booleans(),
    "datetime": _MOMENT,
    "instant": st.datetimes(
        dt.datetime(1001, 1, 1), dt.datetime(9999, 1, 1), timezones=st.just(UTC)
    ),
    "date": st.dates(dt.date(1000, 1, 1)),
    "time": st.times(),
    "decimal": st.decimals(
        Decimal("-1e28") + 1, Decimal("1e28") - 1, places=10, allow_nan=False
    ),
    "blob": st.binary(max_size=20),
    "json": st.recursive(
        st.none() | st.booleans() | _INTEGER | _FLOAT | _TEXT,
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(_TEXT, inner, max_size=3),
        max_leaves=6,
    ).filter(lambda value: value is not None),
    "uuid": st.uuids(),
}


def single(database: Database, kind: str, **parts: Any) -> Database:
    """Return the database with a table ``t``: a number, and ``v`` of the type."""
    database.create_table(table("t", NUMBER, column("v", kind, **parts)))
    return database


def stored(database: Database, values: List[Any]) -> List[Any]:
    """Insert values into ``t`` and return them as they come back."""
    ids = database.insert_many("t", [{"v": value} for value in values])
    rows = database.select("t", {"id": ids}, order_by="id")
    return [row["v"] for row in rows]


@pytest.mark.parametrize("kind", sorted(LIMITS))
def test_to_the_limits(database: Database, kind: str) -> None:
    """Equal, and of the same Python type; by one insert or many, and by an update."""
    values = LIMITS[kind]
    single(database, kind)
    found = stored(database, values)
    assert found == values
    assert list(map(type, found)) == list(map(type, values))
    key = database.insert("t", {"v": None})
    for value in values:
        assert database.update("t", {"id": key}, {"v": value}) == 1
        assert database.select("t", {"id": key}, ["v"]) == [{"v": value}]
        if kind == "JSON":
            value = {"eq": value}
        assert database.count("t", {"id": key, "v": value}) == 1


@share(60)
@given(rows=st.lists(st.fixed_dictionaries(RANDOM), min_size=1, max_size=4))
def test_random_values(mixed: Database, rows: List[Dict[str, Any]]) -> None:
    """A row of each type at a time."""
    ids = mixed.insert_many("t", rows)
    found = mixed.select("t", {"id": ids}, list(RANDOM), order_by="id")
    for given_row, row in zip(rows, found):
        assert row == given_row
        assert json.dumps(row["json"], sort_keys=True) == json.dumps(
            given_row["json"], sort_keys=True
        )
        assert {n: type(row[n]) for n in row} == {n: type(given_row[n]) for n in row}


@pytest.fixture
def mixed(database: Database) -> Database:
    """A database with the table ``t``: a column of every type."""
    columns = [column(name, name.upper()) for name in RANDOM if name != "instant"]
    columns.append(column("instant", "DATETIME", timezone=True))
    database.create_table(table("t", NUMBER, *columns))
    return database


def test_python_types_name_the_column_types(database: Database) -> None:
    types = [str, int, float, bool, dt.datetime, dt.date, dt.time, Decimal, bytes, UUID]
    columns = [column(kind.__name__, kind.__name__) for kind in types]
    database.create_table(table("t", NUMBER, *columns))
    row = {
        "str": "",
        "int": 1,
        "float": 1.0,
        "bool": True,
        "datetime": dt.datetime(2024, 1, 1),
        "date": dt.date(2024, 1, 1),
        "time": dt.time(1),
        "Decimal": Decimal("1.0000000000"),
        "bytes": b"",
        "UUID": UUID(int=1),
    }
    assert {**database.insert("t", row, returning="*")} == {"id": 1, **row}


def test_decimals_have_the_scale_of_their_column(database: Database) -> None:
    """Whatever the digits that they were given with; there is no negative zero."""
    single(database, "DECIMAL", precision=8, scale=2)
    given_values = [
        Decimal(t) for t in ("1", "1.50", "-0", "1E+3", "999999.99", "0.10")
    ]
    assert list(map(str, stored(database, given_values))) == [
        "1.00",
        "1.50",
        "0.00",
        "1000.00",
        "999999.99",
        "0.10",
    ]


@pytest.mark.parametrize(
    ("precision", "scale", "text"),
    [
        (1, 0, "-9"),
        (1, 1, "0.9"),
        (65, 30, f"{'9' * 35}.{'9' * 30}"),
        (65, 0, "9" * 65),
    ],
)
def test_decimals_of_every_size(
    database: Database, precision: int, scale: int, text: str
) -> None:
    single(database, "DECIMAL", precision=precision, scale=scale)
    assert list(map(str, stored(database, [Decimal(text)]))) == [text]
    assert database.count("t", {"v": Decimal(text)}) == 1


def test_whole_numbers_in_a_real_column_are_floats(database: Database) -> None:
    """An int that a double holds exactly will do; there is no negative zero."""
    single(database, "REAL")
    found = stored(database, [3, -(2**53), 10**15, -0.0])
    assert found == [3.0, float(-(2**53)), 1e15, 0.0]
    assert set(map(type, found)) == {float}
    assert copysign(1, found[3]) == 1
    assert database.count("t", {"v": 3}) == database.count("t", {"v": [0]}) == 1


def test_instants_come_back_in_utc(database: Database) -> None:
    """Whatever the zone they were given in."""
    single(database, "DATETIME", timezone=True)
    zone = dt.timezone(dt.timedelta(hours=5, minutes=45))
    moment = dt.datetime(2024, 3, 31, 2, 30, 0, 1, zone)
    (found,) = stored(database, [moment])
    assert found == moment
    assert (found.tzinfo, found.hour, found.minute) == (UTC, 20, 45)
    assert database.count("t", {"v": moment.astimezone(UTC)}) == 1
    assert database.count("t", {"v": {"gt": moment - dt.timedelta(microseconds=1)}})


def test_a_naive_datetime_has_no_time_zone(database: Database) -> None:
    """Also at an hour that a summer time leaves out or has twice."""
    single(database, "DATETIME")
    moments = [dt.datetime(2024, 3, 31, 2, 30), dt.datetime(2024, 10, 27, 2, 30)]
    found = stored(database, moments)
    assert found == moments
    assert [moment.tzinfo for moment in found] == [None, None]


def test_uuids_may_be_given_as_text(database: Database) -> None:
    """In any of the spellings that Python reads."""
    single(database, "UUID")
    key = UUID("12345678-1234-5678-1234-56781234abcd")
    given_values = [str(key), str(key).upper(), key.hex, f"{{{key}}}", key.urn]
    assert stored(database, given_values) == [key] * 5
    assert database.count("t", {"v": str(key).upper()}) == 5


def test_bytes_may_be_given_as_any_buffer(database: Database) -> None:
    single(database, "BLOB")
    given_values = [bytearray(b"a\0"), memoryview(b"\0b")]
    assert stored(database, given_values) == [b"a\0", b"\0b"]


def test_subclasses_of_the_types_are_their_values(database: Database) -> None:
    """An enumeration of strings, say."""

    class Colour(str):
        """A string with a name."""

    class Count(int):
        """An int with a name."""

    columns = [column("s"), column("n", "INTEGER")]
    database.create_table(table("t", NUMBER, *columns))
    database.insert("t", {"s": Colour("red"), "n": Count(5)})
    (row,) = database.select("t", {"s": Colour("red"), "n": Count(5)}, ["s", "n"])
    assert (type(row["s"]), type(row["n"])) == (str, int)


def test_json_null_is_sql_null(database: Database) -> None:
    single(database, "JSON")
    assert stored(database, [None, [None], {"a": None}]) == [
        None,
        [None],
        {"a": None},
    ]
    assert database.count("t", {"v": None}) == 1


def test_texts_that_differ_a_little_are_different(database: Database) -> None:
    """By case, by a space at the end, by how an accent is written."""
    single(database, "TEXT")
    texts = ["a", "A", "a ", " a", "á", "a\u0301", "ß", "ss", "ﬀ", "ff", "İ", "i", ""]
    stored(database, texts)
    for text in texts:
        assert database.select("t", {"v": text}, ["v"]) == [{"v": text}]


def test_unix_time_stays_the_number_that_it_is(database: Database) -> None:
    """No time zone or unit is read into it."""
    single(database, "REAL")
    assert stored(database, [1700000000.25]) == [1700000000.25]
