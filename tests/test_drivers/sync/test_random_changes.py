"""A database that was changed is as one that was made so, and its rows are as they
were."""

from __future__ import annotations

from contextlib import suppress
from operator import itemgetter
from typing import Any, Dict, List, Optional

from hypothesis import HealthCheck, assume, event, given, settings, strategies as st

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import DriverQueryError, SchemaSyncError
from code_analysis_db.schema import Conversion, DefaultValue, Table, conversion
from code_analysis_db.schema.schema import Schema

from ..conformance.examples import share
from ..unified.place import Place
from .conversion_model import Misfit, become
from .random_rows import rows, schema_definitions_of

_SETTINGS = settings(
    share(12),
    # a busy machine draws slowly
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
Rows = Dict[str, List[Dict[str, Any]]]


def _is_possible(before: Schema, after: Schema) -> bool:
    """Tell whether each column that stays can get its new type."""
    return all(
        conversion(old.by_name[column.name], column) is not Conversion.IMPOSSIBLE
        for table in after.tables
        if (old := before.by_name.get(table.name)) is not None
        for column in table.columns
        if column.name in old.by_name
    )


def _described(driver: BaseDatabaseDriver) -> Dict[str, Any]:
    """Return what the driver says of all tables; columns have no order that counts."""
    return {
        name: sorted(driver.get_table_info(name), key=itemgetter("name"))
        for name in driver.list_tables()
    }


def _filled(driver: BaseDatabaseDriver, schema: Schema, data: st.DataObject) -> Rows:
    """Insert rows, and return what is stored of them."""
    for table in schema.tables:
        for row in data.draw(rows(table)):
            with suppress(DriverQueryError):
                driver.insert(table.name, row)
    return _stored(driver)


def _stored(driver: BaseDatabaseDriver) -> Rows:
    """Return the rows of all tables."""
    return {name: driver.select(name) for name in driver.list_tables()}


def _expected(
    row: Dict[str, Any], before: Table, after: Table
) -> Optional[Dict[str, Any]]:
    """Return what becomes of a row, as far as that can be told; None where a value
    does not fit."""
    new: Dict[str, Any] = {}
    for column in after.columns:
        old = before.by_name.get(column.name)
        if old is not None:
            value = row[column.name]
            try:
                new[column.name] = None if value is None else become(value, old, column)
            except Misfit:
                return None
        elif column.default is None and not column.autoincrement:
            new[column.name] = None
        elif isinstance(column.default, DefaultValue):
            new[column.name] = _is_default
    return new


def _is_default() -> None:
    """Stands for a default."""


def _sorted(found: List[Dict[str, Any]]) -> List[str]:
    """Return rows in an order of their own."""
    return sorted(repr(sorted(row.items())) for row in found)


def _check_rows(before: Schema, after: Schema, old: Rows, new: Rows) -> None:
    """See that the rows of the tables that stay are what is expected of them."""
    for table in after.tables:
        was = before.by_name.get(table.name)
        if was is None:
            assert new[table.name] == []
            continue
        expected = [_expected(row, was, table) for row in old[table.name]]
        kept = {
            name
            for row in expected
            if row is not None
            for name, value in row.items()
            if value is not _is_default
        }
        assert None not in expected
        assert _sorted(_only(new[table.name], kept)) == _sorted(
            _only([row for row in expected if row is not None], kept)
        )


def _only(found: List[Dict[str, Any]], names: Any) -> List[Dict[str, Any]]:
    """Return some columns of rows."""
    return [{name: row[name] for name in row if name in names} for row in found]


@_SETTINGS
@given(st.data())
def test_changed_from_one_to_another_is_made_by_the_other(
    place: Place, data: st.DataObject
) -> None:
    """By what the driver says of it, and by what it finds when it forgets all that it
    was told; or the change was refused, and nothing is changed."""
    first, second = (
        data.draw(schema_definitions_of(place, version)) for version in "12"
    )
    before, wanted = Schema.from_definition(first), Schema.from_definition(second)
    assume(_is_possible(before, wanted))
    driver = place.connect()
    try:
        driver.sync_schema(first)
        stored = _filled(driver, before, data)
        was, is_refused = _described(driver), False
        try:
            driver.sync_schema(second, allow_destructive=True)
        except SchemaSyncError as error:
            event("refused")
            assert _refusal(driver, second) == error.message
            assert (_described(driver), _stored(driver)) == (was, stored)
            is_refused = True
        if not is_refused:
            _check_rows(before, wanted, stored, _stored(driver))
            _check_schema(driver, place, second)
    finally:
        driver.disconnect()
        place.clear()


def _refusal(driver: BaseDatabaseDriver, definition: Dict[str, Any]) -> str:
    """Return what a dry run says is in the way."""
    report = driver.sync_schema(definition, dry_run=True, allow_destructive=True)
    return "; ".join(report["errors"])


def _check_schema(
    driver: BaseDatabaseDriver, place: Place, definition: Dict[str, Any]
) -> None:
    """See that the schema is the one of the definition, as one that is made anew."""
    exported = driver.export_schema()
    wanted = Schema.from_definition(definition)
    assert Schema.from_definition(exported).digest == wanted.digest
    assert not driver.sync_schema(definition, allow_destructive=True)["changed"]
    infos = _described(driver)
    place.clear()
    driver.sync_schema(definition)
    assert infos == _described(driver)
