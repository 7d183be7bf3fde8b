"""Many operations in one message, one transaction and one reply."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Callable, Optional, Type

from .batch_operations import BatchOperations
from .steps import Call, run


class Batch(BatchOperations):
    """Collects operations in a ``with`` block and sends them when it ends.

    They are done in their order as one transaction, all or nothing; inside a
    transaction, as a part of it that fails as a whole.  Each method returns a
    :class:`BatchHandle`, whose ``result`` is there after the block.  A block that
    raises sends nothing.
    """

    def __init__(
        self,
        perform: Callable[[Call[Any]], Any],
        transaction_id: Optional[str],
        timeout: Optional[float],
    ) -> None:
        """Make an empty batch.

        Args:
            perform: has the batch's one call done and returns what was read of it.
        """
        super().__init__()
        self._perform = perform
        self._transaction_id = transaction_id
        self._timeout = timeout

    def __enter__(self) -> "Batch":
        """Return the batch."""
        return self

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Send the operations, if there are some and the block has not raised."""
        if exc_type is None:
            run(self.steps(self._transaction_id, self._timeout), self._perform)
