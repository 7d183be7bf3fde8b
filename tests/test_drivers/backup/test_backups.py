"""Backups of every kind of database, restored into every kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.progress import Progress

from ..conftest import KINDS, PlaceOf
from ..conformance.samples import LIMITS

COLUMNS = [
    {"name": f"v_{kind.lower()}", "type": kind}
    | ({"precision": 38, "scale": 10} if kind == "DECIMAL" else {})
    for kind in LIMITS
]
EDGES: Dict[str, Any] = {
    "name": "edges",
    "columns": [{"name": "id", "type": "INTEGER", "primary_key": True}, *COLUMNS],
}


def edge_rows() -> List[Dict[str, Any]]:
    """Rows that have every value of every type, and a row without any."""
    most = max(map(len, LIMITS.values()))
    rows = [
        {
            f"v_{kind.lower()}": values[n % len(values)]
            for kind, values in LIMITS.items()
        }
        for n in range(most)
    ]
    return [*rows, {f"v_{kind.lower()}": None for kind in LIMITS}]


@pytest.fixture(params=KINDS)
def target(request: pytest.FixtureRequest, place_of: PlaceOf) -> Iterator[Any]:
    """The place of the kind that is restored into."""
    yield place_of(request.param)


def test_rows_come_back_in_every_kind_of_database(
    driver: BaseDatabaseDriver, place_of: PlaceOf, target: Any, tmp_path: Path
) -> None:
    """Values of every type to their limits, numbers that are not given again, version,
    definitions and history."""
    driver.sync_schema({"version": "7", "tables": [EDGES]})
    rows = edge_rows()
    driver.insert_many("edges", rows)
    last = driver.insert_row("edges", {})
    assert isinstance(last, int)
    driver.delete("edges", {"id": last})
    kept = driver.select("edges", order_by="id")
    told: List[Progress] = []
    backup = driver.backup(str(tmp_path), progress=told.append)
    assert told and told[-1].phase == "backup"
    exported, history = driver.export_schema(), driver.get_schema_history()
    driver.drop_table("edges")
    other = target.connect()
    try:
        other.create_table({**EDGES, "name": "later"})
        assert other.restore(backup, progress=told.append)["tables"] == ["edges"]
        assert told[-1].phase == "restore"
        assert other.list_tables() == ["edges"]
        assert other.select("edges", order_by="id") == kept
        assert other.insert_row("edges", {}) == last + 1
        assert other.get_schema_version() == "7"
        assert other.export_schema() == exported
        assert other.get_schema_history() == history
    finally:
        other.disconnect()
        target.clear()
