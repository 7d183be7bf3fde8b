"""Whatever a column's values and its types are: after the change each value is what
Python says it becomes, or the change was refused and nothing is changed."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

import attrs
from hypothesis import HealthCheck, given, settings, strategies as st

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import SchemaSyncError
from code_analysis_db.schema import Column, Conversion, Schema, Table, conversion

from ..conformance.examples import share
from ..unified.place import Place
from .conversion_model import Misfit, become
from .conversion_values import COLUMNS, values

_KEY = Table.from_definition(
    {"name": "t", "columns": [{"name": "id", "type": "INTEGER", "primary_key": True}]}
)
_PAIRS = [
    (before, after)
    for before in COLUMNS
    for after in COLUMNS
    if conversion(before, after) in (Conversion.WIDENING, Conversion.NARROWING)
]
_SETTINGS = settings(
    share(30),
    # a busy machine draws slowly
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)


def _schema(*columns: Column) -> Schema:
    """Return a schema of one table with columns beside its key."""
    return Schema((attrs.evolve(_KEY, columns=(*_KEY.columns, *columns)),))


def _become(value: Any, before: Column, after: Column) -> Tuple[bool, Any]:
    """Return whether a value fits, and what it becomes."""
    try:
        return True, None if value is None else become(value, before, after)
    except Misfit:
        return False, None


def _found(driver: BaseDatabaseDriver) -> List[Any]:
    """Return the column's values, with their types, in order."""
    rows = driver.select("t", order_by=["id"])
    return [(type(row["c"]), row["c"]) for row in rows]


def _typed(drawn: List[Any]) -> List[Any]:
    """Return values as :func:`_found` does."""
    return [(type(value), value) for value in drawn]


@_SETTINGS
@given(
    st.sampled_from(_PAIRS).flatmap(
        lambda pair: st.tuples(
            st.just(pair[0]),
            st.just(pair[1]),
            st.lists(st.none() | values(pair[0]), max_size=6),
        )
    )
)
def test_values_become_what_python_says_or_are_counted(
    place: Place, drawn: Tuple[Column, Column, List[Any]]
) -> None:
    """On every database the same."""
    before, after, rows = drawn
    expected = [_become(value, before, after) for value in rows]
    misfits = sum(not fits for fits, _ in expected)
    driver = place.connect()
    try:
        driver.sync_schema(_schema(before))
        driver.insert_many("t", [{"c": value} for value in rows])
        stored = _found(driver)
        fault: Optional[str] = None
        try:
            driver.sync_schema(_schema(after), allow_destructive=True)
        except SchemaSyncError as error:
            fault = error.message
        if misfits:
            assert fault is not None, expected
            assert f"in {misfits} row" in fault
            assert driver.export_schema()["tables"] == (
                _schema(before).to_definition()["tables"]
            )
            assert _found(driver) == stored
        else:
            assert fault is None
            assert _found(driver) == _typed([value for _, value in expected])
            assert not driver.sync_schema(_schema(after))["changed"]
    finally:
        driver.disconnect()
        place.clear()


def test_every_pair_at_once_on_no_rows(place: Place) -> None:
    """Whatever would not fit."""
    before, after = (
        _schema(*(attrs.evolve(p[side], name=f"c{n}") for n, p in enumerate(_PAIRS)))
        for side in (0, 1)
    )
    driver = place.connect()
    try:
        driver.sync_schema(before)
        driver.sync_schema(after, allow_destructive=True)
        assert not driver.sync_schema(after)["changed"]
        assert driver.export_schema()["tables"] == after.to_definition()["tables"]
    finally:
        driver.disconnect()
        place.clear()
