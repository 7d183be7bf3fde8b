"""What a peer is: a server (or none) and the sessions that clients open to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Callable, ClassVar, Iterator, List, Optional, Type, TypeVar

from ..workload import Row

_P = TypeVar("_P", bound="Peer")


class Session(ABC):
    """One client's connection to a peer."""

    @abstractmethod
    def select(self, key: int) -> Row:
        """Return the row with this id as a dict."""

    @abstractmethod
    def insert(self, row: Row) -> int:
        """Write one row durably and return its id."""

    @abstractmethod
    def close(self) -> None:
        """End the connection."""


class BulkSession(Session):
    """A session that also moves many rows at once."""

    @abstractmethod
    def clear(self) -> None:
        """Make the table anew, empty; not measured."""

    @abstractmethod
    def insert_many(self, rows: List[Row]) -> None:
        """Write the rows, given as dicts, in one transaction."""

    @abstractmethod
    def select_all(self) -> List[Row]:
        """Return every row as a dict, in one list."""

    @abstractmethod
    def select_iter(self) -> Iterator[Row]:
        """Yield every row as a dict without holding them all."""


#: opens a session; pickled to the client's process
Connector = Callable[[], Session]


class Peer(ABC):
    """Something that does the work, started and stopped as a context manager.

    Attributes:
        name: how the tables call it.
        database_path: the file with the workload's table.
    """

    name: ClassVar[str]

    def __init__(self, directory: Path, row_count: int) -> None:
        """Plan a peer with files in ``directory`` and ``row_count`` rows in it."""
        self.directory = directory / self.name.replace(" ", "_")
        self.database_path = str(self.directory / "items.db")
        self.row_count = row_count

    def __enter__(self: _P) -> _P:
        """Fill the database and start serving it."""
        self.directory.mkdir()
        self.start()
        return self

    def __exit__(
        self,
        error_type: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Stop serving."""
        self.stop()

    @abstractmethod
    def start(self) -> None:
        """Fill the database and start serving it."""

    @abstractmethod
    def stop(self) -> None:
        """Stop serving."""

    @property
    @abstractmethod
    def server_pid(self) -> Optional[int]:
        """The process that serves, None where each client works for itself."""

    @property
    @abstractmethod
    def connector(self) -> Connector:
        """What a client process calls to open its session."""


#: plans a peer: the directory for its files, and how many rows it has
PeerMaker = Callable[[Path, int], Peer]
