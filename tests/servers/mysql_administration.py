"""What an administrator does to a MySQL or MariaDB server."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from typing import Any, List, Optional, Set

import pymysql

from .administration import Administration
from .server_connection import ServerConnection

_CONNECT_TIMEOUT = 10
# Seconds after which MySQL makes innodb_trx anew.
_AGE_OF_COPY = 0.11
# Of a transaction in InnoDB's status.
_THREAD = re.compile(r"^MariaDB thread id (\d+)", re.MULTILINE)
# Values of 100 MB, written as text, have to fit into one message.
LARGEST_PACKET = 512 * 1024 * 1024


class MySQLAdministration(Administration):
    """Direct access by PyMySQL."""

    def connect(self, database: Optional[str] = None) -> Any:
        """Return a PyMySQL connection in autocommit mode."""
        address = self.address
        return pymysql.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            database=database or address.database,
            connect_timeout=_CONNECT_TIMEOUT,
            autocommit=True,
        )

    def prepare(self) -> None:
        """Raise what the server takes as one message, where this user may."""
        with suppress(pymysql.err.MySQLError):
            self.query(
                "SET GLOBAL max_allowed_packet = GREATEST(@@max_allowed_packet, %s)",
                [LARGEST_PACKET],
            )

    def create_database(self, name: str) -> None:
        """Create a database with the server's character set."""
        self.query(f"CREATE DATABASE {_quoted(name)}")

    def drop_database(self, name: str) -> None:
        """Drop a database, and the connections to it: they hold locks on its tables."""
        self.end_connections(name)
        self.query(f"DROP DATABASE IF EXISTS {_quoted(name)}")

    def databases(self) -> List[str]:
        """Return the names of all databases."""
        return [name for (name,) in self.query("SHOW DATABASES")]

    def connections(self, database: str) -> List[ServerConnection]:
        """Return who is connected to a database.

        A transaction counts from the first table that it touches.
        """
        rows = self.query(
            "SELECT id, command <> 'Sleep' FROM information_schema.processlist"
            " WHERE db = %s",
            [database],
        )
        active = self._in_transaction()
        return [ServerConnection(id, id in active, bool(runs)) for id, runs in rows]

    def _in_transaction(self) -> Set[int]:
        """Return the numbers of the connections that are in a transaction.

        MySQL's status lacks those that have only read, and innodb_trx is a copy, on
        both: whoever asks more often than every 0.1 s is shown the same one for ever
        (https://dev.mysql.com/doc/refman/8.4/en/innodb-information-schema-internal-data.html).
        """
        ((version,),) = self.query("SELECT version()")
        if "MariaDB" not in version:
            time.sleep(_AGE_OF_COPY)
            found = self.query(
                "SELECT trx_mysql_thread_id FROM information_schema.innodb_trx"
            )
            return {number for (number,) in found}
        ((_, _, status),) = self.query("SHOW ENGINE INNODB STATUS")
        return {
            int(number)
            for transaction in status.split("---TRANSACTION ")[1:]
            if ", ACTIVE" in transaction.partition("\n")[0]
            for number in _THREAD.findall(transaction)
        }

    def end_connection(self, number: int) -> None:
        """Cut a connection that may have ended meanwhile, and wait until it has."""
        try:
            self.query("KILL CONNECTION %s", [number])
        except pymysql.err.MySQLError as error:
            if error.args[0] != pymysql.constants.ER.NO_SUCH_THREAD:
                raise
        deadline = time.monotonic() + _CONNECT_TIMEOUT
        there = "SELECT 1 FROM information_schema.processlist WHERE id = %s"
        while self.query(there, [number]) and time.monotonic() < deadline:
            time.sleep(0.005)

    def create_user(self, name: str, password: str, database: str) -> None:
        """Create a user who may do everything in one database and nothing else."""
        self.query(f"CREATE USER {_quoted(name)}@'%%' IDENTIFIED BY %s", [password])
        self.query(f"GRANT ALL ON {_quoted(database)}.* TO {_quoted(name)}@'%'")


def _quoted(name: str) -> str:
    """Return a name as SQL."""
    return "`{}`".format(name.replace("`", "``"))
