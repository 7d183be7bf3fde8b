"""The tables of a database on a server, and what the driver keeps of them.

Servers do not tell that somebody else has changed a table; it is found out when
something does not fit any more.
"""

from __future__ import annotations

from abc import abstractmethod

from ...dialects.table_statements import TableStatements
from ...exceptions import DriverTransactionError, UnknownTableError
from ..catalogue import Catalogue
from ..scope import Scope
from .pool import SS


class PooledCatalogue(Catalogue[SS]):
    """The tables of one database; thread-safe.

    They are read with the session of the statement that is to follow, so that nobody
    who has a session waits for another.
    """

    def is_outdated(self, name: str, scope: Scope[SS]) -> bool:
        """Tell whether what is known of a table is no longer so, and forget it then."""
        known = self._known.statements.pop(name, None)
        if known is None:
            return False
        try:
            return self._load(name, scope).table != known.table
        except UnknownTableError:
            return True
        except DriverTransactionError:
            # of a block that has failed: it is to be rolled back in any case
            return False

    def _load(self, name: str, scope: Scope[SS]) -> TableStatements:
        """Read a table, and keep its statements."""
        known = self._known
        table = self.describe(name, scope).table
        statements = TableStatements(table, self._dialect, known.statements)
        return known.statements.setdefault(name, statements)

    @abstractmethod
    def lock_changes(self, session: SS) -> None:
        """Wait until nobody else changes tables, and keep others from it: up to the
        transaction's end where there is one, else up to :meth:`unlock_changes`."""

    @abstractmethod
    def unlock_changes(self, session: SS) -> None:
        """Let others change tables."""
