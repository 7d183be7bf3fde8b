"""A short read that was sent to the server and is not answered yet."""

from __future__ import annotations

from typing import Optional

from ..dialects.statement import Statement
from .job import Job


class Flight:
    """A read under way.

    Attributes:
        job: whose answer it is, None where nobody waits for it any more.
        statement: what was sent.
    """

    __slots__ = ("job", "statement")

    def __init__(self, job: Job, statement: Statement) -> None:
        """Note what was sent."""
        self.job: Optional[Job] = job
        self.statement = statement
