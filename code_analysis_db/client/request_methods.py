"""What the groups of table methods stand on."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Optional, Protocol, TypeVar

from ..messages.base_request import FieldRequest
from ..rows import RowBlock

T = TypeVar("T")


class Perform(Protocol):
    """Has requests done."""

    def __call__(
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


class RequestMethods:
    """Methods that each make one request and return what its result holds.

    The client sends the request at once, a transaction sends it on its own connection,
    and a batch keeps it for later: that is all that differs between them.
    """

    def __init__(self, perform: Perform) -> None:
        """Have requests done by ``perform``."""
        self._perform = perform

    def _join(self, transaction_id: Optional[str]) -> Optional[str]:
        """Return the transaction that a request given this one belongs to."""
        return transaction_id
