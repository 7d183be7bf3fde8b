"""As whom a server runs: PostgreSQL refuses root, and what goes wrong in a test should
not do so as root."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from pathlib import Path
from typing import Any, Dict, Optional

import attrs


@attrs.frozen
class ServerUser:
    """A user that servers run as.

    Attributes:
        uid: None where it is the user of the tests.
    """

    uid: Optional[int] = None
    gid: Optional[int] = None

    @classmethod
    def choose(cls) -> "ServerUser":
        """Return another user where the tests run as root."""
        if os.geteuid() != 0:
            return cls()
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = known.get("postgres") or known["nobody"]
        return cls(entry.pw_uid, entry.pw_gid)

    def own(self, path: Path) -> None:
        """Give the user a file or a folder."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def popen_options(self) -> Dict[str, Any]:
        """Return what makes :mod:`subprocess` start a process as the user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_reach(self, path: Path) -> bool:
        """Whether the user can execute what lies at an absolute path."""
        if self.uid is None:
            return True
        folders = [path.resolve(), *path.resolve().parents]
        return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)

    def reachable_copy(self, path: Path, folder: Path) -> Path:
        """Return a folder that the user can execute from: this one, or a copy of it."""
        if self.can_reach(path):
            return path
        return Path(shutil.copytree(path, folder / path.name, symlinks=True))
