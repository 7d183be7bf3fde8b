"""Short reads, answered by the loop thread itself.

A hand-over to another thread costs more than a point read takes.  So a read is tried
where it arrives, for two milliseconds and a few hundred rows at most; one that takes
longer is given up and run again on the read lane.  Reads of a shape that was too long
go there at once for a while.
"""

from __future__ import annotations

from time import perf_counter
from typing import Optional

from ..drivers.execution_context import BudgetExceeded, Deadline
from ..messages.base_request import FieldRequest
from ..messages.base_result import FieldResult
from ..rpc_server import DatabaseDriverRPCServer
from .shape_memory import ShapeMemory

_BUDGET = 0.002
_REMEMBERED = 1.0


class InlineReads:
    """Runs reads within a budget, on the loop thread."""

    def __init__(self, rpc: DatabaseDriverRPCServer) -> None:
        """Read through ``rpc``."""
        self._rpc = rpc
        self._context = rpc.driver.context
        self._budget = Deadline(budget=True)
        self._long = ShapeMemory(_REMEMBERED)

    def attempt(
        self, request: FieldRequest, deadline: Optional[Deadline] = None
    ) -> Optional[FieldResult]:
        """Return a request's result, or None where it is too long for this thread.

        Args:
            deadline: the request's own; where it comes before the budget's, running
                out of time is the caller's error to see.
        """
        now = perf_counter()
        if self._long.has(request, now):
            return None
        budget = self._budget
        budget.at = now + _BUDGET
        if deadline is None or deadline.at > budget.at:
            deadline = budget
        context = self._context
        context.deadline = deadline
        try:
            return self._rpc.run(request, brief=True)
        except BudgetExceeded:
            self._long.note(request, now)
            return None
        finally:
            context.deadline = None
