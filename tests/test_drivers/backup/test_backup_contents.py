"""What a backup keeps of tables, and when it is one moment of them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, Dict, List

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver, create_driver
from code_analysis_db.exceptions import (
    BackupError,
    CheckViolationError,
    DriverError,
    ForeignKeyViolationError,
    UnsupportedError,
)
from code_analysis_db.progress import Progress

from ..conftest import KINDS, PlaceOf
from ..unified.definitions import CHILDREN, NUMBER, PARENTS
from ..unified.place import Place

REFERENCE: Dict[str, Any] = {"name": "other_id", "type": "INTEGER"}


def referring(name: str, target: str) -> Dict[str, Any]:
    """Return a table with a foreign key."""
    key = {
        "type": "foreign_key",
        "columns": ["other_id"],
        "references": {"table": target, "columns": ["id"]},
    }
    return {"name": name, "columns": [NUMBER, REFERENCE], "constraints": [key]}


def test_constraints_come_back_with_the_tables(
    driver: BaseDatabaseDriver, tmp_path: Path
) -> None:
    """Keys and checks hold again, a sync finds nothing to do, and what was made since
    is gone, though it refers to what was there."""
    definition = {"version": "1", "tables": [PARENTS, CHILDREN]}
    driver.sync_schema(definition)
    driver.insert("parents", {"id": 5, "name": "p", "age": 1})
    driver.insert("children", {"parent_id": 5, "name": "c"})
    backup = driver.backup(str(tmp_path))
    driver.create_table(referring("later", "children"))
    driver.delete("parents", {"id": 5})
    driver.restore(backup)
    assert driver.list_tables() == ["children", "parents"]
    assert driver.count("children") == 1
    with pytest.raises(CheckViolationError):
        driver.insert("parents", {"name": "q", "age": -1})
    with pytest.raises(ForeignKeyViolationError):
        driver.insert("children", {"parent_id": 99})
    assert not driver.sync_schema(definition)["changed"]


def test_tables_that_refer_to_each_other_come_back(
    driver: BaseDatabaseDriver, tmp_path: Path
) -> None:
    """A circle of tables, and one that refers to itself, whose rows are in no order;
    a backup without tables drops them all."""
    empty = driver.backup(str(tmp_path))
    driver.sync_schema(
        {
            "version": "1",
            "tables": [referring("a", "b"), referring("b", "a"), referring("c", "c")],
        }
    )
    driver.insert("b", {"id": 1})
    driver.insert("a", {"id": 1, "other_id": 1})
    driver.update("b", {"id": 1}, {"other_id": 1})
    driver.insert("c", {"id": 2})
    driver.insert("c", {"id": 1, "other_id": 2})
    backup = driver.backup(str(tmp_path))
    driver.update("c", {"id": 1}, {"other_id": None})
    driver.restore(backup)
    driver.restore(backup)
    assert driver.select("b") == [{"id": 1, "other_id": 1}]
    assert driver.select("c", order_by="id") == [
        {"id": 1, "other_id": 2},
        {"id": 2, "other_id": None},
    ]
    driver.restore(empty)
    assert driver.list_tables() == []


def test_a_backup_is_one_moment_of_all_tables(
    driver: BaseDatabaseDriver, place: Place, tmp_path: Path
) -> None:
    """Two tables that always have as many rows have as many in the backup."""
    names = ("t", "u")
    for name in names:
        driver.create_table({"name": name, "columns": [NUMBER, REFERENCE]})
        driver.insert_many(name, [{"other_id": n} for n in range(4_000)])
    stop = threading.Event()
    written = threading.Event()

    def write() -> None:
        """Write into both tables at once."""
        while not stop.is_set():
            with driver.atomic():
                for name in names:
                    driver.insert_many(name, [{"other_id": 1}] * 10)
            written.set()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        assert written.wait(30)
        backups = [driver.backup(str(tmp_path)) for _ in range(3)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    for backup in backups:
        driver.restore(backup)
        assert driver.count("t") == driver.count("u") > 4_000


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_target_lacks_is_refused_before_anything_is_changed(
    driver: BaseDatabaseDriver,
    place: Place,
    place_of: PlaceOf,
    kind: str,
    tmp_path: Path,
) -> None:
    """A check is in the SQL of the database that it was made in."""
    driver.create_table(PARENTS)
    backup = driver.backup(str(tmp_path))
    if place_of(kind) is place:
        assert driver.restore(backup)["tables"] == ["parents"]
        return
    other = place_of(kind).connect()
    try:
        other.create_table({"name": "kept", "columns": [NUMBER]})
        other.insert("kept", {"id": 3})
        with pytest.raises(UnsupportedError, match="age >= 0.*'parents'"):
            other.restore(backup)
        assert other.select("kept") == [{"id": 3}]
    finally:
        other.disconnect()
        place_of(kind).clear()


@pytest.mark.parametrize("kind", KINDS)
def test_partial_indexes_are_restored_where_there_are_some(
    driver: BaseDatabaseDriver, place_of: PlaceOf, kind: str, tmp_path: Path
) -> None:
    """A condition as a dict is every database's, of those that have partial indexes."""
    if not driver.dialect.has_partial_indexes:
        pytest.skip("there is none to be kept")
    index = {"name": "some", "columns": ["other_id"], "where": {"other_id": 1}}
    driver.create_table(
        {"name": "t", "columns": [NUMBER, REFERENCE], "indexes": [index]}
    )
    backup, exported = driver.backup(str(tmp_path)), driver.export_schema()
    driver.drop_table("t")
    other = place_of(kind).connect()
    try:
        if other.dialect.has_partial_indexes:
            other.restore(backup)
            assert other.export_schema()["tables"] == exported["tables"]
        else:
            with pytest.raises(UnsupportedError, match="partial"):
                other.restore(backup)
            assert other.list_tables() == []
    finally:
        other.disconnect()
        place_of(kind).clear()


def test_a_backup_needs_no_connection_of_the_pool(
    place: Place, driver: BaseDatabaseDriver, tmp_path: Path
) -> None:
    """A sync with a pool of one connection makes its backup while it holds that."""
    config = dict(place.config["config"])
    if place.config["type"] != "sqlite":
        config["connection_pool_size"] = 1
    lone = create_driver(place.config["type"], {**place.config, "config": config})
    try:
        lone.create_table({"name": "t", "columns": [NUMBER]})
        wanted = {"name": "t", "columns": [NUMBER, REFERENCE]}
        report = lone.sync_schema({"version": "1", "tables": [wanted]}, str(tmp_path))
        assert Path(report["backup"]).exists()
        lone.restore(report["backup"])
        assert len(lone.get_table_info("t")) == 1
    finally:
        lone.disconnect()


def test_a_restore_of_no_backup_changes_nothing(
    driver: BaseDatabaseDriver, tmp_path: Path
) -> None:
    """The error names the file; one that is cut off is found out before."""
    driver.create_table({"name": "t", "columns": [NUMBER, REFERENCE]})
    driver.insert_many("t", [{"other_id": n} for n in range(20_000)])
    path = Path(driver.backup(str(tmp_path)))
    path.write_bytes(path.read_bytes()[:40_000])
    for fault in (path, tmp_path / "missing"):
        with pytest.raises(BackupError, match=fault.name):
            driver.restore(str(fault))
    assert driver.count("t") == 20_000


def test_an_unwritable_backup_leaves_nothing(
    driver: BaseDatabaseDriver, tmp_path: Path
) -> None:
    """What the listener raises ends the backup, and no file is left."""
    driver.create_table({"name": "t", "columns": [NUMBER]})
    driver.insert("t", {"id": 1})

    def refuse(_: object) -> None:
        """Have had enough."""
        raise KeyError("enough")

    with pytest.raises(KeyError):
        driver.backup(str(tmp_path / "kept"), progress=refuse)
    assert list((tmp_path / "kept").iterdir()) == []
    driver.insert("t", {"id": 2})


def test_a_restore_that_was_stopped_is_run_again(
    driver: BaseDatabaseDriver, tmp_path: Path
) -> None:
    """It has changed nothing where the database can undo definitions, else what is left
    is neither backed up nor synced; run again it comes to its end everywhere."""
    text = {"name": "text", "type": "TEXT"}
    driver.create_table({"name": "t", "columns": [NUMBER, REFERENCE, text]})
    rows = [{"other_id": n, "text": "x" * 500} for n in range(5_000)]
    driver.insert_many("t", rows)
    backup = driver.backup(str(tmp_path))
    driver.delete("t", {}, all_rows=True)

    def refuse(_: object) -> None:
        """Have had enough."""
        raise KeyError("enough")

    with pytest.raises(KeyError):
        driver.restore(backup, progress=refuse)
    if driver.dialect.has_transactional_ddl:
        assert driver.count("t") == 0
    else:
        with pytest.raises(BackupError, match="was cut off"):
            driver.backup(str(tmp_path / "next"))
        with pytest.raises(BackupError, match=Path(backup).name):
            driver.sync_schema({"version": "1", "tables": []})
        assert list((tmp_path / "next").iterdir()) == []
    driver.restore(backup)
    driver.backup(str(tmp_path / "next"))
    assert driver.count("t") == 5_000
    assert driver.count("t", {"other_id": 4_999}) == 1


def test_a_client_backs_up_and_restores(place: Place, tmp_path: Path) -> None:
    """Through the driver process, which tells how far it is."""
    told: List[Progress] = []
    with place.client() as client:
        rpc = client.rpc
        rpc.create_table({"name": "t", "columns": [NUMBER, REFERENCE]})
        rpc.insert("t", {"other_id": 7})
        backup = rpc.backup(str(tmp_path), progress=told.append)
        rpc.drop_table("t")
        assert rpc.restore(backup, progress=told.append)["tables"] == ["t"]
        assert rpc.select("t") == [{"id": 1, "other_id": 7}]
    assert {item.phase for item in told} == {"backup", "restore"}
    place.clear()


def test_progress_comes_in_portions_up_to_the_end(place: Place, tmp_path: Path) -> None:
    """Of each table, or of the file, it only grows, and ends with all."""
    told: List[Progress] = []
    text = {"name": "text", "type": "TEXT"}
    with place.client() as client:
        rpc = client.rpc
        rpc.create_table({"name": "t", "columns": [NUMBER, text]})
        rpc.insert_many("t", [{"text": "x" * 1000}] * 6_000)
        backup = rpc.backup(str(tmp_path), progress=told.append)
        rpc.restore(backup, progress=told.append)
    place.clear()
    for phase in ("backup", "restore"):
        steps = [item for item in told if item.phase == phase]
        assert [item.done for item in steps] == sorted(item.done for item in steps)
        assert steps[-1].done == steps[-1].total >= 1_000
        assert all(item.done <= item.total for item in steps)


def test_a_backup_that_fails_stops_a_sync(
    driver: BaseDatabaseDriver, tmp_path: Path
) -> None:
    """Nothing is changed then, on any database."""
    driver.create_table({"name": "t", "columns": [NUMBER]})
    (tmp_path / "file").write_text("no directory")
    wanted = {"name": "t", "columns": [NUMBER, REFERENCE]}
    with pytest.raises(BackupError, match="file"):
        driver.sync_schema({"version": "1", "tables": [wanted]}, str(tmp_path / "file"))
    assert len(driver.get_table_info("t")) == 1
    assert driver.get_schema_version() == ""


def test_odd_names_come_back(driver: BaseDatabaseDriver, tmp_path: Path) -> None:
    """Names with signs that SQL, or a database's package, has for something else."""
    name = 'a %s "quoted" `name`'
    value = {"name": "100% 'x'", "type": "TEXT"}
    driver.create_table({"name": name, "columns": [NUMBER, value]})
    driver.insert(name, {"100% 'x'": "%s"})
    backup = driver.backup(str(tmp_path))
    driver.drop_table(name)
    driver.restore(backup)
    driver.restore(backup)
    assert driver.select(name) == [{"id": 1, "100% 'x'": "%s"}]


@pytest.mark.parametrize("kind", KINDS)
def test_indexes_with_one_name_stay_where_they_can(
    driver: BaseDatabaseDriver, place_of: PlaceOf, kind: str, tmp_path: Path
) -> None:
    """A database that has the names of indexes for each table gets them back; another
    one refuses them."""
    index = {"name": "same", "columns": ["other_id"]}
    tables = [
        {"name": name, "columns": [NUMBER, REFERENCE], "indexes": [index]}
        for name in ("t", "u")
    ]
    driver.create_table(tables[0])
    try:
        driver.create_table(tables[1])
    except DriverError:
        pytest.skip("it has one name for one index")
    backup, exported = driver.backup(str(tmp_path)), driver.export_schema()
    other = place_of(kind).connect()
    try:
        if isinstance(other, type(driver)):
            other.restore(backup)
            assert other.export_schema() == exported
        else:
            with pytest.raises(UnsupportedError, match="index 'same' of table 'u'"):
                other.restore(backup)
            assert other.list_tables() == []
    finally:
        other.disconnect()
        place_of(kind).clear()
