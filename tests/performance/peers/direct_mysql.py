"""MySQL or MariaDB through ``PyMySQL`` in each process."""

from __future__ import annotations

from typing import Any, ClassVar, List

import pymysql

from ..workload import TABLE_NAME, Row
from .direct_server import INSERT, Config, DirectServerPeer, DirectServerSession


class MySQLSession(DirectServerSession):
    """A connection that loads rows with ``executemany``."""

    create_table = f"""
        CREATE TABLE {TABLE_NAME} (
            id bigint AUTO_INCREMENT PRIMARY KEY,
            name longtext NOT NULL,
            path longtext NOT NULL,
            size bigint NOT NULL,
            mtime double,
            note longtext
        ) ENGINE=InnoDB CHARACTER SET utf8mb4
    """

    def connect(self, config: Config) -> Any:
        """Connect in autocommit mode."""
        return pymysql.connect(**config, charset="utf8mb4", autocommit=True)

    def insert(self, row: Row) -> int:
        """Insert one row and get its id."""
        self._cursor.execute(INSERT, row)
        row_id = self._cursor.lastrowid
        assert isinstance(row_id, int)
        return row_id

    def insert_many(self, rows: List[Row]) -> None:
        """``executemany`` with the dicts, which makes multi-row statements of them."""
        self._connection.begin()
        self._cursor.executemany(INSERT, rows)
        self._connection.commit()


class MySQLPeer(DirectServerPeer):
    """``PyMySQL``."""

    name: ClassVar[str] = "PyMySQL executemany"
    session = MySQLSession
