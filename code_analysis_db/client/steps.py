"""Operations as calls, written once for every kind of client.

An operation is a generator: it yields each :class:`Call` that it wants done and gets
back what came of it, or the error.  It neither waits nor sends, and does not know
whether a client, a transaction or an event loop performs its calls.  One operation may
be a part of another (``row = yield from other.get(key)``).
"""

from __future__ import annotations

from typing import Any, Callable, Generator, Generic, Iterable, Optional, TypeVar

import attrs

from ..messages.base_request import FieldRequest
from ..rows import RowBlock

R = TypeVar("R")


@attrs.frozen
class Call(Generic[R]):
    """A request that is to be done, and what is wanted of its result.

    Attributes:
        read: makes the value of the result.
        timeout: seconds, None for the default.
        ahead: blocks of rows that belong to the request and can be iterated again.
    """

    request: FieldRequest
    read: Callable[[Any], R]
    timeout: Optional[float] = None
    ahead: Iterable[RowBlock] = ()


#: An operation that gives an ``R`` in the end.
Steps = Generator[Call[Any], Any, R]


def run(steps: Steps[R], perform: Callable[[Call[Any]], Any]) -> R:
    """Have the calls of an operation done one after the other, and return its value.

    An error of a call is raised inside the operation, which may go on after it.
    """
    try:
        call = next(steps)
        while True:
            try:
                value = perform(call)
            except BaseException as error:
                call = steps.throw(error)
            else:
                call = steps.send(value)
    except StopIteration as end:
        result: R = end.value
        return result
