"""Whatever a definition says, a backup of it is what is restored."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict

import pytest
from hypothesis import HealthCheck, given, settings

from code_analysis_db.exceptions import UnsupportedError
from code_analysis_db.schema import Schema

from ..conformance.examples import share
from ..conftest import KINDS, PlaceOf
from ..unified.place import Place
from tests.test_schema.strategies import schema_definitions

_SETTINGS = settings(
    share(4),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _digest(exported: Dict[str, Any]) -> str:
    """Return what is the same for the same schema, however it is written."""
    return Schema.from_definition(exported).digest


@pytest.mark.parametrize("kind", KINDS)
@_SETTINGS
@given(schema_definitions(with_partial_indexes=False, versions=["1"]))
def test_a_restored_schema_is_the_one_of_the_backup(
    place: Place, place_of: PlaceOf, kind: str, definition: Dict[str, Any]
) -> None:
    """A sync finds nothing to do; checks are not taken to another kind of database,
    and then nothing is changed."""
    has_checks = any(
        constraint["type"] == "check"
        for table in definition["tables"]
        for constraint in table["constraints"]
    )
    target = place_of(kind)
    driver, other = place.connect(), target.connect()
    try:
        with TemporaryDirectory() as folder:
            driver.sync_schema(definition)
            exported, backup = driver.export_schema(), driver.backup(folder)
            assert [Path(backup)] == list(Path(folder).iterdir())
            driver.restore(backup)
            assert not driver.sync_schema(definition)["changed"]
            place.clear()
            if has_checks and target is not place:
                with pytest.raises(UnsupportedError):
                    other.restore(backup)
                assert other.list_tables() == []
                return
            other.restore(backup)
        assert _digest(other.export_schema()) == _digest(exported)
        assert not other.sync_schema(definition)["changed"]
    finally:
        driver.disconnect()
        other.disconnect()
        place.clear()
        target.clear()
