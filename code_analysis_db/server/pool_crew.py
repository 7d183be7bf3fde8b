"""The threads of a process whose database is a server.

One of them has the event loop, the others run turns or sleep.  A turn may also be run
on the loop's thread, which saves a short statement two hand-overs between threads, each
of them dearer than what there is to compute.  Nobody waits for it though: meanwhile
another thread has an eye on the loop's, and where the statement lasts it goes on with
the loop in its place.  The thread that had the loop finishes its turn as any other
would, and is one of the others from then on.

*One thread more than there are connections, beside the one with the loop and the one
that watches it, is enough* for nothing that has its connection to wait for anything
that does not.  A turn that runs has a
connection: it was admitted for one while fewer than all were in use, or it belongs to a
transaction or stream, which holds one and runs one turn at a time (a client's requests
run one after the other, and the clean-up comes when none is under way).  So at most as
many turns as connections wait for the server.  One thread is left for those that do
not: whose transaction has ended already, so that they are refused without asking the
server, or who have given their connection back and only send their reply.
"""

from __future__ import annotations

import threading
from time import perf_counter
from typing import Callable, List, Optional

from .connection_turns import ConnectionTurns
from .pool_worker import PoolWorker
from .turn import Turn

# A statement on the loop's thread is left to itself after one to two of these seconds.
_GLANCE = 0.002
# Beside one for each connection: one with the loop, one to watch it, one to spare.
_MORE_THREADS = 3


class LoopMoved(Exception):
    """Raised on the thread that had the loop to take it out of the loop, which another
    thread runs by now; everything that is the loop's is that thread's."""


class PoolCrew:
    """Threads that share the turns and the loop; started when they are needed.

    Attributes:
        lock: guards the turns.
    """

    def __init__(
        self,
        turns: ConnectionTurns,
        run: Callable[[Turn], None],
        rested: Callable[[], None],
        wake_loop: Callable[[], None],
    ) -> None:
        """Make a crew.

        Args:
            run: runs a turn that was started.
            rested: told when a thread has nothing more to do.
            wake_loop: has the loop look for work without waiting.
        """
        self.lock = threading.Lock()
        self._turns = turns
        self._run = run
        self._rested = rested
        self._wake_loop = wake_loop
        self._workers: List[PoolWorker] = []
        # The last to fall asleep is the first to be woken: its caches are warm.
        self._asleep: List[PoolWorker] = []
        self._here: Optional[Turn] = None
        self._seen_here = 0
        self._watcher: Optional[PoolWorker] = None
        self._loop: Optional[Callable[[], None]] = None
        self._loop_is_free = False
        self._loop_ended = threading.Event()
        self._loop_error: Optional[BaseException] = None
        self._closing = False

    # --- turns -------------------------------------------------------------------

    def add(self, turn: Turn) -> None:
        """Put a turn in line, and a thread to work if it may start."""
        with self.lock:
            self._turns.add(turn)
            self._rouse()

    def _rouse(self) -> None:
        """Have a thread look for a turn where one may start; the lock must be held.

        Where all are at work the first to be done will look.
        """
        if self._turns.may_start:
            self._wake_one()

    def _wake_one(self) -> Optional[PoolWorker]:
        """Wake or start a thread and return it, None where all are busy; the lock must
        be held."""
        if self._asleep:
            worker = self._asleep.pop()
            worker.wake()
            return worker
        if len(self._workers) >= self._turns.limit + _MORE_THREADS:
            return None
        worker = PoolWorker(len(self._workers), self._live)
        self._workers.append(worker)
        worker.start()
        return worker

    def _live(self, worker: PoolWorker) -> None:
        """Be one of the crew until :meth:`close`."""
        while True:
            with self.lock:
                has_loop, self._loop_is_free = self._loop_is_free, False
                turn = None if has_loop else self._next_turn(worker)
                watches = self._watcher is worker
                if self._closing and turn is None and not has_loop:
                    return
            if has_loop:
                self._lead()
            elif turn is not None:
                self._run(turn)
            elif watches:
                self._watch(worker)
            else:
                self._rested()
                worker.sleep()

    def _next_turn(self, worker: PoolWorker) -> Optional[Turn]:
        """Start the next turn, or note that the thread will sleep; the lock must be
        held."""
        turn = self._turns.start()
        if turn is not None:
            if self._watcher is worker:
                self._watcher = self._wake_one() if self._here is not None else None
            # One turn's end can make room for several.
            self._rouse()
        elif self._watcher is not worker and not self._closing:
            worker.asleep = True
            self._asleep.append(worker)
        return turn

    def end(self, turn: Turn) -> None:
        """Note the end of a turn that a thread has run."""
        with self.lock:
            self._turns.end(turn)

    # --- the loop ----------------------------------------------------------------

    def serve(self, loop: Callable[[], None]) -> None:
        """Have ``loop`` run until it returns; it is called anew wherever it moves to.

        Only whoever calls this may do so for long; its own thread does not run it.
        """
        with self.lock:
            self._loop = loop
            self._loop_is_free = True
            self._wake_one()
        self._loop_ended.wait()
        if self._loop_error is not None:
            raise self._loop_error

    def _lead(self) -> None:
        """Run the loop until it ends or moves."""
        assert self._loop is not None
        try:
            self._loop()
        except LoopMoved:
            return
        except BaseException as error:
            self._loop_error = error
        self._loop_ended.set()

    def start_here(self, turn: Turn) -> bool:
        """Start a turn on the calling thread, which has the loop; False where it has to
        stand in line, or nobody is there to go on with the loop."""
        with self.lock:
            if not self._turns.start_ahead(turn):
                return False
            if self._watcher is None:
                self._watcher = self._wake_one()
                if self._watcher is None:
                    self._turns.end(turn)
                    return False
            self._here = turn
            self._seen_here += 1
            return True

    def end_here(self, turn: Turn) -> bool:
        """Note the end of a turn on the loop's thread; False where the loop has moved,
        so that this is not its thread any longer."""
        with self.lock:
            self._turns.end(turn)
            if self._here is not turn:
                return False
            self._here = None
            return True

    def _watch(self, worker: PoolWorker) -> None:
        """Look after the loop's thread while turns are run there; take the loop over
        where one lasts."""
        with self.lock:
            here, seen = self._here, self._seen_here
        worker.doze(_GLANCE)
        with self.lock:
            if self._watcher is not worker:
                return
            if seen == self._seen_here:
                # Nothing began meanwhile: it lasts, or it is quiet.
                self._watcher = None
                if here is not None and self._here is here:
                    self._here = None
                    here.claim()
                    self._loop_is_free = True
                    self._wake_loop()

    # --- the end -----------------------------------------------------------------

    def close(self, timeout: float) -> None:
        """End the threads when they have done what they run.

        After half the time what still runs is cancelled, so that no statement is left
        behind on the server.
        """
        with self.lock:
            self._closing = True
            workers = list(self._workers)
            while self._asleep:
                self._asleep.pop().wake()
        start = perf_counter()
        for until in (start + timeout / 2, start + timeout):
            for worker in workers:
                worker.join(max(0.0, until - perf_counter()))
            with self.lock:
                running = list(self._turns.running)
            for turn in running:
                if turn.job is not None:
                    turn.job.deadline.cancel()
