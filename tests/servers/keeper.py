"""Keeps a throwaway server: starts and ends it when told so, and when the process that
wanted it is gone, ends it and removes its folder.

It is a program of its own, ``python -S -m tests.servers.keeper SETTINGS``, in a session
of its own, so that neither a Ctrl-C nor a signal to the tests' process group reaches it
or its server.  Orders are lines of JSON on its standard input, ``{"do": …, "command":
…}``, each answered with a number on a line, -1 for a failure:

``run``: runs a program to its end; its exit code.
``start``: starts the server; its process id.
``stop``: shuts it down in order; ``kill``: kills it as a loss of power would; 0.
``end``: is not answered but obeyed, as are the end of the input and the end of the
owner, by whatever means.

A server whose keeper is killed is shut down by the kernel's signal; then only its
folder stays, for a later run to remove.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from .libc import adopt_orphans, die_with_parent, remove_shared_memory
from .process_tree import kill_descendants, segments_of, send

_STOP_TIMEOUT = 60.0
_END = '{"do": "end"}'


class OwnerGone(Exception):
    """The process that wanted the server is no more."""


class Keeper:
    """The server of one folder."""

    def __init__(self, settings: Dict[str, Any]) -> None:
        """Take the settings: owner, folder, uid and gid (or null), stop_signal."""
        self._settings = settings
        self._folder = Path(settings["folder"])
        self._owner = os.pidfd_open(settings["owner"])
        self._server: Optional["subprocess.Popen[bytes]"] = None
        self._orders: Dict[str, Callable[[List[str]], int]] = {
            "run": self._run,
            "start": self._start,
            "stop": self._stop,
            "kill": self._kill,
        }

    def serve(self) -> None:
        """Do as told until the input or the owner ends."""
        with suppress(OwnerGone):
            while True:
                self._wait_for(sys.stdin.fileno())
                order = json.loads(sys.stdin.readline() or _END)
                if order["do"] == "end":
                    return
                print(self._answer(order["do"], order["command"]), flush=True)

    def clear(self) -> None:
        """Kill the server and remove the folder."""
        self._kill([])
        self._unmount()
        deadline = time.monotonic() + _STOP_TIMEOUT
        while self._folder.exists() and time.monotonic() < deadline:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _answer(self, what: str, command: List[str]) -> int:
        """Do as told; what cannot be run is noted in the log, the answer is -1."""
        try:
            return self._orders[what](command)
        except OSError as error:
            with open(self._folder / "log", "a") as log:
                print(error, file=log)
            return -1

    # --- orders -------------------------------------------------------------------

    def _run(self, command: List[str]) -> int:
        """Run a program to its end."""
        program = self._popen(command)
        self._wait_for(os.pidfd_open(program.pid))
        return program.wait()

    def _start(self, command: List[str]) -> int:
        """Start the server, in place of what there is of an earlier one."""
        self._kill([])
        self._server = self._popen(command)
        return self._server.pid

    def _stop(self, command: List[str]) -> int:
        """Shut the server down in order, and kill what is left of it."""
        if self._server is not None:
            send(self._settings["stop_signal"], [self._server.pid])
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(_STOP_TIMEOUT)
        return self._kill([])

    def _kill(self, command: List[str]) -> int:
        """Kill the server with all its processes, and wait until they are gone."""
        kill_descendants(os.getpid())
        with suppress(ChildProcessError):
            while True:
                os.waitpid(-1, 0)
        if self._server is not None:
            for segment in segments_of(self._server.pid):
                with suppress(OSError):
                    remove_shared_memory(segment)
            self._server = None
        return 0

    # --- within -------------------------------------------------------------------

    def _popen(self, command: List[str]) -> "subprocess.Popen[bytes]":
        """Start a program as the server's user; what it says is added to the log."""
        uid, gid = self._settings["uid"], self._settings["gid"]
        with open(self._folder / "log", "ab") as log:
            return subprocess.Popen(
                command,
                cwd=self._folder,
                # MariaDB removes other servers' files from a folder that they share.
                env={**os.environ, "TMPDIR": str(self._folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
                preexec_fn=partial(die_with_parent, self._settings["stop_signal"]),
            )

    def _unmount(self) -> None:
        """Take away file systems that a test has put into the folder."""
        for line in Path("/proc/self/mounts").read_text().splitlines():
            path = line.split()[1]
            if path.startswith(f"{self._folder}/"):
                subprocess.run(["umount", "--lazy", path], check=False)

    def _wait_for(self, descriptor: int) -> None:
        """Wait until there is something to read, or the owner is gone."""
        ready, _, _ = select.select([descriptor, self._owner], [], [])
        if self._owner in ready:
            raise OwnerGone


def main() -> None:
    """Keep the server that the argument tells of."""
    # What is sent to those who watch a terminal is not for a keeper.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    adopt_orphans()
    keeper = Keeper(json.loads(sys.argv[1]))
    keeper.serve()
    keeper.clear()


if __name__ == "__main__":
    main()
