"""Short statements outside transactions, sent without a thread that waits for each.

A driver that has this has connections of a kind of its own for it, see
:class:`~.express_session.ExpressSession`.  They count among the driver's connections,
whose number is limited: they are lent, and wanted back when others wait for one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Callable, Mapping, NamedTuple, Optional

from ..dialects.statement import Statement
from .express_session import ExpressSession, Result


class ExpressWrite(NamedTuple):
    """A write that is one statement.

    Attributes:
        statement: the statement.
        answer: what the driver's method returns, of the statement's result.
    """

    statement: Statement
    answer: Callable[[Result], Any]


class Express(ABC):
    """What sends short statements ahead.

    The statements are made without asking the server.  None stands for one that cannot
    be made so, that is not short by nature, or that has a fault: the usual way says so.
    """

    @abstractmethod
    def listen(
        self, on_shortage: Callable[[], None], on_spare: Callable[[], None]
    ) -> None:
        """Ask to be told how the driver's connections are wanted; on any thread.

        Args:
            on_shortage: called when somebody waits for a connection.
            on_spare: called when there is one that :meth:`open` asked for in vain.
        """

    @abstractmethod
    def select(self, table_name: str, *asked: Any) -> Optional[Statement]:
        """Return the statement of a select.

        Args:
            asked: as :meth:`~.base.BaseDatabaseDriver.open_select` takes it, from
                ``where`` to ``after``, in that order.
        """

    @abstractmethod
    def insert(
        self, table_name: str, data: Mapping[str, Any], on_conflict: Optional[str]
    ) -> Optional[ExpressWrite]:
        """Return the insert of one row, whose answer is the row's id."""

    @abstractmethod
    def update(
        self, table_name: str, where: Mapping[str, Any], data: Mapping[str, Any]
    ) -> Optional[ExpressWrite]:
        """Return the update of the row with a key, whose answer is how many rows it
        met."""

    @abstractmethod
    def delete(
        self, table_name: str, where: Mapping[str, Any]
    ) -> Optional[ExpressWrite]:
        """Return the delete of the row with a key, answered likewise."""

    @property
    @abstractmethod
    def is_short(self) -> bool:
        """Whether somebody waits for a connection."""

    @abstractmethod
    def open(self) -> Optional[ExpressSession]:
        """Open a session; None where no connection is to be had for it.

        Raises:
            DriverConnectionError: the server cannot be reached, or refuses.
        """

    @abstractmethod
    def retire(self, session: ExpressSession) -> None:
        """Close a session and let others have its connection; any thread."""
