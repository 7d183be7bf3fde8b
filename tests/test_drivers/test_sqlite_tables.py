"""What other programs made of a SQLite file, and how it is described and used."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Dict

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import (
    UnknownColumnError,
    UnknownTableError,
)

from .conftest import MakeSQLite
from .unified.definitions import PARENTS


def test_schema_version_is_what_was_stored(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    assert driver.get_schema_version() == ""
    driver.create_table(PARENTS)
    assert driver.get_schema_version() == ""
    driver.execute(
        "INSERT INTO _code_analysis_db_properties VALUES ('schema_version', '7')"
    )
    assert driver.get_schema_version() == "7"


STRANGE = """
CREATE TABLE strange (
    id INTEGER PRIMARY KEY,
    name VARCHAR(20) NOT NULL DEFAULT 'no''one',
    seen DATETIME DEFAULT CURRENT_TIMESTAMP,
    flag BOOLEAN DEFAULT TRUE,
    ratio NUMERIC DEFAULT 0.5,
    count INT DEFAULT (1 + 1),
    hash BLOB DEFAULT x'00ff',
    anything,
    price DECIMAL TEXT(8,2),
    ours BOOLEAN INTEGER DEFAULT 1,
    owner INTEGER REFERENCES strange (id) ON DELETE SET NULL,
    UNIQUE (name, seen)
);
CREATE UNIQUE INDEX strange_some ON strange (flag, ratio DESC) WHERE flag = 2;
CREATE INDEX strange_expression ON strange (lower(name));
CREATE TABLE numbered_not (k INT PRIMARY KEY, v TEXT);
CREATE VIEW names AS SELECT name, ours FROM strange;
"""


@pytest.fixture
def strange(make_sqlite: MakeSQLite, tmp_path: Path) -> BaseDatabaseDriver:
    """A driver on a file that another program made."""
    with sqlite3.connect(tmp_path / "test.db") as connection:
        connection.executescript(STRANGE)
    connection.close()
    return make_sqlite()


def test_tables_of_other_programs_are_described(strange: BaseDatabaseDriver) -> None:
    infos: Dict[str, Dict[str, Any]] = {
        info["name"]: info for info in strange.get_table_info("strange")
    }
    assert {name: info["type"] for name, info in infos.items()} == {
        "id": "INTEGER",
        "name": "TEXT",
        "seen": "TEXT",
        "flag": "INTEGER",
        "ratio": "REAL",
        "count": "INTEGER",
        "hash": "BLOB",
        "anything": "TEXT",
        "price": "DECIMAL",
        "ours": "BOOLEAN",
        "owner": "INTEGER",
    }
    assert infos["name"]["native_type"] == "VARCHAR(20)"
    assert infos["name"]["default"] == "no'one"
    assert infos["name"]["nullable"] is False
    assert infos["seen"]["default"] == {"sql": "CURRENT_TIMESTAMP"}
    assert infos["flag"]["default"] == 1
    assert infos["ratio"]["default"] == 0.5
    assert infos["count"]["default"] == {"sql": "1 + 1"}
    assert infos["hash"]["default"] == b"\0\xff"
    assert infos["ours"]["default"] is True
    assert (infos["price"]["precision"], infos["price"]["scale"]) == (8, 2)
    assert infos["id"]["primary_key"] is True


def test_tables_of_other_programs_are_used(strange: BaseDatabaseDriver) -> None:
    assert strange.insert_row("strange", {"name": "a", "ours": False}) == 1
    assert strange.insert_many("strange", [{"name": "b"}, {"name": "c"}]) == [2, 3]
    (row,) = strange.select("strange", {"name": "a"}, ["ours", "count", "anything"])
    assert row == {"ours": False, "count": 2, "anything": None}
    assert strange.select("names", order_by="name", limit=1) == [
        {"name": "a", "ours": False}
    ]
    assert strange.insert_row("numbered_not", {"k": 5, "v": "x"}) == 0
    assert strange.list_tables() == ["numbered_not", "strange"]
    assert strange.alter_table("strange", {"drop_indexes": ["strange_some"]})
    assert strange.alter_table(
        "strange", {"add_columns": [{"name": "new", "type": "BOOLEAN"}]}
    )
    assert strange.update("strange", {"name": "a"}, {"new": True}) == 1
    assert strange.select("strange", {"new": True}, ["new"]) == [{"new": True}]


def test_a_strangers_change_of_the_schema_is_noticed(
    make_sqlite: MakeSQLite, tmp_path: Path
) -> None:
    driver = make_sqlite()
    driver.create_table(
        {
            "name": "t",
            "columns": [
                {"name": "id", "type": "INTEGER", "primary_key": True},
                {"name": "on", "type": "BOOLEAN"},
            ],
        }
    )
    driver.insert("t", {"on": True})
    with pytest.raises(UnknownColumnError):
        driver.select("t", {"more": "x"})
    stranger = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    stranger.execute("ALTER TABLE t ADD COLUMN more TEXT DEFAULT 'x'")
    assert driver.select("t", {"more": "x"}) == [{"id": 1, "on": True, "more": "x"}]
    stranger.execute("ALTER TABLE t DROP COLUMN more")
    with pytest.raises(UnknownColumnError):
        driver.update("t", {"id": 1}, {"more": "y"})
    assert driver.select("t") == [{"id": 1, "on": True}]
    stranger.execute("DROP TABLE t")
    with pytest.raises(UnknownTableError):
        driver.insert("t", {"on": True})
    stranger.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
    assert driver.insert("t", {"a": "b"}) == 1
    stranger.close()
