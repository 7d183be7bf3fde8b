"""A process that is killed at each statement of a sync, on a database that cannot undo
definitions: run again, it comes to the same end, and no row is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any, Dict, List

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.schema import Schema

from ..unified.place import Place
from .definitions import definition, table, text

_SYNC = """
import json, os, re, signal, sys
from code_analysis_db.drivers import create_driver
from code_analysis_db.drivers.mysql_session import MySQLSession

config, wanted, last, is_sent = json.loads(sys.argv[1])
changing = re.compile(rb"(ALTER|CREATE|DROP|UPDATE|RENAME)\\b(?! TEMPORARY)")
send, seen = MySQLSession._send, 0

def counted(session, statement):
    global seen
    seen += changing.match(statement) is not None
    if seen != last or not changing.match(statement):
        return send(session, statement)
    if is_sent:
        send(session, statement)
    os.kill(os.getpid(), signal.SIGKILL)

MySQLSession._send = counted
driver = create_driver(config["type"], config)
driver.sync_schema(wanted, allow_destructive=True)
driver.disconnect()
"""


def _refers(name: str, target: str, **more: Any) -> Dict[str, Any]:
    """Return a column that refers to the key of a table."""
    references = {"table": target, "columns": ["id"]}
    return {"name": name, "type": "INTEGER", "references": references, **more}


_BEFORE = definition(
    "1",
    table("parents", text("name"), {"name": "age", "type": "INTEGER"}),
    table("children", text("note"), _refers("parent_id", "parents")),
    table("old", text("a")),
)
_AFTER = definition(
    "2",
    table(
        "people",
        text("name", unique=True, nullable=False),
        {"name": "age", "type": "TEXT", "length": 20},
        text("mail", nullable=False, default="none"),
        renamed_from="parents",
        constraints=[{"type": "check", "expression": "mail <> ''"}],
    ),
    table(
        "children",
        {"name": "note", "type": "TEXT", "length": 5},
        _refers("of", "people", renamed_from="parent_id", nullable=False),
        indexes=[{"name": "by_note", "columns": ["note", "of"]}],
    ),
    table("toys", _refers("child", "children"), _refers("person", "people")),
)


def _fill(driver: BaseDatabaseDriver) -> None:
    """Make the tables of before, with rows."""
    driver.sync_schema(_BEFORE)
    keys = driver.insert_many("parents", [{"name": n, "age": 7} for n in "ab"])
    driver.insert_many("children", [{"note": "x", "parent_id": key} for key in keys])


def _sync_until(place: Place, number: int, *, is_sent: bool) -> bool:
    """Sync in a process that is killed at a statement; tell whether there was one."""
    given = json.dumps([place.config, _AFTER, number, is_sent])
    done = subprocess.run(
        [sys.executable, "-c", _SYNC, given], capture_output=True, text=True
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def _content(schema: Dict[str, Any]) -> Dict[str, Any]:
    """Return what a schema holds, but for former names."""
    tables = Schema.from_definition(schema).by_name
    return {name: tables[name].plain().to_definition() for name in sorted(tables)}


def _rows(driver: BaseDatabaseDriver) -> List[List[Dict[str, Any]]]:
    """Return the rows of the tables of after."""
    people = driver.select("people", order_by=["id"])
    children = driver.select("children", order_by=["id"])
    return [people, children, driver.select("toys")]


@pytest.mark.parametrize("is_sent", [False, True], ids=["before", "sent"])
def test_a_sync_that_was_killed_at_any_statement_goes_on(
    place: Place, is_sent: bool
) -> None:
    """Just before the statement, or while the server is at it; by day at every third
    of each."""
    if place.dialect.has_transactional_ddl:
        pytest.skip(f"{place.dialect.name} undoes what was cut off")
    step = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "night" else 3
    number = 1 + is_sent - step
    is_killed = True
    while is_killed:
        number += step
        driver = place.connect()
        try:
            _fill(driver)
            is_killed = _sync_until(place, number, is_sent=is_sent)
            driver.sync_schema(_AFTER, allow_destructive=True)
            assert not driver.sync_schema(_AFTER)["changed"]
            assert _content(driver.export_schema()) == _content(_AFTER), number
            common = {"age": "7", "mail": "none"}
            assert _rows(driver) == [
                [{"id": n, "name": "ab"[n - 1], **common} for n in (1, 2)],
                [{"id": n, "note": "x", "of": n} for n in (1, 2)],
                [],
            ], number
            assert driver.get_schema_version() == "2"
        finally:
            driver.disconnect()
        place.clear()
    assert number > 8
