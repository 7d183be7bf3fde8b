"""What a request needs to run, as its class, its text and its transaction tell.

The lanes are those of a database with a single writer.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Dict, Type

from ..drivers.base import BaseDatabaseDriver
from ..exceptions import DriverError
from ..messages.base_request import FieldRequest
from ..request import (
    REQUESTS,
    BackupRequest,
    BeginTransactionRequest,
    CloseCursorRequest,
    CommitTransactionRequest,
    ExecuteManyRequest,
    ExecuteRequest,
    ExportSchemaRequest,
    FetchRequest,
    GetSchemaHistoryRequest,
    OpenCursorRequest,
    PingRequest,
    RollbackTransactionRequest,
    StatsRequest,
    SyncSchemaRequest,
)
from .job import Job


class Lane(Enum):
    """Where a request runs.

    Attributes:
        HERE: on the loop thread; it hardly ever waits for the database.
        READ: on the loop thread within a budget, else on the read lane.
        PORTION: on the read lane; a long read by intention.
        LONG: on the read lane; it reads all of the schema, or of the database.
        WRITE: on the write lane.
        BEGIN: on the write lane if it asks for the write lock, else here.
        SQL: as its text says.
        SYNC: on the write lane, unless it is only to tell what it would do.
    """

    HERE = "here"
    READ = "read"
    PORTION = "portion"
    LONG = "long"
    WRITE = "write"
    BEGIN = "begin"
    SQL = "sql"
    SYNC = "sync"


# A table by class: ``isinstance`` of abstract classes costs ten times as much, and
# every request passes here.
_LANES: Dict[Type[FieldRequest], Lane] = {
    **{cls: Lane.WRITE if cls.writes else Lane.READ for cls in REQUESTS.values()},
    PingRequest: Lane.HERE,
    StatsRequest: Lane.HERE,
    BeginTransactionRequest: Lane.BEGIN,
    # One that has written is on the write lane already.
    CommitTransactionRequest: Lane.READ,
    OpenCursorRequest: Lane.PORTION,
    FetchRequest: Lane.PORTION,
    CloseCursorRequest: Lane.PORTION,
    ExecuteRequest: Lane.SQL,
    ExecuteManyRequest: Lane.SQL,
    SyncSchemaRequest: Lane.SYNC,
    ExportSchemaRequest: Lane.LONG,
    GetSchemaHistoryRequest: Lane.LONG,
    BackupRequest: Lane.LONG,
}
#: What only reads.
PLAIN_READS = frozenset(cls for cls, lane in _LANES.items() if lane is Lane.READ)
#: What is about the driver process, not its database.
OF_PROCESS = frozenset({PingRequest, StatsRequest})
_URGENT = OF_PROCESS | {CommitTransactionRequest, RollbackTransactionRequest}
#: What is about a cursor that is open.
OF_CURSOR = frozenset({FetchRequest, CloseCursorRequest})
_OF_CONNECTION = OF_CURSOR | {BeginTransactionRequest, OpenCursorRequest}


def is_urgent(request: FieldRequest) -> bool:
    """Tell whether a request goes before other clients' ordinary ones."""
    return type(request) in _URGENT


def keeps_connection(request: FieldRequest) -> bool:
    """Tell whether a request begins or uses what is its connection's alone, a step at a
    time: a transaction or a cursor."""
    if getattr(request, "transaction_id", None) is not None:
        return True
    return type(request) in _OF_CONNECTION


def is_portioned(request: FieldRequest) -> bool:
    """Tell whether a request opens a cursor or is about one."""
    return _LANES[type(request)] is Lane.PORTION


def choose_lane(driver: BaseDatabaseDriver, job: Job) -> Lane:
    """Return the lane of a job: one of HERE, READ, PORTION, LONG and WRITE."""
    request: Any = job.request
    if job.transaction is not None and job.transaction.on_write_lane:
        return Lane.WRITE
    lane = _LANES[type(request)]
    if lane is Lane.BEGIN:
        lane = Lane.WRITE if request.write else Lane.HERE
    elif lane is Lane.SQL:
        lane = Lane.READ if _reads_only(driver, request.sql) else Lane.WRITE
    elif lane is Lane.SYNC:
        lane = Lane.LONG if request.dry_run else Lane.WRITE
    return lane


def _reads_only(driver: BaseDatabaseDriver, sql: Any) -> bool:
    """Tell whether a raw statement only reads.

    A malformed one counts as a read: it is refused without waiting to write.
    """
    try:
        return isinstance(sql, str) and driver.is_read_statement(sql)
    except DriverError:
        return True
