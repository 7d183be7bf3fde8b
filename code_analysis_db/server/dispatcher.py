"""Takes each request from its client to the lanes, and follows it to its end.

The lanes (:mod:`.lanes`) are the database's: they know where a request runs.  What is
the same for every database is here: clients' turns, time limits, cancelling, and what
happens when a client or the process goes.

Loop thread only, except for what a lane's thread calls as a
:class:`~code_analysis_db.server.lanes.LaneOwner`.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from math import inf
from time import perf_counter
from typing import Any, Callable, Deque, Dict, Iterable, Optional

from ..drivers.limits import Limits
from ..event_loop import EventLoop, Timer
from ..exceptions import DriverError, RequestCancelledError, RequestTimeoutError
from ..handlers.read_handlers import RowSink
from ..messages.base_request import FieldRequest
from ..messages.base_result import FieldResult
from ..request import BeginTransactionRequest
from ..request_queue import RequestQueue
from ..result import ErrorResult, SuccessResult
from ..rpc_server import DatabaseDriverRPCServer
from .cursor_watch import CursorWatch
from .gathering import Gathering
from .job import Job
from .lane_choice import (
    OF_CURSOR,
    OF_PROCESS,
    PLAIN_READS,
    is_portioned,
    is_urgent,
    keeps_connection,
)
from .lanes import Lanes
from .peer import Peer
from .pool_lanes import PoolLanes
from .refusals import disordered, lost_to_the_end
from .replier import Replier
from .single_writer_lanes import SingleWriterLanes
from .transaction_entry import TransactionEntry
from .transaction_watch import TransactionWatch

_UPKEEP_DELAY = 1.0
# So many requests a round at most: then the sockets are looked at again, so that an
# urgent one is seen.
_ROUND = 64


class Dispatcher:
    """Takes requests from the queue and sees that each is answered once.

    Attributes:
        queue: the requests that wait.
        transactions: the open transactions.
        cursors: the open cursors.
        served: how many requests have been answered.
        draining: whether somebody waits for the end of all that is under way.
        calm: tells whether no other thread works.
    """

    def __init__(
        self, loop: EventLoop, rpc: DatabaseDriverRPCServer, limits: Limits
    ) -> None:
        """Serve ``rpc`` within ``limits``."""
        self._loop = loop
        self.queue: RequestQueue[Job] = RequestQueue(
            limits.max_queue_requests, limits.max_queue_bytes
        )
        self._replier = Replier(limits.max_message_size)
        self._lanes = lanes = self._make_lanes(rpc)
        self.calm = lanes.calm
        self._attempt = lanes.attempt
        self.transactions = TransactionWatch(
            loop, rpc, limits, lanes.roll_back, self._refuse
        )
        self.cursors = CursorWatch(rpc.cursors, lanes.do_aside)
        self._finished: Deque[Job] = deque()
        self._upkeep: Optional[Timer] = None
        self._at_once = _ROUND
        self._gathering = Gathering(_ROUND)
        self.served = 0
        self.draining = False

    def _make_lanes(self, rpc: DatabaseDriverRPCServer) -> Lanes:
        """Return the lanes that suit the driver's database."""
        if rpc.driver.has_single_writer:
            return SingleWriterLanes(rpc, self)
        return PoolLanes(rpc, self, self._loop)

    # --- requests come -----------------------------------------------------------

    def add(self, job: Job, size: int) -> None:
        """Start a request of ``size`` bytes, or queue it where somebody waits."""
        peer = job.peer
        queue = peer.queue
        peer.jobs[job.request_id] = job
        if job.deadline.at != inf:
            job.timer = self._loop.call_at(
                job.deadline.at, partial(self._time_out, job)
            )
        if self._at_once > 0 and not (self.queue.waiting or queue.busy):
            self._at_once -= 1
            self.queue.begin(queue)
            self._start(job)
            return
        if queue.width > 1 and type(job.request) in OF_PROCESS:
            # However many are under way side by side, they don't keep this one waiting.
            self.queue.begin(queue)
            self._start(job)
            return
        self.queue.add(queue, job, size, is_urgent(job.request))
        if self.queue.is_full(queue):
            peer.pause()

    def answer_at_once(
        self, peer: Peer, request_id: int, request: FieldRequest
    ) -> bool:
        """Answer a short read that nobody has to wait for; False where it is none.

        The usual case of a client that waits for each reply, made short: no job, no
        queue.  Only so many a round, so that nobody's stream of requests keeps the
        others' from being seen.
        """
        if (
            self._at_once <= 0
            or self.queue.waiting
            or peer.queue.busy
            or type(request) not in PLAIN_READS
            or getattr(request, "transaction_id", None) is not None
        ):
            return False
        result = self._attempt(request)
        if result is None:
            return False
        self._at_once -= 1
        self.served += 1
        self._replier.send(peer, request_id, result)
        if peer.unsent:
            # Its next request waits until it has taken this reply.
            self.queue.hold(peer.queue)
        return True

    def work(self) -> bool:
        """Run what can be run now; True when there is more to do at once."""
        self._at_once = _ROUND
        if self._finished:
            self._collect()
        if self.queue.waiting:
            self._start_waiting()
        kept = self._lanes.kept
        if kept:
            if self._gathering.goes_on(len(kept), self.served):
                return True
            start = perf_counter()
            self._lanes.end_round()
            self._gathering.done({job.peer for job in kept}, perf_counter() - start)
        return self.queue.ready

    def _start_waiting(self) -> None:
        """Start requests that waited for their turn."""
        for _ in range(_ROUND):
            job = self.queue.next()
            if job is None:
                return
            self._start(job)

    @property
    def idle(self) -> bool:
        """Whether nothing waits, runs, or has just ended."""
        return (
            self._lanes.idle
            and not self._lanes.kept
            and not self.queue
            and not self._finished
        )

    def _start(self, job: Job) -> None:
        """Give a request to the lanes, unless its client may not make it."""
        request: Any = job.request
        transaction_id = getattr(request, "transaction_id", None)
        of_cursor = type(request) in OF_CURSOR
        if job.peer.queue.width > 1 and keeps_connection(request):
            self._refuse(job, disordered(request))
            return
        if of_cursor:
            cursors = job.peer.cursors
            if request.cursor not in cursors:
                self.settle(job, self.cursors.refusal(job))
                return
            transaction_id = cursors[request.cursor]
        if transaction_id is not None:
            entry = self.transactions.find(transaction_id)
            if entry is None:
                if of_cursor:
                    self.settle(job, self.cursors.refusal(job))
                elif self.draining:
                    self._refuse(job, lost_to_the_end(transaction_id))
                else:
                    self._lanes.start_ended(job)
                return
            fault = self.transactions.join(entry, job)
            if fault is not None:
                lost = self.draining and entry.peer is job.peer
                self._refuse(job, lost_to_the_end(transaction_id) if lost else fault)
                return
        self._lanes.start(job)

    # --- they end ----------------------------------------------------------------

    def begun(self, job: Job, result: FieldResult) -> Optional[TransactionEntry]:
        """Note the transaction that a job has begun, if it has; any thread."""
        if type(job.request) is BeginTransactionRequest and result.is_success():
            assert isinstance(result, SuccessResult)
            return self.transactions.note(result.data["transaction_id"], job.peer)
        return None

    def settle(self, job: Job, result: FieldResult) -> None:
        """Answer a job that nobody has claimed, and let its client go on."""
        if job.claim():
            self._replier.send(job.peer, job.request_id, result)
            self._finish(job)

    def answer(self, job: Job, result: FieldResult) -> None:
        """Answer a job that a lane has claimed and run; any thread."""
        if is_portioned(job.request):
            self.cursors.note(job, result)
        # An ordered client's next request starts once this one is collected, so that
        # replies leave in the order of the requests.
        self._replier.send(job.peer, job.request_id, result)
        self._finished.append(job)
        if job.peer.queue.items or job.peer.closed:
            self._loop.wake()

    def sink(self, job: Job) -> RowSink:
        """Return what sends the first rows of a job's large result; any thread."""
        return self._replier.sink(job)

    def undo(self, entry: TransactionEntry) -> None:
        """Roll back a transaction that was aborted; any thread that may wait."""
        self.transactions.undo(entry)

    def rested(self) -> None:
        """Tell whoever waits for the end that a lane has nothing to do; any thread."""
        if self.draining:
            self._loop.wake()

    def _collect(self) -> None:
        """Deal with the jobs that the lanes have ended."""
        while self._finished:
            self._finish(self._finished.popleft())

    def _finish(self, job: Job) -> None:
        """Let go of an answered job, and let its client's next one start."""
        self.served += 1
        peer = job.peer
        peer.jobs.pop(job.request_id, None)
        if job.timer is not None:
            job.timer.cancel()
        if job.transaction is not None:
            self.transactions.settle(job.transaction)
        if job.request.writes and self._upkeep is None:
            self._upkeep = self._loop.call_later(_UPKEEP_DELAY, self._maintain)
        if peer.closed:
            self._let_go(peer)
            return
        if peer.unsent:
            # Its next requests wait until it has taken its replies.
            self.queue.hold(peer.queue)
        self.queue.finish(peer.queue)
        self._read_on(peer)

    def on_sent(self, peer: Peer) -> None:
        """Go on with a client that has taken the replies it was given."""
        if peer.queue.held and not peer.unsent and not peer.closed:
            self.queue.release(peer.queue)
            self._read_on(peer)

    def _read_on(self, peer: Peer) -> None:
        """Take more requests of a client whose queue was full, when it has room."""
        if peer.paused and not self.draining and self.queue.has_room(peer.queue):
            peer.resume()

    def _maintain(self) -> None:
        """Have the driver do its upkeep once nothing else is to do."""
        self._upkeep = None
        if self.idle:
            self._lanes.maintain()
        else:
            self._upkeep = self._loop.call_later(_UPKEEP_DELAY, self._maintain)

    # --- they are given up -------------------------------------------------------

    def _refuse(self, job: Job, error: DriverError) -> bool:
        """Answer a job that has not started with an error; False where it has."""
        if not job.claim():
            return False
        peer = job.peer
        waited = self.queue.remove(peer.queue, job)
        self._replier.send(peer, job.request_id, ErrorResult.of_error(error))
        if waited:
            self._drop(job)
        else:
            self._lanes.forget(job)
            self._finish(job)
        return True

    def _time_out(self, job: Job) -> None:
        """Give up a job whose time ran out: stop it where it runs."""
        if job.request_id in job.peer.jobs and not self._refuse(
            job,
            RequestTimeoutError(
                f"{job.request.name}: the time ran out before it was started; others"
                " hold the database, or the client's own requests"
            ),
        ):
            job.deadline.expire()

    def cancel(self, peer: Peer, request_id: int) -> None:
        """Cancel a request of a client; one that is not under way is left alone."""
        job = peer.jobs.get(request_id)
        if job is not None and not self._refuse(
            job, RequestCancelledError(f"{job.request.name}: cancelled")
        ):
            job.deadline.cancel()

    def _drop(self, job: Job) -> None:
        """Let go of a job that waited in its client's queue; the client is not busy
        with it."""
        job.peer.jobs.pop(job.request_id, None)
        if job.timer is not None:
            job.timer.cancel()

    # --- clients go --------------------------------------------------------------

    def leave(self, peer: Peer) -> None:
        """Give up all that a client has under way; its connection has ended."""
        for job in self.queue.clear(peer.queue):
            job.claim()
            self._drop(job)
        for job in list(peer.jobs.values()):
            if job.claim():
                self._lanes.forget(job)
                self._finish(job)
            elif not job.request.writes:
                job.deadline.cancel()
        self._let_go(peer)

    def _let_go(self, peer: Peer) -> None:
        """End the transactions and cursors of a client that is gone."""
        for entry in list(peer.transactions.values()):
            self.transactions.abort(entry, "its client's connection ended")
        if not peer.jobs:
            # Else the one that runs may use a cursor; its end leads here again.
            self.cursors.close_of(peer)

    def drain(self, reason: str, peers: Iterable[Peer]) -> None:
        """Prepare for the end: let go of what clients hold between their requests, so
        that what was asked for can be finished with it."""
        self.draining = True
        self.transactions.abort_all(reason)
        for peer in peers:
            if not peer.jobs:
                self.cursors.close_of(peer)

    def serve(self, loop: Callable[[], None]) -> None:
        """Run the event loop to its end, on whichever thread the lanes see fit."""
        self._lanes.serve(loop)

    def close(self, timeout: float) -> None:
        """End the lanes when they have done what they run."""
        self._lanes.close(timeout)

    def figures(self) -> Dict[str, int]:
        """Return how much waits and runs."""
        return {
            "requests_served": self.served,
            "requests_waiting": len(self.queue),
            "open_transactions": len(self.transactions),
            **self._lanes.figures(),
        }
