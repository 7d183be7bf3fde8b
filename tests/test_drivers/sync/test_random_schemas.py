"""Whatever a definition says, a sync does it once."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings, strategies as st

from code_analysis_db.schema.schema import Schema

from ..conformance.examples import share
from ..unified.place import Place
from .random_rows import schema_definitions_of

_SETTINGS = settings(
    share(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@_SETTINGS
@given(st.data())
def test_the_second_sync_finds_nothing_to_do(place: Place, data: st.DataObject) -> None:
    """And the export is what was wanted; also to a driver that knows nothing yet."""
    definition = data.draw(schema_definitions_of(place))
    driver = place.connect()
    try:
        driver.sync_schema(definition)
        exported = driver.export_schema()
        wanted = Schema.from_definition(definition)
        assert Schema.from_definition(exported).digest == wanted.digest
        for again in (definition, exported, wanted):
            report = driver.sync_schema(again)
            assert not report["changed"], report["steps"]
        driver.disconnect()
        driver = place.connect()
        assert not driver.sync_schema(definition)["changed"]
    finally:
        driver.disconnect()
        place.clear()
