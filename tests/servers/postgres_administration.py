"""What an administrator does to a PostgreSQL server."""

from __future__ import annotations

from contextlib import closing
from typing import Any, List, Optional

import psycopg2
from psycopg2 import sql

from .administration import Administration
from .server_connection import ServerConnection

_CONNECT_TIMEOUT = 10
_NAME = "administrator"
# A collation that is not by code point, so that a driver that forgets to ask for one
# that is gets caught.
_LINGUISTIC = " LOCALE_PROVIDER icu ICU_LOCALE 'en-US' TEMPLATE template0"


class PostgresAdministration(Administration):
    """Direct access by psycopg2."""

    def connect(self, database: Optional[str] = None) -> Any:
        """Return a psycopg2 connection in autocommit mode."""
        address = self.address
        connection = psycopg2.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            dbname=database or address.database,
            connect_timeout=_CONNECT_TIMEOUT,
            application_name=_NAME,
        )
        connection.autocommit = True
        return connection

    def create_database(self, name: str) -> None:
        """Create a database; its text is compared by a language where that can be."""
        create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        try:
            self._run(create + sql.SQL(_LINGUISTIC))
        except psycopg2.Error:
            self._run(create)

    def drop_database(self, name: str) -> None:
        """Drop a database and whoever is connected to it."""
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._run(drop.format(sql.Identifier(name)))

    def databases(self) -> List[str]:
        """Return the names of all databases."""
        return [name for (name,) in self.query("SELECT datname FROM pg_database")]

    def connections(self, database: str) -> List[ServerConnection]:
        """Return who is connected to a database, without this administrator."""
        rows = self.query(
            "SELECT pid, state LIKE 'idle in transaction%%' OR xact_start IS NOT NULL,"
            " state = 'active' FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' AND application_name <> %s",
            [database, _NAME],
        )
        return [ServerConnection(*row) for row in rows]

    def end_connection(self, number: int) -> None:
        """Cut a connection, and wait until its process is gone."""
        self.query("SELECT pg_terminate_backend(%s, 10000)", [number])

    def create_user(self, name: str, password: str, database: str) -> None:
        """Create a user who owns one database and nothing else."""
        user = sql.Identifier(name)
        create = sql.SQL("CREATE USER {} PASSWORD {}")
        self._run(create.format(user, sql.Literal(password)))
        owner = sql.SQL("ALTER DATABASE {} OWNER TO {}")
        self._run(owner.format(sql.Identifier(database), user))

    def _run(self, statement: sql.Composed) -> None:
        """Run a statement that has names in it."""
        with closing(self.connect()) as connection:
            connection.cursor().execute(statement)
