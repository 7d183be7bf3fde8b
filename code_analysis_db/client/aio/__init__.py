"""The client library for programs with an event loop (asyncio).

The same methods as the blocking client's, awaited, over the same wire.
"""

from __future__ import annotations

from .batch import AsyncBatch
from .database_client import AsyncDatabaseClient
from .database_transaction import AsyncDatabaseTransaction
from .repository import AsyncRepository
from .row_stream import AsyncRowStream, AsyncStream
from .rpc_client import AsyncRpcClient
from .transaction import AsyncTransaction

__all__ = [
    "AsyncDatabaseClient",
    "AsyncDatabaseTransaction",
    "AsyncRpcClient",
    "AsyncTransaction",
    "AsyncRepository",
    "AsyncBatch",
    "AsyncRowStream",
    "AsyncStream",
]
