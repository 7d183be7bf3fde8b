"""How far a long request has come, read as its parts arrive."""

from __future__ import annotations

from typing import Any, Callable, Optional

from ..messages.data_result import DataResult
from ..progress import Progress, ProgressListener

Read = Callable[[Any], Any]


class _Nothing:
    """What is read of a part that only tells how far it is."""

    def __iadd__(self, rest: Any) -> Any:
        """Join as what is read of the parts after it."""
        return rest


def with_progress(read: Read, listener: Optional[ProgressListener]) -> Read:
    """Return the ``read`` of a request that tells how far it is.

    Whoever receives a result joins what is read of its parts.  Those of this request
    are told to the listener and add nothing.
    """
    if listener is None:
        return read
    tell = listener

    def read_part(result: Any) -> Any:
        """Tell what a part says, or read the result."""
        if type(result) is not DataResult:
            return read(result)
        for phase, table, done, total in result.rows:
            tell(Progress(phase, table, done, total))
        return _Nothing()

    return read_part
