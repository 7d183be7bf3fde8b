"""What comes between the counting of values and their change is not cut either."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Callable, Dict, List, Tuple

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.drivers.sync.preflight import Preflight
from code_analysis_db.drivers.sync.step import Step
from code_analysis_db.drivers.tables import TableChanges
from code_analysis_db.exceptions import SchemaSyncError
from code_analysis_db.schema import Schema

from ..unified.place import Place
from .definitions import definition, table

_TEXT = {"name": "c", "type": "TEXT", "length": 50}
_NARROWED = [
    {"name": "c", "type": "TEXT", "length": 5},
    {"name": "c", "type": "INTEGER"},
    {"name": "c", "type": "DATETIME", "timezone": True},
    {"name": "c", "type": "UUID"},
    {"name": "d", "type": "DATE", "renamed_from": "c"},
]


@pytest.mark.parametrize("column", _NARROWED, ids=lambda column: column["type"])
def test_a_row_that_comes_after_the_count_is_not_cut(
    place: Place,
    driver: BaseDatabaseDriver,
    monkeypatch: pytest.MonkeyPatch,
    column: Dict[str, Any],
) -> None:
    """The database itself refuses the change, and the values stay; when they fit, the
    same sync goes through."""
    if not place.dialect.alters_in_place:
        pytest.skip("nobody else writes between the count and the change")
    driver.sync_schema(definition("1", table("t", _TEXT)))
    driver.insert_many("t", [{"c": "does not fit"}, {"c": None}])
    before = driver.export_schema()
    wanted = definition("2", table("t", column))
    with monkeypatch.context() as patch:
        patch.setattr(Preflight, "_misfits", lambda *arguments: [])
        with pytest.raises(SchemaSyncError, match="table 't' has got a row meanwhile"):
            driver.sync_schema(wanted, allow_destructive=True)
    if place.dialect.has_transactional_ddl or "renamed_from" not in column:
        assert driver.export_schema() == before
        assert driver.select("t", columns=["c"], order_by=["id"]) == [
            {"c": "does not fit"},
            {"c": None},
        ]
    name = "c" if driver.get_table_info("t")[1]["name"] == "c" else "d"
    driver.delete("t", {name: "does not fit"})
    assert driver.sync_schema(wanted, allow_destructive=True)["changed"]
    assert not driver.sync_schema(wanted)["changed"]
    assert driver.get_table_info("t")[1]["type"] == column["type"]


class _CutOff(BaseException):
    """Ends a sync as the death of its process does: nobody tidies up."""


def _cut_after(count: int) -> Callable[..., None]:
    """Return a way to run a step of which only so many statements are run."""

    def run(tables: Any, step: Step, session: Any, progress: Any) -> None:
        """Run the first statements."""
        for sql in step.statements[:count]:
            session.query(sql)
        raise _CutOff

    return run


_MOMENT = datetime(2024, 2, 29, 1, 2, 3, 456000)
_CUT_OFF: List[Tuple[Dict[str, Any], Any, Dict[str, Any], Any]] = [
    ({"type": "DATETIME"}, _MOMENT, {"type": "TEXT"}, _MOMENT.isoformat()),
    (
        {"type": "DATETIME", "timezone": True},
        _MOMENT.replace(tzinfo=timezone.utc),
        {"type": "TEXT", "length": 40, "nullable": False},
        f"{_MOMENT.isoformat()}+00:00",
    ),
    (
        {"type": "TEXT", "length": 40},
        "2024-02-29T01:02:03.456Z",
        {"type": "DATETIME", "timezone": True},
        _MOMENT.replace(tzinfo=timezone.utc),
    ),
    ({"type": "TEXT"}, "5", {"type": "INTEGER", "renamed_from": "c"}, 5),
]


@pytest.mark.parametrize("case", _CUT_OFF, ids=lambda case: f"{case[0]['type']}")
def test_a_change_of_types_that_is_cut_off_goes_on(
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    case: Tuple[Dict[str, Any], Any, Dict[str, Any], Any],
) -> None:
    """After whichever statement; the values are right, and no check is left."""
    if place.dialect.has_transactional_ddl:
        pytest.skip("what was done is undone")
    before, value, after, expected = case
    name = "d" if "renamed_from" in after else "c"
    index = {"name": "i", "columns": ["c"]}
    old = definition("1", table("t", {"name": "c", **before}, indexes=[index]))
    index = {"name": "i", "columns": [name]}
    wanted = definition("2", table("t", {"name": name, **after}, indexes=[index]))
    done = 0
    while True:
        driver = place.connect()
        try:
            driver.sync_schema(old)
            driver.insert("t", {"c": value})
            (step,) = driver.sync_schema(wanted, dry_run=True, allow_destructive=True)[
                "steps"
            ]
            with monkeypatch.context() as patch:
                patch.setattr(TableChanges, "_apply_step", _cut_after(done))
                with pytest.raises(_CutOff):
                    driver.sync_schema(wanted, allow_destructive=True)
            driver.disconnect()
            driver = place.connect()
            driver.sync_schema(wanted, allow_destructive=True)
            assert driver.select("t") == [{"id": 1, name: expected}]
            exported = Schema.from_definition(driver.export_schema())
            assert exported.digest == Schema.from_definition(wanted).digest
            assert not driver.sync_schema(wanted)["changed"]
        finally:
            driver.disconnect()
            place.clear()
        if done == len(step["sql"]):
            return
        done += 1
