"""Open transactions: whose they are, how long they may last, and how they end.

Loop thread only, except :meth:`TransactionWatch.note` and
:meth:`TransactionWatch.undo`.
"""

from __future__ import annotations

import logging
import time
from typing import Callable, Dict, Optional

from ..drivers.limits import Limits
from ..event_loop import EventLoop
from ..exceptions import DriverError, DriverTransactionError
from ..request import CommitTransactionRequest
from ..rpc_server import DatabaseDriverRPCServer
from .job import Job
from .peer import Peer
from .transaction_entry import TransactionEntry

logger = logging.getLogger(__name__)


class TransactionWatch:
    """The open transactions of all clients."""

    def __init__(
        self,
        loop: EventLoop,
        rpc: DatabaseDriverRPCServer,
        limits: Limits,
        roll_back: Callable[[TransactionEntry], None],
        refuse: Callable[[Job, DriverError], bool],
    ) -> None:
        """Watch nothing yet.

        Args:
            limits: how long a transaction may do nothing, and last in all.
            roll_back: has :meth:`undo` called for a transaction without a request
                under way, on a thread that may wait for the database.
            refuse: answers a job that has not started with an error; False where it
                has.
        """
        self._loop = loop
        self._rpc = rpc
        self._idle_timeout = limits.transaction_idle_timeout
        self._timeout = limits.transaction_timeout
        self._roll_back = roll_back
        self._refuse = refuse
        self._entries: Dict[str, TransactionEntry] = {}

    def __len__(self) -> int:
        """Return how many transactions are open."""
        return len(self._entries)

    def note(self, transaction_id: str, peer: Peer) -> TransactionEntry:
        """Keep a transaction that has begun; safe from the lanes' threads.

        It must be known before its caller hears of it and uses it.
        """
        entry = TransactionEntry(transaction_id, peer)
        self._entries[transaction_id] = entry
        peer.transactions[transaction_id] = entry
        self._loop.call_soon(lambda: self._watch(entry))
        return entry

    def find(self, transaction_id: str) -> Optional[TransactionEntry]:
        """Return an open transaction, None where there is none of that id."""
        return self._entries.get(transaction_id)

    def join(
        self, entry: TransactionEntry, job: Job
    ) -> Optional[DriverTransactionError]:
        """Tie a job to its transaction, or return why it must not use it."""
        if entry.peer is not job.peer:
            return DriverTransactionError(
                f"transaction {entry.transaction_id!r} belongs to another connection"
            )
        if entry.abort_reason is not None:
            return _rolled_back(entry)
        entry.job = job
        job.transaction = entry
        return None

    def settle(self, entry: TransactionEntry) -> None:
        """Note that a request of a transaction has ended, and whether it has too."""
        entry.job = None
        entry.used = time.perf_counter()
        if not self._rpc.driver.has_transaction(entry.transaction_id):
            self._forget(entry)
        elif entry.abort_reason is not None:
            self._roll_back(entry)

    def abort(self, entry: TransactionEntry, reason: str) -> None:
        """Roll a transaction back for a reason that its owner will be told."""
        if entry.abort_reason is not None:
            return
        entry.abort_reason = reason
        job = entry.job
        if job is None:
            self._roll_back(entry)
        elif (
            not self._refuse(job, _rolled_back(entry))
            and type(job.request) is not CommitTransactionRequest
        ):
            job.deadline.cancel()

    def abort_all(self, reason: str) -> None:
        """End every transaction, each after the request that it has under way."""
        for entry in list(self._entries.values()):
            if entry.job is None:
                self.abort(entry, reason)
            else:
                entry.abort_reason = reason

    def undo(self, entry: TransactionEntry) -> None:
        """Roll back a transaction that was aborted; any thread that may wait.

        Until it has happened the transaction stays known, so that a late request of its
        owner's is refused and does not meet the rollback in the database.
        """
        transaction_id = entry.transaction_id
        self._rpc.cursors.close_of_transaction(transaction_id)
        try:
            self._rpc.driver.rollback_transaction(
                transaction_id, reason=entry.abort_reason
            )
        except DriverError as error:
            # It has ended by itself, or its connection is broken: gone either way.
            logger.debug("rollback of %s: %s", transaction_id, error)
        self._forget(entry)

    def _forget(self, entry: TransactionEntry) -> None:
        """Drop a transaction that has ended; any thread."""
        self._entries.pop(entry.transaction_id, None)
        entry.peer.transactions.pop(entry.transaction_id, None)
        if entry.timer is not None:
            entry.timer.cancel()

    def _watch(self, entry: TransactionEntry) -> None:
        """End the transaction if its time is up, else look again when it may be."""
        if entry.transaction_id not in self._entries:
            return
        now = time.perf_counter()
        total = entry.started + self._timeout
        idle = (entry.used if entry.job is None else now) + self._idle_timeout
        if now >= total:
            self.abort(entry, f"it lasted longer than {self._timeout:g} s")
        elif now >= idle:
            self.abort(entry, f"it was idle longer than {self._idle_timeout:g} s")
        else:
            entry.timer = self._loop.call_at(
                min(total, idle), lambda: self._watch(entry)
            )


def _rolled_back(entry: TransactionEntry) -> DriverTransactionError:
    """Return the error for the use of a transaction that was ended."""
    return DriverTransactionError(
        f"transaction {entry.transaction_id!r} was rolled back: {entry.abort_reason}"
    )
