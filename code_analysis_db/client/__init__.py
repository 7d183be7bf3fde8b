"""The client library: objects on top, tables below, one driver process behind both."""

from __future__ import annotations

from .batch import Batch
from .batch_operations import BatchHandle
from .database_client import DatabaseClient
from .database_transaction import DatabaseTransaction
from .row_stream import RowStream, Stream
from .rpc_client import RpcClient
from .transaction import Transaction

__all__ = [
    "DatabaseClient",
    "DatabaseTransaction",
    "RpcClient",
    "Transaction",
    "Batch",
    "BatchHandle",
    "RowStream",
    "Stream",
]
