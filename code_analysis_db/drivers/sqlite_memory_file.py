"""The file of a ``":memory:"`` database: private, and gone with its driver.

A database in SQLite's own memory cannot be shared by a writer and readers the way
that a file in WAL mode is.  So it is a file in a directory that only this user can
enter, in ``/dev/shm`` where there is one.  The driver keeps a lock on a file beside
it; a directory whose lock is free was left behind by a process that died, and the
next driver removes it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Optional

_PREFIX = "code_analysis_db-memory-"
_SHARED_MEMORY = Path("/dev/shm")
_ROOMY = 1 << 30
_LOCK = "lock"


class MemoryFile:
    """A directory for a database that ends with its driver.

    Attributes:
        path: of the database file, not made yet.
    """

    def __init__(self, root: Optional[Path] = None) -> None:
        """Remove what the dead left under ``root``, and make a new directory."""
        root = root or _root()
        _sweep(root)
        while True:
            directory = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
            lock = os.open(directory / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            if _own(lock) and directory.exists():
                break
            os.close(lock)
        self._directory = directory
        self._lock = lock
        self.path = directory / "memory.db"

    def remove(self) -> None:
        """Remove the directory and what is in it."""
        shutil.rmtree(self._directory, ignore_errors=True)
        os.close(self._lock)


def _root() -> Path:
    """Return the directory to make private directories in.

    Containers have a ``/dev/shm`` of 64 MB by default, which is too small for a
    database; files that are never synced are about as fast elsewhere.
    """
    with suppress(OSError):
        space = os.statvfs(_SHARED_MEMORY)
        roomy = space.f_bavail * space.f_frsize >= _ROOMY
        if roomy and os.access(_SHARED_MEMORY, os.W_OK | os.X_OK):
            return _SHARED_MEMORY
    return Path(tempfile.gettempdir())


def _own(lock: int) -> bool:
    """Take the lock of a directory; tell whether it was free."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sweep(root: Path) -> None:
    """Remove this user's directories whose owner has died."""
    for directory in root.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            lock = os.open(directory / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                if os.fstat(lock).st_uid == os.getuid() and _own(lock):
                    shutil.rmtree(directory, ignore_errors=True)
            finally:
                os.close(lock)
