"""What a request needs to run, as far as its kind and its transaction tell."""

from __future__ import annotations

from typing import Union

from ..drivers.base import BaseDatabaseDriver
from ..exceptions import DriverError
from ..messages.base_request import FieldRequest
from ..request import (
    BeginTransactionRequest,
    CloseCursorRequest,
    CommitTransactionRequest,
    ExecuteManyRequest,
    ExecuteRequest,
    FetchRequest,
    OpenCursorRequest,
    PingRequest,
    RollbackTransactionRequest,
    SavepointRequest,
    StatsRequest,
)
from .job import Job

_URGENT = (
    PingRequest,
    StatsRequest,
    CommitTransactionRequest,
    RollbackTransactionRequest,
)
_INSTANT = (PingRequest, StatsRequest, BeginTransactionRequest)
_PORTIONED = (OpenCursorRequest, FetchRequest, CloseCursorRequest)
_Raw = Union[ExecuteRequest, ExecuteManyRequest]


def is_urgent(request: FieldRequest) -> bool:
    """Tell whether a request goes before other clients' ordinary ones."""
    return isinstance(request, _URGENT)


def is_instant(request: FieldRequest) -> bool:
    """Tell whether a request never waits for the database."""
    return isinstance(request, _INSTANT)


def is_portioned(request: FieldRequest) -> bool:
    """Tell whether a request is about a cursor: a long read by intention."""
    return isinstance(request, _PORTIONED)


def needs_write_lane(driver: BaseDatabaseDriver, job: Job) -> bool:
    """Tell whether a job must wait for its turn to write."""
    request, entry = job.request, job.transaction
    if not driver.has_single_writer:
        return False
    if entry is not None and entry.on_write_lane:
        return True
    if isinstance(request, BeginTransactionRequest):
        return bool(request.write)
    if isinstance(request, (ExecuteRequest, ExecuteManyRequest)):
        return not _reads_only(driver, request)
    if isinstance(request, SavepointRequest):
        return False
    return request.writes


def _reads_only(driver: BaseDatabaseDriver, request: _Raw) -> bool:
    """Tell whether a raw statement only reads.

    A malformed one counts as a read: it is refused without waiting to write.
    """
    try:
        return driver.is_read_statement(request.sql)
    except (DriverError, TypeError):
        return True
