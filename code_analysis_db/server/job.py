"""One request on its way through the driver process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Optional

from ..drivers.execution_context import Deadline
from ..messages.base_request import FieldRequest
from ..event_loop import Timer

if TYPE_CHECKING:
    from .peer import Peer
    from .transaction_entry import TransactionEntry


class Job:
    """A request, who sent it, and how far it is.

    A job is *claimed* once: by the lane that starts it, or by the loop thread that
    gives it up because its time ran out, its caller cancelled it or its caller is gone.

    Attributes:
        peer: the client that sent it.
        request_id: the id that the reply must carry.
        request: the request.
        deadline: when it must end, and whether it was cancelled.
        transaction: the transaction that it belongs to, if any.
        timer: what fires at the deadline.
    """

    __slots__ = (
        "peer",
        "request_id",
        "request",
        "deadline",
        "transaction",
        "timer",
        "_claim",
    )

    def __init__(
        self, peer: "Peer", request_id: int, request: FieldRequest, deadline: Deadline
    ) -> None:
        """Make a job that nobody has claimed."""
        self.peer = peer
        self.request_id = request_id
        self.request = request
        self.deadline = deadline
        self.transaction: Optional["TransactionEntry"] = None
        self.timer: Optional[Timer] = None
        self._claim = threading.Lock()

    def claim(self) -> bool:
        """Take the job; True for the first caller only."""
        return self._claim.acquire(blocking=False)
