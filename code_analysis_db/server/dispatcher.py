"""Decides where each request runs, and follows it to its end.

Loop thread only, except :meth:`Dispatcher.begun` and :meth:`Dispatcher.answer`, which
the lanes call on their threads.

==============================  ================================================
request                         runs on
==============================  ================================================
begin, ping, stats              the loop thread
read                            the loop thread within a budget, else the read lane
portion of a cursor             the read lane
short write                     the loop thread within a budget, with the others of
                                its round in one commit, else the write lane
other write                     the write lane
anything of a transaction       the write lane from its first write on, else as above
==============================  ================================================
"""

from __future__ import annotations

from collections import deque
from typing import Deque, Dict, List, Optional

from ..drivers.limits import Limits
from ..exceptions import (
    DriverError,
    RequestCancelledError,
    RequestTimeoutError,
)
from ..messages.base_request import FieldRequest
from ..messages.base_result import FieldResult
from ..request import BeginTransactionRequest
from ..request_queue import RequestQueue
from ..result import DataResult, ErrorResult, SuccessResult
from ..rpc_server import DatabaseDriverRPCServer
from ..event_loop import EventLoop, Timer
from .commit_group import may_share
from .inline_reads import InlineReads
from .inline_writes import InlineWrites
from .job import Job
from .lane_choice import (
    Lane,
    choose_lane,
    is_portioned,
    is_urgent,
    reads_plainly,
)
from .peer import Peer
from .read_lane import ReadLane
from .replier import Replier
from .transaction_entry import TransactionEntry
from .transaction_watch import TransactionWatch
from .write_lane import WriteLane

_READ_THREADS = 2
_UPKEEP_DELAY = 1.0
# So many requests a round at most: then the sockets are looked at again, so that an
# urgent one is seen.
_ROUND = 64


class Dispatcher:
    """Takes requests from the queue and sees that each is answered once.

    Attributes:
        queue: the requests that wait.
        transactions: the open transactions.
        served: how many requests have been answered.
        draining: whether somebody waits for the end of all that is under way.
    """

    def __init__(
        self, loop: EventLoop, rpc: DatabaseDriverRPCServer, limits: Limits
    ) -> None:
        """Serve ``rpc`` within ``limits``."""
        self._loop = loop
        self._rpc = rpc
        self._driver = rpc.driver
        self.queue: RequestQueue[Job] = RequestQueue(
            limits.max_queue_requests, limits.max_queue_bytes
        )
        self._replier = Replier(limits.max_message_size)
        self._inline = InlineReads(rpc)
        self._inline_writes = InlineWrites(rpc)
        self._writes: List[Job] = []
        self._write_lane = WriteLane(rpc, self.begun, self.answer, self._rested)
        self._read_lane = ReadLane(
            rpc, _READ_THREADS, self._replier.sink, self._answer_read, self._rested
        )
        self.transactions = TransactionWatch(
            loop, rpc, limits, self._write_lane.roll_back, self._refuse
        )
        self._finished: Deque[Job] = deque()
        self._upkeep: Optional[Timer] = None
        self._at_once = _ROUND
        self.served = 0
        self.draining = False

    # --- requests come -----------------------------------------------------------

    def add(self, job: Job, size: int) -> None:
        """Queue a request of ``size`` bytes."""
        peer = job.peer
        peer.jobs[job.request_id] = job
        if job.deadline.at != float("inf"):
            job.timer = self._loop.call_at(job.deadline.at, lambda: self._time_out(job))
        self.queue.add(peer.queue, job, size, is_urgent(job.request))
        if self.queue.is_full(peer.queue):
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
            or self.queue
            or peer.queue.busy
            or not reads_plainly(request)
        ):
            return False
        result = self._inline.attempt(request)
        if result is None:
            return False
        self._at_once -= 1
        self.served += 1
        self._replier.send(peer, request_id, result)
        if peer.unsent:
            # Its next request waits until it has taken this reply.
            peer.queue.busy = peer.stalled = True
        return True

    def work(self) -> bool:
        """Run what can be run now; True when there is more to do at once."""
        self._at_once = _ROUND
        if self._finished:
            self._collect()
        more = True
        for _ in range(_ROUND):
            job = self.queue.next()
            if job is None:
                more = False
                break
            self._start(job)
        if self._writes:
            self._write_here()
        return more

    def calm(self) -> bool:
        """Whether no other thread works."""
        return self._write_lane.idle and self._read_lane.idle

    @property
    def idle(self) -> bool:
        """Whether nothing waits, runs, or has just ended."""
        return self.calm() and not self.queue and not self._finished

    # --- where they run ----------------------------------------------------------

    def _start(self, job: Job) -> None:
        """Send a request to where it runs."""
        request = job.request
        transaction_id = getattr(request, "transaction_id", None)
        if transaction_id is not None:
            entry = self.transactions.find(transaction_id)
            if entry is None:
                # The driver remembers why it ended, and says so.
                self._run_here(job)
                return
            fault = self.transactions.join(entry, job)
            if fault is not None:
                self._refuse(job, fault)
                return
        lane = choose_lane(self._driver, job)
        if lane is Lane.READ:
            self._read(job)
        elif lane is Lane.HERE:
            self._run_here(job)
        elif lane is Lane.PORTION:
            self._read_lane.put(job)
        elif (
            self._write_lane.free and may_share(job) and not self._inline_writes.pausing
        ):
            self._writes.append(job)
        else:
            if job.transaction is not None:
                job.transaction.on_write_lane = True
            self._write_lane.put(job)

    def _run_here(self, job: Job) -> None:
        """Run a request that waits for nothing, but for a connection to the database
        when all are in use; that is done on the read lane."""
        result = self._inline.attempt(job.request, job.deadline)
        if result is None:
            self._read_lane.put(job)
        elif job.claim():
            self.begun(job, result)
            self._replier.reply(job, result)
            self._finish(job)

    def _read(self, job: Job) -> None:
        """Read on this thread if that is quick, else on the read lane."""
        result = self._inline.attempt(job.request, job.deadline)
        if result is None:
            self._read_lane.put(job)
        elif job.claim():
            self._replier.reply(job, result)
            self._finish(job)

    def _write_here(self) -> None:
        """Commit this round's short writes, or leave them to the write lane."""
        jobs, self._writes = self._writes, []
        results = self._inline_writes.attempt(jobs) if self._write_lane.free else None
        if results is None:
            for job in jobs:
                self._write_lane.put(job)
            return
        for job, result in zip(jobs, results):
            if job.claim():
                self._replier.reply(job, result)
                self._finish(job)

    # --- they end ----------------------------------------------------------------

    def begun(self, job: Job, result: FieldResult) -> Optional[TransactionEntry]:
        """Note the transaction that a job has begun, if it has; any thread."""
        if type(job.request) is BeginTransactionRequest and result.is_success():
            assert isinstance(result, SuccessResult)
            return self.transactions.note(result.data["transaction_id"], job.peer)
        return None

    def answer(self, job: Job, result: FieldResult) -> None:
        """Answer a job that ran on a lane; any thread."""
        if is_portioned(job.request):
            _note_cursor(job, result)
        # The client's next request starts once this one is collected, so that replies
        # leave in the order of the requests.
        self._replier.reply(job, result)
        self._finished.append(job)
        if job.peer.queue.items or job.peer.closed:
            self._loop.wake()

    def _answer_read(self, job: Job, result: FieldResult) -> None:
        """Answer a job that ran on the read lane; any thread."""
        self.begun(job, result)
        self.answer(job, result)

    def _rested(self) -> None:
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
        elif peer.unsent:
            peer.stalled = True
        else:
            self._go_on(peer)

    def on_sent(self, peer: Peer) -> None:
        """Go on with a client that has taken the replies it was given."""
        if peer.stalled and not peer.unsent and not peer.closed:
            peer.stalled = False
            self._go_on(peer)

    def _go_on(self, peer: Peer) -> None:
        """Let a client's next request start."""
        self.queue.finish(peer.queue)
        if peer.paused and self.queue.has_room(peer.queue):
            peer.resume()

    def _maintain(self) -> None:
        """Have the driver do its upkeep once nothing else is to do."""
        self._upkeep = None
        if self.idle:
            self._write_lane.maintain()
        else:
            self._upkeep = self._loop.call_later(_UPKEEP_DELAY, self._maintain)

    def _refuse(self, job: Job, error: DriverError) -> None:
        """Answer a job that has not run with an error."""
        if job.claim():
            self._replier.reply(job, ErrorResult.of_error(error))
            self._finish(job)

    # --- they are given up -------------------------------------------------------

    def _time_out(self, job: Job) -> None:
        """Give up a job whose time ran out: stop it where it runs."""
        if job.request_id not in job.peer.jobs:
            return
        if job.claim():
            waited = self.queue.remove(job.peer.queue, job)
            self._replier.reply(
                job,
                ErrorResult.of_error(
                    RequestTimeoutError(
                        f"{job.request.name}: the time ran out before it was started;"
                        " others hold the database, or the client's own requests"
                    )
                ),
            )
            self._drop(job, waited)
        else:
            job.deadline.expire()

    def cancel(self, peer: Peer, request_id: int) -> None:
        """Cancel a request of a client; one that is not under way is left alone."""
        job = peer.jobs.get(request_id)
        if job is None:
            return
        if job.claim():
            waited = self.queue.remove(peer.queue, job)
            self._replier.reply(
                job,
                ErrorResult.of_error(
                    RequestCancelledError(f"{job.request.name}: cancelled")
                ),
            )
            self._drop(job, waited)
        else:
            job.deadline.cancel()

    def _drop(self, job: Job, waited: bool) -> None:
        """Let go of a job that was given up before it started."""
        if waited:
            # Its client is not busy with it.
            job.peer.jobs.pop(job.request_id, None)
            if job.timer is not None:
                job.timer.cancel()
        else:
            self._finish(job)

    # --- clients go --------------------------------------------------------------

    def leave(self, peer: Peer) -> None:
        """Give up all that a client has under way; its connection has ended."""
        for job in self.queue.clear(peer.queue):
            job.claim()
            peer.jobs.pop(job.request_id, None)
            if job.timer is not None:
                job.timer.cancel()
        for job in list(peer.jobs.values()):
            if job.claim():
                self._finish(job)
            elif not job.request.writes:
                job.deadline.cancel()
        self._let_go(peer)

    def _let_go(self, peer: Peer) -> None:
        """End the transactions and cursors of a client that is gone."""
        for entry in list(peer.transactions.values()):
            self.transactions.abort(entry, "its client's connection ended")
        while peer.cursors:
            self._rpc.cursors.close(peer.cursors.pop())

    def close(self, timeout: float) -> None:
        """End the lanes when they have done what they run."""
        self._write_lane.close(timeout)
        self._read_lane.close(timeout)

    def figures(self) -> Dict[str, int]:
        """Return how much waits and runs."""
        return {
            "requests_served": self.served,
            "requests_waiting": len(self.queue),
            "open_transactions": len(self.transactions),
        }


def _note_cursor(job: Job, result: FieldResult) -> None:
    """Note which cursor a client has open after a request about one."""
    cursors = job.peer.cursors
    cursors.discard(getattr(job.request, "cursor", ""))
    if isinstance(result, DataResult) and result.cursor is not None:
        cursors.add(result.cursor)
