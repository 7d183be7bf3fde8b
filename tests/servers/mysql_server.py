"""A MariaDB or MySQL server of the tests' own."""

from __future__ import annotations

from pathlib import Path
from typing import List, Sequence

from .address import ServerAddress
from .local_server import USER, LocalServer
from .mysql_administration import LARGEST_PACKET, MySQLAdministration
from .prepared_data import PreparedData
from .programs import find_program, is_mariadb

# For the tests, wherever the server runs.  Time zone and character set are not what a
# driver would choose.
OPTIONS = (
    "--max-connections=300",
    f"--max-allowed-packet={LARGEST_PACKET}",
    "--skip-name-resolve",
    "--performance-schema=OFF",
    "--default-time-zone=+05:30",
    "--character-set-server=latin1",
)
_QUICK_OPTIONS = ("--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0")
_MARIADB_OPTIONS = ("--innodb-log-file-size=8M",)
_QUICK_MARIADB_OPTIONS = ("--loose-innodb-flush-method=nosync", "--debug-no-sync")
_MYSQL_OPTIONS = (
    "--innodb-redo-log-capacity=8M",
    "--skip-log-bin",
    "--mysqlx=OFF",
)
_USERS = """\
CREATE USER IF NOT EXISTS '{user}'@'%' IDENTIFIED BY '{password}';
GRANT ALL ON *.* TO '{user}'@'%' WITH GRANT OPTION;
CREATE DATABASE IF NOT EXISTS test;
"""


class MySQLServer(LocalServer):
    """A server from its program."""

    def __init__(
        self, program: Path, *, durable: bool = False, options: Sequence[str] = ()
    ) -> None:
        """Make the server's data and start it.

        Args:
            program: ``mariadbd`` or ``mysqld``.
        """
        self._program = program
        self._is_mariadb = is_mariadb(program)
        super().__init__(durable=durable, options=options)

    @property
    def _data(self) -> Path:
        """Where the data is."""
        return self.folder / "data"

    @property
    def _first(self) -> List[str]:
        """The words that every call of the server begins with."""
        return [
            str(self._program),
            "--no-defaults",
            f"--datadir={self._data}",
        ]

    def prepare(self) -> None:
        """Make the statements that make the user, and the system tables or a copy."""
        statements = self.folder / "users.sql"
        password = self.password.replace("'", "''")
        statements.write_text(_USERS.format(user=USER, password=password))
        self.user.own(statements)
        prepared = PreparedData(self._program, self.run)
        if not prepared.copy_to(self._data):
            self._make_system_tables()
            prepared.keep(self._data)

    def _make_system_tables(self) -> None:
        """Make the data."""
        if self._is_mariadb:
            installer = find_program("mariadb-install-db", "mysql_install_db")
            self.run(
                [
                    str(installer),
                    "--no-defaults",
                    f"--datadir={self._data}",
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                    "--skip-name-resolve",
                ]
            )
        else:
            self.run([*self._first, "--initialize-insecure"])

    def command(self) -> List[str]:
        """Return the command of the server."""
        options = [*OPTIONS, "--bind-address=127.0.0.1"]
        options += _MARIADB_OPTIONS if self._is_mariadb else _MYSQL_OPTIONS
        if not self.durable:
            options += _QUICK_OPTIONS
            options += _QUICK_MARIADB_OPTIONS if self._is_mariadb else ()
        return [
            *self._first,
            f"--port={self.address.port}",
            f"--socket={self.address.unix_socket}",
            f"--pid-file={self.folder / 'pid'}",
            f"--init-file={self.folder / 'users.sql'}",
            *options,
            *self.options,
        ]

    def address_at(self, port: int) -> ServerAddress:
        """Return the address of the user who may do everything."""
        return ServerAddress(
            kind="mysql",
            host="127.0.0.1",
            port=port,
            user=USER,
            password=self.password,
            database="test",
            unix_socket=str(self.folder / "s"),
        )

    @property
    def administration(self) -> MySQLAdministration:
        """What the user does there."""
        return MySQLAdministration(self.address)
