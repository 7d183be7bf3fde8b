"""A copy of a database file's bytes, made by another process.

Where a process closes a file, the locks go that it has on it, those of SQLite's
connections too (https://www.sqlite.org/howtocorrupt.html, 2.2).  So a process that has
a database open must not open its file by itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Iterator, Optional, Type

from ...exceptions import BackupError

_PROGRAM = Path(__file__).with_name("copy_bytes.py")


class FileCopy:
    """A copy of the beginning of a file that is under way; as a context manager it
    stops at the block's end, however far it is.

    The file stays as it is meanwhile: that is the caller's to see to.
    """

    def __init__(self, source: Path, target: Path, size: int) -> None:
        """Start to copy.

        Args:
            target: a file that there is.
            size: how many bytes.

        Raises:
            ChildProcessError: no process can be started.
        """
        self._size = size
        python = [sys.executable, "-I", "-S"]
        try:
            self._process = subprocess.Popen(
                [*python, str(_PROGRAM), str(source), str(target), str(size)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise ChildProcessError(f"no process can be started: {error}") from error

    @staticmethod
    def is_possible() -> bool:
        """Whether there is an interpreter to run the copy, and the program for it."""
        is_frozen = getattr(sys, "frozen", False)
        return bool(sys.executable) and not is_frozen and _PROGRAM.is_file()

    def portions(self) -> Iterator[int]:
        """Yield how many bytes are done, up to all of them.

        Raises:
            BackupError: a file cannot be read or written.
            ChildProcessError: the process ended without saying why.
        """
        output = self._process.stdout
        assert output is not None
        done = 0
        for line in output:
            word, _, number = line.partition(b" ")
            if word == b"error":
                why = os.strerror(int(number))
                raise BackupError(f"the backup could not be written: {why}")
            done = int(word)
            yield done
        if done != self._size:
            raise ChildProcessError("the process that copies has ended")

    def __enter__(self) -> FileCopy:
        """Return the copy."""
        return self

    def __exit__(
        self,
        error_type: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Stop the process, if it still runs."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
