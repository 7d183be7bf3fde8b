"""Methods that are awaited, made of those that return at once.

The methods of the unified interface, and those of repositories, end in having
something done by whatever they stand on.  Where that gives something to wait for, so
do they, whatever their annotations say: one declaration of parameters and docstring,
and one body, are good for both clients.
"""

from __future__ import annotations

from functools import wraps
from typing import (
    Any,
    Awaitable,
    Callable,
    Concatenate,
    Coroutine,
    ParamSpec,
    Protocol,
    TypeVar,
    cast,
)

from ..steps import Call, Steps

P = ParamSpec("P")
T = TypeVar("T")


class Awaiting(Protocol):
    """Something with methods that are awaited.

    Attributes:
        twin: what has the methods that make the awaitables.
    """

    twin: Any


def awaited(
    method: Callable[Concatenate[Any, P], T],
) -> Callable[Concatenate[Awaiting, P], Coroutine[Any, Any, T]]:
    """Make a method that is awaited of one that returns at once."""

    @wraps(method)
    async def call(self: Awaiting, /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Wait for what the method gives."""
        return await cast(Awaitable[T], method(self.twin, *args, **kwargs))

    return call


async def run_awaited(
    steps: Steps[T], perform: Callable[[Call[Any]], Awaitable[Any]]
) -> T:
    """Have the calls of an operation done one after the other, and return its value.

    An error of a call is raised inside the operation, which may go on after it.
    """
    try:
        call = next(steps)
        while True:
            try:
                value = await perform(call)
            except BaseException as error:
                call = steps.throw(error)
            else:
                call = steps.send(value)
    except StopIteration as end:
        result: T = end.value
        return result
