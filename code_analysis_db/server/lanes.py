"""Where a request runs once it is its turn: what scheduling owes to the database.

A database that lets one connection write at a time wants its writes in line, in common
commits (:mod:`.single_writer_lanes`); a server with a pool of connections wants them
side by side (:mod:`.pool_lanes`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Callable, Dict, Optional, Protocol, Sequence

from ..handlers.read_handlers import RowSink
from ..messages.base_request import FieldRequest
from ..messages.base_result import FieldResult
from .job import Job
from .transaction_entry import TransactionEntry


class LaneOwner(Protocol):
    """What lanes tell about the jobs that they run."""

    def begun(self, job: Job, result: FieldResult) -> Optional[TransactionEntry]:
        """Note the transaction that a job has begun, if it has, and return it; comes
        before the answer.  Any thread."""

    def settle(self, job: Job, result: FieldResult) -> None:
        """Answer a job that nobody has claimed and let its client go on.  Loop thread
        only."""

    def answer(self, job: Job, result: FieldResult) -> None:
        """Answer a job that was claimed.  Any thread."""

    def sink(self, job: Job) -> RowSink:
        """Return what sends the first rows of a job's large result.  Any thread."""

    def undo(self, entry: TransactionEntry) -> None:
        """Roll back a transaction that was to be rolled back.  Any thread that may
        wait for the database."""

    def rested(self) -> None:
        """Take note that a thread has nothing more to do.  Any thread."""


class Lanes(ABC):
    """Runs the jobs that it is given, and answers them.  The loop thread calls it.

    Attributes:
        attempt: answers a plain read at once on the loop thread, None where that is
            not to be had.  An attribute, so that the shortest way has no step more.
        kept: the jobs that wait for the end of the round, to be run together.
    """

    attempt: Callable[[FieldRequest], Optional[FieldResult]]
    kept: Sequence[Job] = ()

    @abstractmethod
    def start(self, job: Job) -> None:
        """Run a job here, or see to it that it is run."""

    @abstractmethod
    def start_ended(self, job: Job) -> None:
        """Run a job of a transaction that is not open, so that the driver, which
        remembers why it ended, says so."""

    def end_round(self) -> None:
        """Run the jobs that were kept; called at the end of a round with some."""
        return None

    @abstractmethod
    def forget(self, job: Job) -> None:
        """Let go of a job that somebody else has claimed and answered."""

    @abstractmethod
    def roll_back(self, entry: TransactionEntry) -> None:
        """Have a transaction that has no request under way undone."""

    @abstractmethod
    def do_aside(self, work: Callable[[], None]) -> None:
        """Do something for which the loop thread must not wait for a server."""

    @abstractmethod
    def maintain(self) -> None:
        """Give the driver time for its upkeep."""

    def serve(self, loop: Callable[[], None]) -> None:
        """Run the event loop to its end."""
        loop()

    @abstractmethod
    def calm(self) -> bool:
        """Whether no other thread works."""

    @property
    @abstractmethod
    def idle(self) -> bool:
        """Whether nothing waits or runs."""

    def figures(self) -> Dict[str, int]:
        """Return figures about what waits and runs."""
        return {}

    @abstractmethod
    def close(self, timeout: float) -> None:
        """End the threads when they have done what they run, which may take ``timeout``
        seconds."""
