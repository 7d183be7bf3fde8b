"""What the groups of table methods stand on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Callable, Iterable, Optional, TypeVar

from ..messages.base_request import FieldRequest
from ..rows import RowBlock

T = TypeVar("T")


class RequestMethods(ABC):
    """Methods that each make one request and return what its result holds.

    The client sends the request at once, a transaction sends it on its own connection,
    and a batch keeps it for later: that is all that differs between them.
    """

    @abstractmethod
    def _perform(
        self,
        request: FieldRequest,
        read: Callable[[Any], T],
        timeout: Optional[float],
        ahead: Iterable[RowBlock] = (),
    ) -> T:
        """Have the request done and return what ``read`` makes of its result.

        Args:
            timeout: seconds, None for the default.
            ahead: blocks of rows that belong to the request and can be iterated again.
        """

    def _join(self, transaction_id: Optional[str]) -> Optional[str]:
        """Return the transaction that a request given this one belongs to."""
        return transaction_id
