"""A short read that was sent to the server and is not answered yet."""

from __future__ import annotations

from ..dialects.statement import Statement
from ..drivers.express_session import ExpressSession
from .job import Job


class Flight:
    """What is under way on one express session.

    Attributes:
        job: whose answer it is.
        statement: what was sent.
        session: over which.
        sent: when, in seconds of ``time.perf_counter``.
    """

    __slots__ = ("job", "statement", "session", "sent")

    def __init__(
        self, job: Job, statement: Statement, session: ExpressSession, sent: float
    ) -> None:
        """Note what was sent."""
        self.job = job
        self.statement = statement
        self.session = session
        self.sent = sent
