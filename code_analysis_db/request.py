"""The requests of the unified interface: one class a call.

A façade over ``messages``; see :class:`BaseRequest` for what they have in common.
"""

from __future__ import annotations

from typing import Dict, Type

from .messages.base_request import BaseRequest, FieldRequest
from .messages.batch_request import BatchRequest, ReadBatchRequest
from .messages.read_requests import (
    AggregateRequest,
    CloseCursorRequest,
    CountRequest,
    FetchRequest,
    OpenCursorRequest,
    SearchRequest,
    SelectRequest,
)
from .messages.row_requests import (
    DeleteRequest,
    InsertManyRequest,
    InsertRequest,
    UpdateRequest,
    UpsertManyRequest,
)
from .messages.schema_requests import (
    BackupRequest,
    ExportSchemaRequest,
    GetSchemaHistoryRequest,
    GetSchemaVersionRequest,
    RestoreRequest,
    SyncSchemaRequest,
)
from .messages.service_requests import PingRequest, StatsRequest
from .messages.sql_requests import ExecuteManyRequest, ExecuteRequest
from .messages.table_requests import (
    AlterTableRequest,
    CreateTableRequest,
    DropTableRequest,
    GetTableInfoRequest,
    ListTablesRequest,
)
from .messages.transaction_requests import (
    BeginTransactionRequest,
    CommitTransactionRequest,
    RollbackTransactionRequest,
    SavepointRequest,
    TransactionRequest,
)

__all__ = [
    "BaseRequest",
    "InsertRequest",
    "InsertManyRequest",
    "UpsertManyRequest",
    "UpdateRequest",
    "DeleteRequest",
    "SelectRequest",
    "OpenCursorRequest",
    "FetchRequest",
    "CloseCursorRequest",
    "SearchRequest",
    "CountRequest",
    "AggregateRequest",
    "ExecuteRequest",
    "ExecuteManyRequest",
    "BatchRequest",
    "ReadBatchRequest",
    "TransactionRequest",
    "BeginTransactionRequest",
    "CommitTransactionRequest",
    "RollbackTransactionRequest",
    "SavepointRequest",
    "CreateTableRequest",
    "DropTableRequest",
    "AlterTableRequest",
    "ListTablesRequest",
    "GetTableInfoRequest",
    "GetSchemaVersionRequest",
    "SyncSchemaRequest",
    "ExportSchemaRequest",
    "GetSchemaHistoryRequest",
    "BackupRequest",
    "RestoreRequest",
    "PingRequest",
    "StatsRequest",
    "REQUESTS",
]

#: Every request class under its name on the wire.
REQUESTS: Dict[str, Type[FieldRequest]] = {
    request.name: request
    for request in (
        InsertRequest,
        InsertManyRequest,
        UpsertManyRequest,
        UpdateRequest,
        DeleteRequest,
        SelectRequest,
        OpenCursorRequest,
        FetchRequest,
        CloseCursorRequest,
        SearchRequest,
        CountRequest,
        AggregateRequest,
        ExecuteRequest,
        ExecuteManyRequest,
        BatchRequest,
        ReadBatchRequest,
        BeginTransactionRequest,
        CommitTransactionRequest,
        RollbackTransactionRequest,
        SavepointRequest,
        CreateTableRequest,
        DropTableRequest,
        AlterTableRequest,
        ListTablesRequest,
        GetTableInfoRequest,
        GetSchemaVersionRequest,
        SyncSchemaRequest,
        ExportSchemaRequest,
        GetSchemaHistoryRequest,
        BackupRequest,
        RestoreRequest,
        PingRequest,
        StatsRequest,
    )
}
