"""What an administrator does to a server: databases, connections, who is connected."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import closing
from typing import Any, List, Optional, Sequence

from .address import ServerAddress
from .server_connection import ServerConnection


class Administration(ABC):
    """Direct access to a server, beside the drivers that are tested.

    Attributes:
        address: the server.
    """

    def __init__(self, address: ServerAddress) -> None:
        """Take the server's address."""
        self.address = address

    @abstractmethod
    def connect(self, database: Optional[str] = None) -> Any:
        """Return a DB-API connection in autocommit mode.

        Args:
            database: None for the one of the address.
        """

    def prepare(self) -> None:
        """Make a server that the tests did not start ready for them."""

    @abstractmethod
    def create_database(self, name: str) -> None:
        """Create an empty database with the server's usual settings."""

    @abstractmethod
    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is connected to it; nothing where there is none."""

    @abstractmethod
    def databases(self) -> List[str]:
        """Return the names of all databases."""

    @abstractmethod
    def connections(self, database: str) -> List[ServerConnection]:
        """Return who is connected to a database, without this administrator."""

    @abstractmethod
    def end_connection(self, number: int) -> None:
        """Cut a connection that may have ended meanwhile."""

    @abstractmethod
    def create_user(self, name: str, password: str, database: str) -> None:
        """Create a user who may do everything in one database and nothing else."""

    def end_connections(self, database: str) -> int:
        """Cut all connections to a database, and return how many there were."""
        there = self.connections(database)
        for connection in there:
            self.end_connection(connection.number)
        return len(there)

    def query(
        self, sql: str, params: Sequence[Any] = (), database: Optional[str] = None
    ) -> List[Sequence[Any]]:
        """Run a statement on a connection of its own and return its rows."""
        with closing(self.connect(database)) as connection:
            cursor = connection.cursor()
            cursor.execute(sql, params or None)
            return list(cursor.fetchall()) if cursor.description else []

    def failure_to_connect(self) -> Optional[str]:
        """Return why the server does not serve, None where it does."""
        try:
            self.query("SELECT 1")
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return None
