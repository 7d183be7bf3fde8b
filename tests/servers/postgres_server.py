"""A PostgreSQL server of the tests' own."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from typing import List, Sequence

from .address import ServerAddress
from .local_server import USER, LocalServer
from .postgres_administration import PostgresAdministration
from .prepared_data import PreparedData

# For the tests, wherever the server runs.  The time zone is not what a driver would
# choose.
SETTINGS = ("max_connections=300", "timezone=Asia/Kolkata")
# Shared memory as a file goes with the folder.
_LOCAL_SETTINGS = ("listen_addresses=127.0.0.1", "dynamic_shared_memory_type=mmap")
_QUICK_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresServer(LocalServer):
    """A server from a folder of programs."""

    stop_signal = signal.SIGINT

    def __init__(
        self, programs: Path, *, durable: bool = False, options: Sequence[str] = ()
    ) -> None:
        """Make the server's data and start it.

        Args:
            programs: the folder that has ``initdb`` and ``postgres``.
        """
        self._programs = programs
        super().__init__(durable=durable, options=options)

    @property
    def _data(self) -> Path:
        """Where the data is."""
        return self.folder / "data"

    def prepare(self) -> None:
        """Run initdb, or take what it made for another server."""
        prepared = PreparedData(self._programs, self.run)
        if not self.user.can_reach(self._programs / "postgres"):
            self._programs = _copied(self._programs, self.folder)
        if prepared.copy_to(self._data):
            self._set_password()
        else:
            self._run_initdb()
            prepared.keep(self._data)

    def _run_initdb(self) -> None:
        """Make the data."""
        password = self.folder / "password"
        password.write_text(self.password)
        self.user.own(password)
        self.run(
            [
                str(self._programs / "initdb"),
                f"--pgdata={self._data}",
                f"--username={USER}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
            ]
        )

    def _set_password(self) -> None:
        """Give the user of copied data this server's own password."""
        statement = self.folder / "password.sql"
        password = self.password.replace("'", "''")
        statement.write_text(f"ALTER USER {USER} PASSWORD '{password}'\n")
        self.user.own(statement)
        alone = ["--single", "-F", "-D", str(self._data), "postgres"]
        self.run(
            [
                *("sh", "-c", 'statement="$1"; shift; exec "$@" < "$statement"', "sh"),
                *(str(statement), str(self._programs / "postgres"), *alone),
            ]
        )

    def command(self) -> List[str]:
        """Return the command of the postmaster."""
        settings = [*SETTINGS, *_LOCAL_SETTINGS]
        settings += () if self.durable else _QUICK_SETTINGS
        return [
            str(self._programs / "postgres"),
            *("-D", str(self._data), "-k", str(self.folder)),
            *("-p", str(self.address.port)),
            *(word for setting in settings for word in ("-c", setting)),
            *self.options,
        ]

    def address_at(self, port: int) -> ServerAddress:
        """Return the address of the superuser."""
        return ServerAddress(
            kind="postgres",
            host="127.0.0.1",
            port=port,
            user=USER,
            password=self.password,
            database="postgres",
            unix_socket=str(self.folder),
        )

    @property
    def administration(self) -> PostgresAdministration:
        """What the superuser does there."""
        return PostgresAdministration(self.address)


def _copied(programs: Path, folder: Path) -> Path:
    """Copy programs with their libraries to where the server's user can reach them.

    The programs find their libraries by paths from where they are: in the installation
    that they are part of and, in a wheel, in a folder beside the package.
    """
    installation = programs.parent
    package = installation.parent
    top = folder / "programs"
    copy = top / package.name / installation.name
    shutil.copytree(installation, copy)
    beside = package.with_name(f"{package.name}.libs")
    if beside.is_dir():
        shutil.copytree(beside, top / beside.name)
    # Root's files may be for root alone.
    for path in (top, *top.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)
    return copy / programs.name
