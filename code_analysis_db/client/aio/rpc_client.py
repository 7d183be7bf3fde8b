"""The unified interface as methods that are awaited: tables, never objects."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import AsyncIterator, Optional, cast

from ...transport.endpoint import Endpoint
from ..request_caller import RequestCaller
from ..rpc_client import RpcClient
from .awaiting import awaited
from .caller import AsyncCaller
from .session import AsyncSession
from .transaction import AsyncTransaction


class AsyncRpcClient(AsyncSession):
    """Every method of the unified interface, awaited.

    Any number of tasks of one event loop may use one client: their requests share one
    connection and none waits for another's reply.  What a task does one after the other
    is done in that order; between tasks there is none.

    Every method takes ``timeout``, the seconds that the call may take with its waiting;
    the driver stops and undoes what takes longer (``RequestTimeoutError``).  A call
    whose task is cancelled is stopped and undone too, unless it was done already: of a
    cancelled write the outcome is unknown.  Reads are repeated when the driver
    restarts.  A write whose reply was lost raises ``OutcomeUnknownError``; any other
    error means that nothing was applied.
    """

    def __init__(self, caller: AsyncCaller) -> None:
        """Talk through ``caller``."""
        super().__init__(caller, RpcClient(cast(RequestCaller, caller)))

    @property
    def endpoint(self) -> Endpoint:
        """Where the driver is."""
        return self._caller.endpoint

    # --- tables and the schema ------------------------------------------------------

    create_table = awaited(RpcClient.create_table)
    drop_table = awaited(RpcClient.drop_table)
    alter_table = awaited(RpcClient.alter_table)
    list_tables = awaited(RpcClient.list_tables)
    get_table_info = awaited(RpcClient.get_table_info)
    sync_schema = awaited(RpcClient.sync_schema)
    export_schema = awaited(RpcClient.export_schema)
    get_schema_version = awaited(RpcClient.get_schema_version)
    get_schema_history = awaited(RpcClient.get_schema_history)
    backup = awaited(RpcClient.backup)
    restore = awaited(RpcClient.restore)

    # --- the driver process ---------------------------------------------------------

    ping = awaited(RpcClient.ping)
    stats = awaited(RpcClient.stats)

    # --- transactions ---------------------------------------------------------------

    begin_transaction = awaited(RpcClient.begin_transaction)
    commit_transaction = awaited(RpcClient.commit_transaction)
    rollback_transaction = awaited(RpcClient.rollback_transaction)

    @asynccontextmanager
    async def transaction(
        self,
        isolation: Optional[str] = None,
        *,
        read_only: bool = False,
        write: bool = False,
        timeout: Optional[float] = None,
    ) -> AsyncIterator[AsyncTransaction]:
        """Open a transaction for an ``async with`` block and commit it at the block's
        end.

        An exception out of the block, a cancellation included, rolls it back.  See
        :meth:`begin_transaction` for the arguments; ``timeout`` is that of the
        beginning.
        """
        transaction_id = await self.begin_transaction(
            isolation, read_only=read_only, write=write, timeout=timeout
        )
        async with AsyncTransaction(self._caller, transaction_id).ending() as begun:
            yield begun
