"""The private directory of one driver: its socket, its lock, its crash dumps.

It has mode 0700 and a path short enough for a Unix socket.  Whoever uses it holds a
shared ``flock`` on it; a directory that nobody holds was left behind by processes that
were killed, and the next one that is made sweeps it away.  (``systemd-tmpfiles`` leaves
locked directories alone too.)
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Optional

from ..exceptions import DriverStartError
from ..transport.endpoint import MAX_UNIX_PATH

_PREFIX = "cadb-"
_SOCKET_NAME = "driver.sock"
# What mkdtemp appends to the prefix, and a lock file's name to the socket's.
_RANDOM_LENGTH = 8
_LONGEST_SUFFIX = ".lock"
# Between mkdtemp and flock a new directory looks abandoned: leave young ones alone.
_ABANDONED_AFTER_SECONDS = 60.0


class DirectoryHold:
    """A shared lock on a runtime directory: it is in use by this process."""

    def __init__(self, path: str) -> None:
        """Lock the directory until :meth:`release` or the end of the process."""
        self._descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._descriptor)


class RuntimeDirectory:
    """A directory that exists between :meth:`make` and :meth:`remove`.

    Attributes:
        path: the directory, ``""`` before it is made first; it stays the same when it
            is made again.
    """

    def __init__(self) -> None:
        """Make nothing yet."""
        self.path = ""
        self._hold: Optional[DirectoryHold] = None

    def make(self) -> None:
        """Make the directory, unless it exists; first sweep abandoned ones away.

        Raises:
            DriverStartError: it cannot be made.
        """
        if self._hold is not None:
            return
        try:
            if self.path:
                os.mkdir(self.path, 0o700)
            else:
                base = _short_base()
                _sweep(base)
                self.path = tempfile.mkdtemp(prefix=_PREFIX, dir=base)
            self._hold = DirectoryHold(self.path)
        except OSError as error:
            raise DriverStartError(
                f"cannot make a directory for the driver's socket: {error}; TMPDIR"
                " says where"
            ) from error

    @property
    def socket_path(self) -> str:
        """Where the driver listens unless its endpoint says otherwise."""
        return os.path.join(self.path, _SOCKET_NAME)

    def crash_file(self, generation: int) -> str:
        """Return where the stacks of the driver's ``generation`` are dumped."""
        return os.path.join(self.path, f"crash-{generation}.txt")

    def remove(self) -> None:
        """Remove the directory and all in it; twice is fine."""
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.release()
            shutil.rmtree(self.path, ignore_errors=True)


def _short_base() -> str:
    """Return the temporary directory, or ``/tmp`` where its path is too long."""
    base = tempfile.gettempdir()
    tail = len(_PREFIX) + _RANDOM_LENGTH + len(_SOCKET_NAME) + len(_LONGEST_SUFFIX) + 2
    return base if len(os.fsencode(base)) + tail <= MAX_UNIX_PATH else "/tmp"


def _sweep(base: str) -> None:
    """Remove this user's runtime directories that no process holds."""
    for path in Path(base).glob(f"{_PREFIX}{'?' * _RANDOM_LENGTH}"):
        if _is_abandoned(path):
            shutil.rmtree(path, ignore_errors=True)


def _is_abandoned(path: Path) -> bool:
    """Whether the directory is this user's, not brand-new, and held by nobody."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.getuid():
            return False
        if time.time() - status.st_ctime < _ABANDONED_AFTER_SECONDS:
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
