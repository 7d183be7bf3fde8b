"""The methods of the unified interface as operations that others are made of."""

from __future__ import annotations

from typing import Any, Callable, List, TypeVar, cast

import attrs

from ..rows import Row
from .request_methods import Perform
from .schema_methods import SchemaMethods
from .steps import Call, Steps
from .table_methods import TableMethods

T = TypeVar("T")


class Asked(TableMethods, SchemaMethods):
    """Methods that give the call itself where those of a client give what came of it,
    for :func:`ask`."""


_ASKED = Asked(cast(Perform, Call))


def ask(method: Callable[[Asked], T]) -> Steps[T]:
    """Want what a method gives, as a part of an operation.

    >>> def double_count(table_name: str) -> Steps[int]:
    ...     count = yield from ask(lambda rpc: rpc.count(table_name))
    ...     return 2 * count
    """
    # The methods say what a client's give; these give the call that leads to it.
    value: T = yield cast(Call[T], method(_ASKED))
    return value


def ask_for(
    read: Callable[[Any], List[T]], method: Callable[[Asked], List[Row]]
) -> Steps[List[T]]:
    """Want what ``read`` makes of a result, where the method gives its rows as
    dicts."""
    call = cast(Call[Any], method(_ASKED))
    values: List[T] = yield attrs.evolve(call, read=read)
    return values
