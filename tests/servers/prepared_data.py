"""Data of servers as they are before the first start, made once for a whole run.

Making them takes longer than all else that a server of a test's own needs.  The process
that begins a run has the folder, and the environment names it to those that it starts.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Callable, Optional, Sequence

from .kept_folder import KeptFolder
from .server_user import ServerUser

VARIABLE = "TESTS_PREPARED_DATA"


class PreparedFolder:
    """The folder of a run, which goes with the process that began it."""

    def __init__(self) -> None:
        """Make it, where no outer run has one already."""
        self._kept: Optional[KeptFolder] = None
        if VARIABLE not in os.environ:
            self._kept = KeptFolder(ServerUser.choose(), signal.SIGTERM)
            os.environ[VARIABLE] = str(self._kept.path)

    @property
    def path(self) -> str:
        """Where it is."""
        return os.environ[VARIABLE]

    def close(self) -> None:
        """Remove it; twice is fine."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None
            del os.environ[VARIABLE]


class PreparedData:
    """The data that a program makes: the same for all its servers."""

    def __init__(self, program: Path, run: Callable[[Sequence[str]], None]) -> None:
        """Look for the run's folder.

        Args:
            run: runs a command to its end as the servers' user.
        """
        folder = os.environ.get(VARIABLE)
        name = sha256(os.fsencode(program)).hexdigest()[:16]
        self._path = None if folder is None else Path(folder) / name
        self._run = run

    def copy_to(self, data: Path) -> bool:
        """Copy the data to where there is nothing yet; False where nobody has any."""
        if self._path is None or not self._path.is_dir():
            return False
        self._run(["cp", "-a", str(self._path), str(data)])
        return True

    def keep(self, data: Path) -> None:
        """Keep a copy for the servers to come; another process may have been first."""
        if self._path is None:
            return
        part = self._path.with_suffix(f".{token_hex(8)}")
        self._run(["cp", "-a", str(data), str(part)])
        with suppress(OSError):
            part.rename(self._path)
