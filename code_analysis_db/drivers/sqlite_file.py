"""The file of a database: whether it is the one that was opened, and why it cannot be.

A process that has a file open goes on with it when somebody deletes it or puts another
in its place: what is written then is acknowledged and lost, and a log left beside the
new file spoils it (https://www.sqlite.org/howtocorrupt.html).  So whoever is about to
write looks first.  A file that is overwritten in place is SQLite's to notice.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional, Tuple

from ..exceptions import StorageError


class DatabaseFile:
    """Where a database is, and which file that was when it was opened.

    Attributes:
        path: absolute; a link in it is followed anew at every look.
    """

    __slots__ = ("path", "_text", "_identity")

    def __init__(self, path: Path) -> None:
        """Know nothing of the file but its path."""
        self.path = path
        self._text = str(path)
        self._identity: Optional[Tuple[int, int]] = None

    @property
    def is_known(self) -> bool:
        """Whether the file has been opened before, so that it must not be made."""
        return self._identity is not None

    def remember(self) -> None:
        """Take the file that is there now for the right one."""
        found = os.stat(self._text)
        self._identity = (found.st_dev, found.st_ino)

    def check(self) -> None:
        """See that the file that is there is the right one.

        Raises:
            StorageError: it was deleted, or another is in its place.
        """
        try:
            found = os.stat(self._text)
        except FileNotFoundError:
            raise self._lost("was deleted") from None
        if (found.st_dev, found.st_ino) != self._identity:
            raise self._lost("was replaced by another")

    def _lost(self, what: str) -> StorageError:
        """Return the error of a file that is not there any more."""
        return StorageError(
            f"database file {str(self.path)!r} {what} while the driver had it open;"
            " nothing is written any more, restart the driver to open what is there now"
        )


def opening_fault(path: Path, *, read_only: bool) -> Optional[str]:
    """Return why a database file cannot be opened, None where nothing tells.

    The file itself is left alone: to close a descriptor of it would drop the locks
    that the process has on it.
    """
    if path.is_dir():
        return "it is a directory"
    if not path.parent.is_dir():
        return f"there is no directory {str(path.parent)!r}"
    if read_only and not path.exists():
        return "there is no such file"
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return f"the process can open no more files ({error.strerror})"
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return (
            f"the directory {str(path.parent)!r} cannot be written to, where the"
            " write-ahead log has to be"
        )
    return None
