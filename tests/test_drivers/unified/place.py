"""A database that belongs to one test process, and the ways to reach it."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import Any, Dict, List, Optional

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.dialects.base import Dialect
from code_analysis_db.drivers import BaseDatabaseDriver, create_driver
from code_analysis_db.drivers.catalogue import PROPERTIES
from code_analysis_db.drivers.sync.history import HISTORY
from code_analysis_db.exceptions import DriverQueryError, UnknownTableError


class Place:
    """A database, a driver process over it, and drivers of its own for each test.

    The process is started once and serves all tests: each gets a client of its own
    and leaves no table behind.
    """

    def __init__(self, config: Dict[str, Any]) -> None:
        """Use the database that ``config`` (type and config) says."""
        self.config = config
        self._process: Optional[DriverProcess] = None
        self._cleaner: Optional[BaseDatabaseDriver] = None

    def connect(self) -> BaseDatabaseDriver:
        """Return a new driver, which the caller disconnects."""
        return create_driver(self.config["type"], self.config)

    def client(self) -> DatabaseClient:
        """Return a new client of the driver process, which the caller closes."""
        if self._process is None:
            self._process = DriverProcess(self.config).start()
        return self._process.client()

    @cached_property
    def dialect(self) -> Dialect:
        """The database's dialect, whose flags say what it can do."""
        driver = self.connect()
        try:
            return driver.dialect
        finally:
            driver.disconnect()

    def clear(self) -> None:
        """Drop every table and forget all syncs, by a driver that stays connected.

        What a test holds open, it has closed before: others would wait for its locks.
        """
        if self._cleaner is None:
            self._cleaner = self.connect()
        drop_all_tables(self._cleaner)
        _forget_syncs(self._cleaner)

    def close(self) -> None:
        """Stop the driver process, and disconnect."""
        if self._process is not None:
            self._process.stop()
        if self._cleaner is not None:
            self._cleaner.disconnect()


def drop_all_tables(database: Any) -> None:
    """Drop every table, those that others refer to after these; those that refer to
    each other go together."""
    tables: List[str] = database.list_tables()
    while tables:
        kept = [name for name in tables if not _is_dropped(database, name)]
        if len(kept) == len(tables):
            database.sync_schema({"tables": []}, allow_destructive=True)
            kept = database.list_tables()
            assert not kept, f"tables that cannot be dropped: {kept}"
        tables = kept


def _forget_syncs(database: Any) -> None:
    """Delete the version and the history that syncs have left."""
    for name in (PROPERTIES, HISTORY):
        with suppress(UnknownTableError):
            database.execute(f"DELETE FROM {name}")


def _is_dropped(database: Any, name: str) -> bool:
    """Drop a table; False where others refer to it."""
    try:
        return bool(database.drop_table(name))
    except DriverQueryError:
        return False
