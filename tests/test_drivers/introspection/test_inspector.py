"""SQLAlchemy's Inspector sees the tables as the driver describes them."""

from __future__ import annotations

import warnings
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

import pytest
from sqlalchemy import URL, Inspector, create_engine, inspect

from code_analysis_db.dialects.base import Dialect
from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.drivers.existing_table import ExistingTable
from code_analysis_db.enums import ReferenceAction

from ..unified.place import Place
from .reading import read_schema, without_catalogue
from .samples import OWNERS, parts

_DRIVERS = {"postgres": "postgresql+psycopg2", "mysql": "mysql+pymysql"}
_UNSAID = ("NO ACTION", "RESTRICT")
"""What MySQL's servers do where nothing is said, by both of its names."""

Key = Tuple[Any, ...]


@pytest.fixture
def tables(driver: BaseDatabaseDriver, dialect: Dialect) -> BaseDatabaseDriver:
    """A driver with two tables."""
    driver.create_table(OWNERS)
    driver.create_table(parts(dialect))
    return driver


@pytest.fixture
def inspector(place: Place, tables: BaseDatabaseDriver) -> Iterator[Inspector]:
    """The Inspector of the same database."""
    engine = create_engine(_url(place))
    with warnings.catch_warnings(), engine.connect() as connection:
        # of types that the driver declares its own way, in SQLite
        warnings.simplefilter("ignore")
        yield inspect(connection)
    engine.dispose()


def _url(place: Place) -> URL:
    """Return the address of a database."""
    config = place.config["config"]
    if place.config["type"] == "sqlite":
        return URL.create("sqlite", database=config["path"])
    return URL.create(
        _DRIVERS[place.config["type"]],
        config["user"],
        config["password"],
        config["host"],
        config["port"],
        config["database"],
    )


@pytest.mark.parametrize("stranger", [False, True], ids=["stored", "natively"])
@pytest.mark.parametrize("name", ["owners", "parts"])
def test_the_inspector_sees_the_same(
    tables: BaseDatabaseDriver, inspector: Inspector, name: str, stranger: bool
) -> None:
    """Whether the definition is kept, or all is read from the database."""
    if stranger:
        without_catalogue(tables)
    existing = read_schema(tables)[name]
    assert existing.is_as_stored is not stranger
    table = existing.table
    columns = {c["name"]: c["nullable"] for c in inspector.get_columns(name)}
    described = {c["name"]: c["nullable"] for c in tables.get_table_info(name)}
    assert list(columns) == list(table.column_names) and columns == described
    primary = inspector.get_pk_constraint(name)
    assert tuple(primary["constrained_columns"]) == table.primary_key
    assert _foreign_keys_seen(inspector, name) == _foreign_keys(existing)
    uniques = {unique.columns for unique in table.uniques}
    seen = {tuple(u["column_names"]) for u in inspector.get_unique_constraints(name)}
    # some databases take a unique index for a constraint
    assert uniques <= seen
    assert seen - uniques <= {key for _, key, unique in _indexes(existing) if unique}
    assert _indexes_seen(inspector, existing) == _indexes(existing)


def test_the_inspector_sees_the_same_tables(
    tables: BaseDatabaseDriver, inspector: Inspector
) -> None:
    """And the driver's own."""
    own = {name for name in inspector.get_table_names() if name.startswith("_")}
    assert set(inspector.get_table_names()) - own == set(read_schema(tables))


def _foreign_keys(existing: ExistingTable) -> List[Key]:
    """Return what is described of foreign keys."""
    return [
        (
            key.columns,
            key.table,
            key.references,
            _action(key.on_delete),
            _action(key.on_update),
        )
        for key in existing.table.foreign_keys
    ]


def _action(action: Optional[ReferenceAction]) -> Optional[str]:
    """Return an action, None for the usual one."""
    return None if action in (None, *_UNSAID) else action.value


def _foreign_keys_seen(inspector: Inspector, name: str) -> List[Key]:
    """Return what is seen of foreign keys."""
    seen: List[Key] = []
    for key in inspector.get_foreign_keys(name):
        options: Dict[str, str] = dict(key.get("options", {}))
        actions = [options.get(event) for event in ("ondelete", "onupdate")]
        seen.append(
            (
                tuple(key["constrained_columns"]),
                key["referred_table"],
                tuple(key["referred_columns"]),
                *[None if action in _UNSAID else action for action in actions],
            )
        )
    return seen


def _indexes(existing: ExistingTable) -> Set[Key]:
    """Return what is described of indexes."""
    return {
        (index.name, index.column_names, index.unique)
        for index in existing.table.indexes
    }


def _indexes_seen(inspector: Inspector, existing: ExistingTable) -> Set[Key]:
    """Return what is seen of indexes, but for those of constraints."""
    table = existing.table
    keys = {unique.columns for unique in table.uniques}
    keys |= {key.columns for key in table.foreign_keys}
    described = {index.name for index in table.indexes}
    return {
        (index["name"], tuple(map(str, index["column_names"])), bool(index["unique"]))
        for index in inspector.get_indexes(existing.table.name)
        if index["name"] in described
        or (
            "duplicates_constraint" not in index
            and tuple(index["column_names"]) not in keys
        )
    }
