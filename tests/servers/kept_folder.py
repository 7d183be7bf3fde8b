"""The owner's end of a keeper: a folder and the processes that work in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Sequence

from .server_folder import make_server_folder
from .server_user import ServerUser

_ROOT = Path(__file__).parents[2]


class KeptFolder:
    """A folder that goes, with all processes in it, when this process does.

    Attributes:
        path: where it is.
        user: as whom the processes run.
    """

    def __init__(self, user: ServerUser, stop_signal: int) -> None:
        """Make the folder and start its keeper.

        Args:
            stop_signal: shuts the server down in order.
        """
        self.user = user
        self.path = make_server_folder(user)
        settings = {
            "owner": os.getpid(),
            "folder": str(self.path),
            "uid": user.uid,
            "gid": user.gid,
            "stop_signal": stop_signal,
        }
        keeper = [sys.executable, "-S", "-m", "tests.servers.keeper"]
        self._keeper = subprocess.Popen(
            [*keeper, json.dumps(settings)],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def order(self, what: str, command: Sequence[str] = ()) -> int:
        """Have the keeper do something; see :mod:`tests.servers.keeper`."""
        keeper = self._keeper
        assert keeper.stdin is not None and keeper.stdout is not None
        keeper.stdin.write(json.dumps({"do": what, "command": list(command)}) + "\n")
        keeper.stdin.flush()
        return int(keeper.stdout.readline())

    def log(self, lines: int = 15) -> str:
        """Return the end of what the processes wrote."""
        path = self.path / "log"
        text = path.read_text("utf-8", "replace") if path.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def close(self) -> None:
        """End the processes and remove the folder; twice is fine."""
        if self._keeper.returncode is None:
            # The order is given, too: a forked process may hold the input open.
            with suppress(BrokenPipeError):
                self._keeper.communicate('{"do": "end"}\n')
