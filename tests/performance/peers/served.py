"""A peer whose server is a process of its own, behind a Unix socket."""

from __future__ import annotations

import multiprocessing
from abc import abstractmethod
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Callable, Optional

from ..workload import fill_database
from .base import Peer

#: serves a database: its path, the address, the connection that hears of readiness
Serve = Callable[[str, str, Connection], None]

START_TIMEOUT = 30.0


class ServedPeer(Peer):
    """Starts ``serve`` in a spawned process and waits for its word to be ready."""

    _process: Optional[SpawnProcess] = None

    @property
    def address(self) -> str:
        """The path of the socket."""
        return str(self.directory / "socket")

    @property
    @abstractmethod
    def serve(self) -> Serve:
        """The module-level function that serves until the process is ended."""

    def start(self) -> None:
        """Fill the database, start the server, wait for its word."""
        fill_database(self.database_path, self.row_count)
        context = multiprocessing.get_context("spawn")
        ready, announce = context.Pipe(duplex=False)
        self._process = context.Process(
            target=self.serve,
            args=(self.database_path, self.address, announce),
            daemon=True,
        )
        self._process.start()
        announce.close()
        if not ready.poll(START_TIMEOUT):
            raise TimeoutError(f"{self.name} was not ready in {START_TIMEOUT} s")
        ready.recv_bytes()
        ready.close()

    def stop(self) -> None:
        """End the server process."""
        if self._process is not None:
            self._process.terminate()
            self._process.join()
            self._process = None

    @property
    def server_pid(self) -> Optional[int]:
        """The server's process."""
        return None if self._process is None else self._process.pid
