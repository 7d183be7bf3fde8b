"""What others have made in a database: kept by a backup, or named."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import UnsupportedError

from ..conftest import KINDS, PlaceOf
from ..unified.definitions import NUMBER
from ..unified.place import Place

TABLE: Dict[str, Any] = {
    "name": "t",
    "columns": [NUMBER, {"name": "a", "type": "TEXT"}],
}
_TRIGGERS = {
    "sqlite": [
        "CREATE TRIGGER others AFTER INSERT ON t BEGIN"
        " UPDATE t SET a = 'by trigger' WHERE id = new.id; END"
    ],
    "postgres": [
        "CREATE OR REPLACE FUNCTION others() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN NEW.a = 'by trigger'; RETURN NEW; END $$",
        "CREATE TRIGGER others BEFORE INSERT ON t FOR EACH ROW"
        " EXECUTE FUNCTION others()",
    ],
    "mysql": [
        "CREATE TRIGGER others BEFORE INSERT ON t FOR EACH ROW"
        " SET NEW.a = 'by trigger'"
    ],
}


def run(driver: BaseDatabaseDriver, statements: List[str]) -> None:
    """Run statements as others do."""
    for sql in statements:
        driver.execute(sql)


@pytest.mark.parametrize("kind", KINDS)
def test_a_trigger_is_kept_or_named(
    driver: BaseDatabaseDriver, place_of: PlaceOf, kind: str, tmp_path: Path
) -> None:
    """A SQLite file is kept with all that is in it; of a server the tables are."""
    driver.create_table(TABLE)
    run(driver, _TRIGGERS[driver.driver_type])
    backup = driver.backup(str(tmp_path))
    driver.drop_table("t")
    other = place_of(kind).connect()
    try:
        report = other.restore(backup)
        other.insert("t", {"a": "x"})
        (text,) = (row["a"] for row in other.select("t"))
        if driver.driver_type == kind == "sqlite":
            assert (report["left_out"], text) == ([], "by trigger")
        else:
            assert report["left_out"] == ["trigger 'others' of table 't'"]
            assert text == "x"
    finally:
        other.disconnect()
        place_of(kind).clear()


def test_a_view_is_kept_or_named(
    driver: BaseDatabaseDriver, place: Place, tmp_path: Path
) -> None:
    """One that keeps a table from being dropped is named before anything is changed;
    else it stays as it is."""
    driver.create_table(TABLE)
    driver.insert("t", {"a": "x"})
    driver.execute("CREATE VIEW v AS SELECT a FROM t")
    try:
        backup = driver.backup(str(tmp_path))
        driver.insert("t", {"a": "y"})
        try:
            left_out = driver.restore(backup)["left_out"]
        except UnsupportedError as error:
            assert driver.driver_type == "postgres"
            assert "views ['v']" in str(error)
            assert driver.count("t") == 2
        else:
            assert left_out == ([] if driver.driver_type == "sqlite" else ["view 'v'"])
            assert driver.execute("SELECT a FROM v")["data"] == [{"a": "x"}]
    finally:
        driver.execute("DROP VIEW v")
    assert driver.restore(backup)["tables"] == ["t"]


@pytest.mark.parametrize("kind", KINDS)
def test_computed_columns_are_kept_or_refused(
    driver: BaseDatabaseDriver, place_of: PlaceOf, kind: str, tmp_path: Path
) -> None:
    """They stay in a SQLite file; a server's are refused, the column by name."""
    driver.execute(
        "CREATE TABLE g (id INTEGER PRIMARY KEY, a INTEGER,"
        " b INTEGER GENERATED ALWAYS AS (a * 2) STORED)"
    )
    driver.insert("g", {"id": 1, "a": 4})
    if driver.driver_type != "sqlite":
        with pytest.raises(UnsupportedError, match=r"'g'.*\['b'\]"):
            driver.backup(str(tmp_path))
        assert list(tmp_path.iterdir()) == []
        return
    backup = driver.backup(str(tmp_path))
    driver.drop_table("g")
    other = place_of(kind).connect()
    try:
        if kind == "sqlite":
            other.restore(backup)
            assert other.select("g") == [{"id": 1, "a": 4, "b": 8}]
        else:
            with pytest.raises(UnsupportedError, match=r"'g'.*\['b'\]"):
                other.restore(backup)
            assert other.list_tables() == []
    finally:
        other.disconnect()
        place_of(kind).clear()


@pytest.mark.parametrize("kind", KINDS)
def test_fulltext_indexes_find_the_same_after_a_restore(
    driver: BaseDatabaseDriver, place_of: PlaceOf, kind: str, tmp_path: Path
) -> None:
    """On every kind of database, and what is written then is found too."""
    index = {"name": "words", "columns": ["a"], "fulltext": True}
    driver.create_table({**TABLE, "indexes": [index]})
    driver.insert_many("t", [{"a": "a wide world"}, {"a": "nothing"}])
    backup, exported = driver.backup(str(tmp_path)), driver.export_schema()
    driver.drop_table("t")
    other = place_of(kind).connect()
    try:
        assert other.restore(backup)["left_out"] == []
        assert other.export_schema() == exported
        other.insert("t", {"a": "another world"})
        found = other.select("t", {"a": {"match": "world"}}, order_by="id")
        assert [row["id"] for row in found] == [1, 3]
    finally:
        other.disconnect()
        place_of(kind).clear()


@pytest.mark.parametrize("kind", KINDS)
def test_set_default_is_kept_or_refused(
    driver: BaseDatabaseDriver, place_of: PlaceOf, kind: str, tmp_path: Path
) -> None:
    """InnoDB has none: the foreign key is named before anything is changed."""
    key = {
        "type": "foreign_key",
        "columns": ["other"],
        "references": {"table": "t", "columns": ["id"]},
        "on_delete": "SET DEFAULT",
    }
    column = {"name": "other", "type": "INTEGER", "default": 1}
    referring = {"name": "u", "columns": [NUMBER, column], "constraints": [key]}
    driver.create_table(TABLE)
    if driver.driver_type == "mysql":
        with pytest.raises(UnsupportedError, match="SET DEFAULT"):
            driver.create_table(referring)
        return
    driver.create_table(referring)
    driver.insert_many("t", [{"a": "x"}, {"a": "y"}])
    driver.insert("u", {"other": 2})
    backup = driver.backup(str(tmp_path))
    other = place_of(kind).connect()
    try:
        if kind == "mysql":
            with pytest.raises(UnsupportedError, match="SET DEFAULT.*'other'.*'u'"):
                other.restore(backup)
        else:
            other.restore(backup)
            other.delete("t", {"id": 2})
            assert other.select("u") == [{"id": 1, "other": 1}]
    finally:
        other.disconnect()
        place_of(kind).clear()
