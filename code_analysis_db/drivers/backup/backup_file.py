"""A backup's file while it is written, and its name when it is whole.

It is written under a temporary name, on which the writer holds a lock; one whose lock
is free was left behind by a process that died, and the next backup removes it.
"""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

from ...exceptions import BackupError
from ...short_repr import short_repr

_PREFIX = ".code_analysis_db-"
_SUFFIX = ".partial"
_BESIDE = ("", "-journal", "-wal", "-shm")
"""What SQLite may have beside a file, and the file."""


class BackupFile:
    """A new file in a directory, which is made where it is missing.

    Attributes:
        path: where the backup is to be written; only the owner can read it.
    """

    def __init__(self, directory: str, database: str) -> None:
        """Make an empty file for a backup of ``database``.

        Raises:
            BackupError: the directory cannot be written to.
        """
        if "\0" in directory:
            raise BackupError(f"no directory can be called {short_repr(directory)}")
        self._directory = Path(os.path.abspath(directory))
        self._database = re.sub(r"[^\w.-]", "_", database) or "database"
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            _sweep(self._directory)
            self._lock, name = tempfile.mkstemp(_SUFFIX, _PREFIX, self._directory)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        except OSError as error:
            raise self.fault(error) from error
        self.path = Path(name)

    def publish(self) -> Path:
        """Put the file on disk and give it its name, never that of another.

        Raises:
            BackupError: the disk is full, or fails.
        """
        try:
            os.fsync(self._lock)
            path = self._named()
            self.path.unlink()
            folder = os.open(self._directory, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise self.fault(error) from error
        return path

    def _named(self) -> Path:
        """Give the file the name of this moment, or of the next one that is free."""
        while True:
            moment = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S.%fZ")
            path = self._directory / f"{self._database}-{moment}.sqlite3"
            with suppress(FileExistsError):
                os.link(self.path, path)
                return path

    def close(self) -> None:
        """Remove what was not published."""
        _remove(self.path)
        os.close(self._lock)

    def fault(self, error: OSError) -> BackupError:
        """Return the error of a file that cannot be written."""
        return BackupError(
            f"cannot write a backup into directory {str(self._directory)!r}:"
            f" {error.strerror}"
        )


def _sweep(directory: Path) -> None:
    """Remove the unfinished files of processes that have died."""
    for path in directory.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError):
            lock = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(path)
            finally:
                os.close(lock)


def _remove(path: Path) -> None:
    """Remove a file, and what SQLite has beside it."""
    for suffix in reversed(_BESIDE):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
