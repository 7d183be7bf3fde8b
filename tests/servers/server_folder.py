"""The folders of local servers: short names, and an owner who can be asked after."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import List

from .process_identity import ProcessIdentity
from .server_user import ServerUser

_PREFIX = "cadb-server-"
# The longest path under a folder is its socket's, which holds 107 bytes.
_LONGEST_PARENT = 50


def _parent() -> Path:
    """Return the folder for temporary files, if its name is short enough."""
    usual = Path(tempfile.gettempdir())
    return usual if len(str(usual)) <= _LONGEST_PARENT else Path("/tmp")


def _name(owner: ProcessIdentity) -> str:
    """Return what the names of a process's folders begin with."""
    return f"{_PREFIX}{owner}-"


def make_server_folder(user: ServerUser) -> Path:
    """Make a folder that only the server's user (and root) can look into."""
    prefix = _name(ProcessIdentity.of(os.getpid()))
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=_parent()))
    user.own(folder)
    return folder


def server_folders(owner: ProcessIdentity) -> List[Path]:
    """Return the folders that a process has made and that are there."""
    return sorted(_parent().glob(f"{_name(owner)}*"))


def remove_left_folders() -> None:
    """Remove what runs left whose keepers were killed too."""
    for folder in _parent().glob(f"{_PREFIX}*-*"):
        owner = ProcessIdentity.parse(folder.name[len(_PREFIX) :])
        if owner is not None and owner.is_known_dead:
            shutil.rmtree(folder, ignore_errors=True)
