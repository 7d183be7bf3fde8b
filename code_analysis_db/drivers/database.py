"""A database that a driver has open: the scope of statements outside transactions."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Dict

from .scope import R, S, Scope, Work


class Database(Scope[S]):
    """The sessions of one database."""

    @abstractmethod
    def look(self, work: Work[S, R]) -> R:
        """Run ``work``, which reads the tables' definitions and changes nothing, within
        one transaction."""

    def write_alone(self, work: Work[S, R]) -> R:
        """Run ``work``, one statement, outside any transaction (VACUUM)."""
        return self.write(work, several=False)

    @abstractmethod
    def close(self) -> None:
        """Close every session."""

    def maintain(self) -> None:
        """Do the upkeep that is due; short by nature."""
        return None

    @abstractmethod
    def stats(self) -> Dict[str, Any]:
        """Return figures about the database and its sessions."""
