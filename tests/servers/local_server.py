"""A server on this machine that the tests started, in a folder of its own."""

from __future__ import annotations

import signal
import socket
import time
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from typing import ClassVar, List, Sequence

from .address import ServerAddress
from .administration import Administration
from .kept_folder import KeptFolder
from .process_tree import resume, stat_fields, suspend
from .server_user import ServerUser

_START_TIMEOUT = 60.0
_PORTS_TO_TRY = 5
USER = "tester"


class ServerStartError(Exception):
    """A server that is there does not start."""


class LocalServer(ABC):
    """A server, its folder and its keeper.

    It can be killed, stopped and started again on the same port and data.

    Attributes:
        folder: all that it has on disk.
        address: where it is.
        administration: what its administrator does there.
        options: of its command line, from the next start on.
        password: of :data:`USER`, who may do everything.
        pid: its first process, 0 while there is none.
        user: as whom it runs.
    """

    stop_signal: ClassVar[int] = signal.SIGTERM

    def __init__(self, *, durable: bool = False, options: Sequence[str] = ()) -> None:
        """Make the server's data and start it.

        Args:
            durable: whether what it acknowledges is on disk; costs time.
            options: further options of its command line.

        Raises:
            ServerStartError: with the end of the server's log.
        """
        self.durable = durable
        self.options = list(options)
        # Of its own: at a port that somebody else took meanwhile it is not let in.
        self.password = f"tester's pass:word {token_hex(8)}"
        self.user = ServerUser.choose()
        self._kept = KeptFolder(self.user, self.stop_signal)
        self.folder: Path = self._kept.path
        self.pid = 0
        try:
            self.prepare()
            self._start_somewhere()
        except BaseException:
            self.close()
            raise

    # --- what a kind of server brings ---------------------------------------------

    @abstractmethod
    def prepare(self) -> None:
        """Make the data."""

    @abstractmethod
    def command(self) -> List[str]:
        """Return the command that runs the server at its address."""

    @abstractmethod
    def address_at(self, port: int) -> ServerAddress:
        """Return the server's address at a port."""

    @property
    @abstractmethod
    def administration(self) -> Administration:
        """What its administrator does there."""

    # --- life ---------------------------------------------------------------------

    def start(self) -> None:
        """Start the server, or start it again with its port and its data."""
        self.pid = self._kept.order("start", self.command())
        deadline = time.monotonic() + _START_TIMEOUT
        while True:
            failure = self.administration.failure_to_connect()
            if failure is None:
                return
            if time.monotonic() > deadline or not self._is_running():
                message = f"{self.command()[0]}: {failure}\n{self._kept.log()}"
                raise ServerStartError(message)
            time.sleep(0.02)

    def stop(self) -> None:
        """Shut the server down in order."""
        self.pid = self._kept.order("stop")

    def kill(self) -> None:
        """Kill all processes of the server, as a loss of power would."""
        self.pid = self._kept.order("kill")

    def suspend(self) -> None:
        """Make the server deaf: its processes stop, its sockets stay open."""
        suspend(self.pid)

    def resume(self) -> None:
        """Let a suspended server go on."""
        resume(self.pid)

    def close(self) -> None:
        """End the server and remove its folder; twice is fine."""
        self._kept.close()
        self.pid = 0

    # --- within -------------------------------------------------------------------

    def run(self, command: Sequence[str]) -> None:
        """Run one of the server's programs to its end.

        Raises:
            ServerStartError: it failed.
        """
        if self._kept.order("run", command) != 0:
            raise ServerStartError(f"{command[0]} failed:\n{self._kept.log(100)}")

    def _start_somewhere(self) -> None:
        """Start the server for the first time, at a port that nobody else takes."""
        for last in [False] * (_PORTS_TO_TRY - 1) + [True]:
            self.address = self.address_at(_free_port())
            try:
                return self.start()
            except ServerStartError as error:
                if last or "address already in use" not in str(error).lower():
                    raise

    def _is_running(self) -> bool:
        """Whether the server's first process is there and no zombie."""
        fields = stat_fields(self.pid)
        return bool(fields) and fields[0] != "Z"


def _free_port() -> int:
    """Return a port that is free now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
