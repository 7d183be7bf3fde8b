"""A batch on a driver in the test's own process."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Callable, List


class DirectHandle:
    """What an operation of a batch gave."""

    def __init__(self, operation: Callable[[], Any]) -> None:
        """Keep the operation until the batch is done."""
        self.operation = operation
        self.result: Any = None


class DirectBatch:
    """Operations that run as one when the ``with`` block ends."""

    def __init__(self, rows: Any, block: AbstractContextManager[None]) -> None:
        """Run them by the methods of ``rows``, inside of ``block``."""
        self._rows = rows
        self._block = block
        self._handles: List[DirectHandle] = []

    def __getattr__(self, name: str) -> Callable[..., DirectHandle]:
        """Return what keeps a call of the method for later."""
        method = getattr(self._rows, name)

        def keep(*args: Any, **kwargs: Any) -> DirectHandle:
            """Keep the call."""
            handle = DirectHandle(partial(method, *args, **kwargs))
            self._handles.append(handle)
            return handle

        return keep

    def __enter__(self) -> DirectBatch:
        """Return the batch."""
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        """Run the operations as one, unless the block has raised."""
        if kind is not None or not self._handles:
            return
        with self._block:
            results = [handle.operation() for handle in self._handles]
        for handle, result in zip(self._handles, results):
            handle.result = result
