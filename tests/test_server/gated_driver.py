"""A driver with a few connections whose statements end when a test lets them.

It stands for a server's: connections are few, and statements may last.  Its tables and
transactions are SQLite's.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, nullcontext
from itertools import repeat
from typing import Any, ContextManager, Dict, Iterator, List, Optional, Sequence, Set

from code_analysis_db.drivers.base import Params
from code_analysis_db.drivers.interruption import interruption, is_over
from code_analysis_db.drivers.row_cursor import RowCursor
from code_analysis_db.drivers.sqlite import SQLiteDriver

_PATIENCE = 30.0


class Gate:
    """A place where statements wait.

    Attributes:
        reached: how many statements have come to it.
    """

    def __init__(self) -> None:
        """Make a gate that is shut."""
        self.reached = threading.Semaphore(0)
        self._open = threading.Event()

    def wait_for_statement(self) -> None:
        """Wait until one more statement has come to the gate."""
        assert self.reached.acquire(timeout=_PATIENCE), "no statement came to the gate"

    def open(self) -> None:
        """Let all pass, now and later."""
        self._open.set()

    def pass_through(self, stopped: threading.Event) -> None:
        """Wait until the gate is open or the statement is ``stopped``."""
        self.reached.release()
        while not (self._open.wait(0.005) or stopped.is_set()):
            continue


class GatedDriver(SQLiteDriver):
    """SQLite behind a pool of a few connections.

    Its raw SQL is ``note NAME``, and ``gate NAME``, which lasts until that gate is
    opened, the request's time runs out or it is cancelled.  Other operations wait at
    gates too, where the test has made them: ``count``, ``rollback`` and ``close`` (of a
    cursor).

    Attributes:
        faults: what the lanes did that they must not do.
        delays: how long each count takes, in seconds.
        notes: what ``note NAME`` statements have noted.
        stopped: how many statements were stopped at a gate.
        most: the connections that were in use at once, at most.
    """

    def __init__(self, limit: int) -> None:
        """Make an unconnected driver with ``limit`` connections."""
        super().__init__()
        self._limit = limit
        self._gates: Dict[str, Gate] = {}
        self._lock = threading.Lock()
        self._held: Set[object] = set()
        self._running = 0
        self.faults: List[str] = []
        self.delays: Iterator[float] = repeat(0.0)
        self.notes: List[str] = []
        self.stopped = 0
        self.most = 0

    def gate(self, name: str) -> Gate:
        """Return the gate of that name."""
        with self._lock:
            return self._gates.setdefault(name, Gate())

    def open_gates(self) -> None:
        """Let everybody go."""
        with self._lock:
            gates = list(self._gates.values())
        for gate in gates:
            gate.open()

    # --- what the lanes ask ------------------------------------------------------

    @property
    def has_single_writer(self) -> bool:
        """Several connections may write."""
        return False

    @property
    def connection_limit(self) -> Optional[int]:
        """Return the size of the pool."""
        return self._limit

    def held_connections(self) -> int:
        """Return how many transactions and cursors hold a connection."""
        return len(self._held)

    # --- what runs ---------------------------------------------------------------

    def let_go(self, holder: object) -> None:
        """Take back the connection that a transaction or a cursor held."""
        self._held.discard(holder)

    @contextmanager
    def _connection(self) -> Iterator[None]:
        """Run a statement on a connection out of the pool."""
        with self._lock:
            self._running += 1
            used = self._running + len(self._held)
            self.most = max(self.most, used)
            if used > self._limit:
                self.faults.append(f"{used} connections were in use")
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1

    def _wait_at(self, name: str) -> None:
        """Wait at a gate, as long as the request's deadline allows."""
        deadline = self.context.deadline
        stopped = threading.Event()
        if deadline is not None:
            deadline.interrupt = stopped.set
            if is_over(deadline):
                stopped.set()
        try:
            self.gate(name).pass_through(stopped)
        finally:
            if deadline is not None:
                deadline.interrupt = None
        if stopped.is_set():
            self.stopped += 1
            raise interruption(deadline)

    def wait_where_gated(self, name: str) -> None:
        """Wait at a gate that the test has made."""
        if name in self._gates:
            self._wait_at(name)

    def count(self, table_name: str, where: Any = None, **options: Any) -> int:
        """Count rows, when gate ``count`` lets it."""
        transaction_id = options.get("transaction_id")
        with nullcontext() if transaction_id else self._connection():
            self.wait_where_gated("count")
            time.sleep(next(self.delays))
            return super().count(table_name, where, **options)

    def execute(
        self,
        sql: str,
        params: Optional[Params] = None,
        *,
        transaction_id: Optional[str] = None,
    ) -> Dict[str, Any]:
        """Run ``note NAME`` or ``gate NAME``."""
        if transaction_id is None:
            connection: ContextManager[object] = self._connection()
        else:
            # Refuses one that has ended.
            super().count("items", transaction_id=transaction_id)
            connection = nullcontext()
        with connection:
            verb, _, name = sql.partition(" ")
            if verb == "note":
                self.notes.append(name)
            else:
                self._wait_at(name)
        return {"affected_rows": 0, "last_insert_id": 0, "data": None}

    def begin_transaction(self, **options: Any) -> str:
        """Begin a transaction, which holds its connection."""
        with self._connection():
            transaction_id = super().begin_transaction(**options)
            self._held.add(transaction_id)
        return transaction_id

    def commit_transaction(self, transaction_id: str) -> bool:
        """Commit and give the connection back."""
        done = super().commit_transaction(transaction_id)
        self.let_go(transaction_id)
        return done

    def rollback_transaction(
        self, transaction_id: str, *, reason: Optional[str] = None
    ) -> bool:
        """Roll back and give the connection back, when gate ``rollback`` lets it."""
        self.wait_where_gated("rollback")
        done = super().rollback_transaction(transaction_id, reason=reason)
        self.let_go(transaction_id)
        return done

    def open_select(
        self, *args: Any, stream: bool = False, **options: Any
    ) -> RowCursor:
        """Open a cursor; one that streams outside transactions holds its connection."""
        if options.get("transaction_id") is not None:
            return super().open_select(*args, **options)
        with self._connection():
            cursor = super().open_select(*args, **options)
            if stream:
                cursor = HoldingCursor(self, cursor)
                self._held.add(cursor)
        return cursor


class HoldingCursor(RowCursor):
    """A cursor that holds a connection until it is closed."""

    def __init__(self, driver: GatedDriver, cursor: RowCursor) -> None:
        """Read from ``cursor`` and tell ``driver`` when it is closed."""
        self._driver = driver
        self._cursor = cursor
        self.columns = cursor.columns

    def fetch(self, count: int) -> List[Sequence[Any]]:
        """Return the next rows."""
        return self._cursor.fetch(count)

    def close(self) -> None:
        """Give the connection back, when gate ``close`` lets it."""
        self._driver.wait_where_gated("close")
        self._cursor.close()
        self._driver.let_go(self)
