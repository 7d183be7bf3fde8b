"""A client's open transaction, as the driver process sees it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Optional

from ..event_loop import Timer

if TYPE_CHECKING:
    from .job import Job
    from .peer import Peer


class TransactionEntry:
    """Who holds a transaction and since when.

    Attributes:
        transaction_id: the driver's id.
        peer: the client that began it; nobody else may use it.
        started: when it began, in seconds of ``time.perf_counter``.
        used: when its last request ended.
        job: the request of it that is under way.
        on_write_lane: whether it has asked to write: all its requests go to the write
            lane from then on.
        abort_reason: why it is to be rolled back as soon as ``job`` has ended.
        timer: what watches its time limits.
    """

    __slots__ = (
        "transaction_id",
        "peer",
        "started",
        "used",
        "job",
        "on_write_lane",
        "abort_reason",
        "timer",
    )

    def __init__(self, transaction_id: str, peer: "Peer") -> None:
        """Note a transaction that has just begun."""
        self.transaction_id = transaction_id
        self.peer = peer
        self.started = self.used = time.perf_counter()
        self.job: Optional["Job"] = None
        self.on_write_lane = False
        self.abort_reason: Optional[str] = None
        self.timer: Optional[Timer] = None
