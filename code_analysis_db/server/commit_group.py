"""Which writes may share a commit with others.

Those that the driver can undo by themselves and that are short: a large one would make
the small ones wait, and raw SQL may be a statement that runs outside transactions only.
"""

from __future__ import annotations

from typing import Any, FrozenSet, Type

from ..messages.base_request import FieldRequest
from ..request import (
    BatchRequest,
    CountRequest,
    DeleteRequest,
    InsertManyRequest,
    InsertRequest,
    SelectRequest,
    UpdateRequest,
    UpsertManyRequest,
)
from .job import Job

_MAX_ROWS = 500
_MAX_OPERATIONS = 64
_Kinds = FrozenSet[Type[FieldRequest]]
_SINGLE: _Kinds = frozenset({InsertRequest, UpdateRequest, DeleteRequest})
_BULK: _Kinds = frozenset({InsertManyRequest, UpsertManyRequest})
_READS: _Kinds = frozenset({SelectRequest, CountRequest})
_IN_BATCH = frozenset(request.name for request in _SINGLE | _BULK | _READS)


def may_share(job: Job) -> bool:
    """Tell whether a job may share its commit with others."""
    if job.transaction is not None:
        return False
    request: Any = job.request
    kind = type(request)
    if kind in _SINGLE:
        return True
    if kind in _BULK:
        return sum(len(block.rows) for block in request.blocks) <= _MAX_ROWS
    return kind is BatchRequest and (
        len(request.operations) <= _MAX_OPERATIONS
        and all(name in _IN_BATCH for name, _ in request.operations)
    )
