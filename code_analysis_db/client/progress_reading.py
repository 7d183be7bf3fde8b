"""How far a long request has come, read as its parts arrive."""

from __future__ import annotations

from typing import Any, Callable, Optional, Tuple

from ..messages.data_result import DataResult
from ..progress import Progress, ProgressListener

Read = Callable[[Any], Any]


def with_progress(
    read: Read, listener: Optional[ProgressListener]
) -> Tuple[Read, Read]:
    """Return the ``read`` of a request that tells how far it is, and what makes of its
    outcome what ``read`` alone would have given.

    A channel joins what is read of a result's parts as lists.  Those of this request
    are told to the listener and add nothing.
    """
    if listener is None:
        return read, _as_it_is
    tell = listener

    def read_part(result: Any) -> Any:
        """Tell what a part says, or read the result."""
        if type(result) is not DataResult:
            return [read(result)]
        for phase, table, done, total in result.rows:
            tell(Progress(phase, table, done, total))
        return []

    return read_part, _only


def _as_it_is(outcome: Any) -> Any:
    """Return the outcome."""
    return outcome


def _only(outcome: Any) -> Any:
    """Return the only item of the list."""
    return outcome[0]
