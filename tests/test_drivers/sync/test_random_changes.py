"""A database that was changed is as one that was made so."""

from __future__ import annotations

from operator import itemgetter
from typing import Any, Dict

from hypothesis import HealthCheck, assume, given, settings

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.schema.conversion import Conversion, conversion
from code_analysis_db.schema.schema import Schema

from ..conformance.examples import share
from ..unified.place import Place
from .random_schemas import schemas

_SETTINGS = settings(
    share(12),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _is_possible(before: Schema, after: Schema, place: Place) -> bool:
    """Tell whether every value of each column that stays is one of its new type."""
    return all(
        conversion(old.by_name[column.name], column)
        in (Conversion.SAME, Conversion.WIDENING)
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


@_SETTINGS
@given(schemas("1"), schemas("2"))
def test_changed_from_one_to_another_is_made_by_the_other(
    place: Place, first: Dict[str, Any], second: Dict[str, Any]
) -> None:
    """By what the driver says of it, and by what it finds when it forgets all that it
    was told."""
    before, wanted = Schema.from_definition(first), Schema.from_definition(second)
    assume(_is_possible(before, wanted, place))
    driver = place.connect()
    try:
        driver.sync_schema(first)
        driver.sync_schema(second, allow_destructive=True)
        exported = driver.export_schema()
        assert Schema.from_definition(exported).digest == wanted.digest
        assert not driver.sync_schema(second, allow_destructive=True)["changed"]
        infos = _described(driver)
        place.clear()
        driver.sync_schema(second)
        assert infos == _described(driver)
    finally:
        driver.disconnect()
        place.clear()
