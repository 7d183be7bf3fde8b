"""A connection as the server sees it."""

from __future__ import annotations

import attrs


@attrs.frozen
class ServerConnection:
    """One of the connections to a database.

    Attributes:
        number: what the server calls it by.
        is_in_transaction: a transaction is open.
        is_running: a statement runs, or waits for a lock.
    """

    number: int
    is_in_transaction: bool
    is_running: bool

    @property
    def is_idle_in_transaction(self) -> bool:
        """Whether it keeps a transaction open without doing anything."""
        return self.is_in_transaction and not self.is_running
