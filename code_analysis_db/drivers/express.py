"""Short reads outside transactions, sent without a thread that waits for each.

A driver that has this has connections of a kind of its own for it, see
:class:`~.express_session.ExpressSession`.  They count among the driver's connections,
whose number is limited: they are lent, and wanted back when others wait for one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Callable, Optional

from ..dialects.statement import Statement
from .express_session import ExpressSession


class Express(ABC):
    """What sends short reads ahead."""

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
        """Return the statement of a select, made without asking the server.

        Args:
            asked: as :meth:`~.base.BaseDatabaseDriver.open_select` takes it, from
                ``where`` to ``after``, in that order.

        Returns:
            None where the server would have to be asked, or an argument is wrong: the
            usual way says so.
        """

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
