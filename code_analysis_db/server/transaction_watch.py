"""Open transactions: whose they are, and how long they may last.

Loop thread only, except :meth:`TransactionWatch.note`.
"""

from __future__ import annotations

import time
from typing import Callable, Dict, Optional

from ..event_loop import EventLoop
from .peer import Peer
from .transaction_entry import TransactionEntry


class TransactionWatch:
    """The open transactions of all clients."""

    def __init__(
        self,
        loop: EventLoop,
        idle_timeout: float,
        timeout: float,
        abort: Callable[[TransactionEntry, str], None],
    ) -> None:
        """Watch nothing yet.

        Args:
            idle_timeout: seconds that a transaction may do nothing.
            timeout: seconds that it may last in all.
            abort: ends a transaction for the reason given.
        """
        self._loop = loop
        self._idle_timeout = idle_timeout
        self._timeout = timeout
        self._abort = abort
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

    def forget(self, entry: TransactionEntry) -> None:
        """Drop a transaction that has ended."""
        self._entries.pop(entry.transaction_id, None)
        entry.peer.transactions.pop(entry.transaction_id, None)
        if entry.timer is not None:
            entry.timer.cancel()

    def all(self) -> "list[TransactionEntry]":
        """Return the open transactions."""
        return list(self._entries.values())

    def _watch(self, entry: TransactionEntry) -> None:
        """End the transaction if its time is up, else look again when it may be."""
        if entry.transaction_id not in self._entries:
            return
        now = time.perf_counter()
        total = entry.started + self._timeout
        idle = (entry.used if entry.job is None else now) + self._idle_timeout
        if now >= total:
            self._abort(entry, f"it lasted longer than {self._timeout:g} s")
        elif now >= idle:
            self._abort(entry, f"it was idle longer than {self._idle_timeout:g} s")
        else:
            entry.timer = self._loop.call_at(
                min(total, idle), lambda: self._watch(entry)
            )
