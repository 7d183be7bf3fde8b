"""Fulltext indexes come back with their tables, in every kind of database."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver

from ..conftest import KINDS, PlaceOf
from ..unified.definitions import NUMBER, column, table

INDEX = {"name": "words", "columns": ["a", "b"], "fulltext": True}
TEXTS = table("texts", NUMBER, column("a"), column("b"), indexes=[INDEX])


@pytest.fixture(params=KINDS)
def target(request: pytest.FixtureRequest, place_of: PlaceOf) -> Iterator[Any]:
    """The place of the kind that is restored into."""
    yield place_of(request.param)


def test_words_are_found_after_a_restore(
    driver: BaseDatabaseDriver, target: Any, tmp_path: Path
) -> None:
    schema = {"version": "1", "tables": [TEXTS]}
    driver.sync_schema(schema)
    driver.insert_many(
        "texts", [{"a": "get_table", "b": None}, {"a": "é", "b": "日本"}]
    )
    backup = driver.backup(str(tmp_path))
    exported = driver.export_schema()
    driver.drop_table("texts")
    other = target.connect()
    try:
        other.restore(backup)
        assert other.list_tables() == ["texts"]
        assert other.export_schema() == exported
        assert other.count("texts", {"a": {"match": "gettable OR 本"}}) == 2
        other.update("texts", {"id": 1}, {"a": "changed"})
        assert other.count("texts", {"a": {"match": "table"}}) == 0
        assert [row[0] for row in other.search("texts", "changed").rows] == [1]
        assert other.sync_schema(schema)["changed"] is False
    finally:
        other.disconnect()
        target.clear()


def test_a_restore_puts_the_words_back(
    driver: BaseDatabaseDriver, tmp_path: Path
) -> None:
    """In place of those that were written since."""
    driver.create_table(TEXTS)
    driver.insert("texts", {"a": "before"})
    backup = driver.backup(str(tmp_path))
    driver.update("texts", {"id": 1}, {"a": "after"})
    driver.insert("texts", {"a": "after"})
    driver.restore(backup)
    assert driver.count("texts", {"a": {"match": "before"}}) == 1
    assert driver.count("texts", {"a": {"match": "after"}}) == 0
