"""The client of a program with an event loop: objects, tables, transactions."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from types import TracebackType
from typing import (
    Any,
    AsyncIterator,
    Awaitable,
    Callable,
    Dict,
    List,
    NoReturn,
    Optional,
    Sequence,
    Type,
    TypeVar,
    Union,
)

from ...exceptions import RetryableError, TransactionLostError
from ...progress import ProgressListener
from ...transport.endpoint import Endpoint
from ..backoff import Backoff
from ..database_client import DEFAULT_MAX_CONNECTIONS, DEFAULT_RECONNECT_TIMEOUT
from ..object_tables import ObjectTables, definition_of
from ..objects import SearchHit
from ..repository_steps import Key
from .batch import AsyncBatch
from .caller import AsyncCaller
from .database_transaction import AsyncDatabaseTransaction
from .opening import Opening
from .repositories import AsyncRepositories
from .rpc_client import AsyncRpcClient

T = TypeVar("T")

_FIRST_RETRY_DELAY = 0.01
_LONGEST_RETRY_DELAY = 1.0


class AsyncDatabaseClient(AsyncRepositories):
    """A program's access to the database that a driver process owns, awaited.

    It belongs to the event loop in which it was connected.  Use one client for all
    tasks of it: they share a connection, on which any number of requests is under way
    at the same time.

        async with AsyncDatabaseClient.connect(endpoint) as client:
            project = await client.projects.create(name="demo", root_path="/src")
            await client.rpc.select("projects", where={"name": "demo"})

    Attributes:
        rpc: the methods that work on tables.
    """

    def __init__(self, caller: AsyncCaller) -> None:
        """Talk through ``caller``; use :meth:`connect`."""
        self._caller = caller
        self.rpc = AsyncRpcClient(caller)
        super().__init__(self.rpc, ObjectTables())

    @classmethod
    def connect(
        cls,
        endpoint: Union[Endpoint, str],
        *,
        default_timeout: Optional[float] = None,
        reconnect_timeout: float = DEFAULT_RECONNECT_TIMEOUT,
        max_connections: int = DEFAULT_MAX_CONNECTIONS,
    ) -> "Opening[AsyncDatabaseClient]":
        """Connect to a running driver process: ``await`` it, or open an ``async with``
        block with it.

        Args:
            endpoint: where it listens, as the driver's ``endpoint`` or its ``str``.
            default_timeout: seconds for calls that state none; None for no limit.
            reconnect_timeout: seconds to wait for a driver that is away, at first and
                whenever it restarts.
            max_connections: connections at a time beside the one that all requests
                share; each open transaction and open stream uses one.

        Raises:
            DriverUnavailableError: no driver answers in time.
            HandshakeError: the endpoint's key is not the driver's.
        """

        async def open_client() -> "AsyncDatabaseClient":
            """Connect."""
            where = Endpoint.parse(endpoint) if isinstance(endpoint, str) else endpoint
            client = cls(
                AsyncCaller(where, default_timeout, reconnect_timeout, max_connections)
            )
            try:
                await client.rpc.ping()
            except BaseException:
                await client.close()
                raise
            return client

        return Opening(open_client())

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: the copy would have no event loop."""
        raise TypeError(
            "an AsyncDatabaseClient cannot be handed to another process; hand over its"
            " endpoint and connect there"
        )

    async def __aenter__(self) -> "AsyncDatabaseClient":
        """Return the client, which is closed at the end of the block."""
        return self

    async def __aexit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Close the client."""
        await self.close()

    def __repr__(self) -> str:
        """Show the endpoint, without its key."""
        return f"AsyncDatabaseClient({self.endpoint.address!r})"

    @property
    def endpoint(self) -> Endpoint:
        """Where the driver is: a small picklable value; its ``str`` is a secret."""
        return self._caller.endpoint

    async def close(self) -> None:
        """Close all connections, rolling back what is open; twice is fine.

        Requests that are under way fail: a write with ``OutcomeUnknownError``.
        """
        self._caller.close()

    @asynccontextmanager
    async def transaction(
        self,
        isolation: Optional[str] = None,
        *,
        read_only: bool = False,
        write: bool = False,
        timeout: Optional[float] = None,
    ) -> AsyncIterator[AsyncDatabaseTransaction]:
        """Open a transaction for an ``async with`` block and commit it at the block's
        end.

        Only what is called on the transaction itself belongs to it.  An exception out
        of the block, a cancellation included, rolls it back.  See
        :meth:`AsyncRpcClient.begin_transaction` for the arguments.
        """
        transaction_id = await self.rpc.begin_transaction(
            isolation, read_only=read_only, write=write, timeout=timeout
        )
        tables = self._tables.beside_transaction()
        transaction = AsyncDatabaseTransaction(self._caller, transaction_id, tables)
        async with transaction.ending():
            yield transaction

    async def run_transaction(
        self,
        function: Callable[[AsyncDatabaseTransaction], Awaitable[T]],
        *,
        attempts: int = 5,
        isolation: Optional[str] = None,
        read_only: bool = False,
        write: bool = False,
    ) -> T:
        """Await ``function`` in a transaction and return what it gives.

        It is run again, in a new transaction, where the database gave up for the sake
        of others (``RetryableError``) or the transaction went with a connection before
        the commit, the driver's or the database's (``TransactionLostError``): both mean
        that nothing was applied.  What else it does should bear repeating.

        Args:
            attempts: how often it is run at most.
        """
        backoff = Backoff(_FIRST_RETRY_DELAY, _LONGEST_RETRY_DELAY)
        while True:
            attempts -= 1
            try:
                async with self.transaction(
                    isolation, read_only=read_only, write=write
                ) as transaction:
                    return await function(transaction)
            except (RetryableError, TransactionLostError):
                if attempts <= 0:
                    raise
            await asyncio.sleep(backoff.delay())

    async def sync(
        self,
        *classes: Type[object],
        backup_dir: Optional[str] = None,
        dry_run: bool = False,
        allow_destructive: bool = False,
        progress: Optional[ProgressListener] = None,
        timeout: Optional[float] = None,
    ) -> Dict[str, Any]:
        """Make the tables of mapped classes what the classes say, and those of the
        classes that they refer to; other tables are not touched.

        Args:
            classes: the classes; none for the objects of code analysis.

        See :meth:`.RpcClient.sync_schema` for the other arguments, the report and the
        errors.
        """
        return await self.rpc.sync_schema(
            definition_of(classes),
            backup_dir,
            dry_run=dry_run,
            allow_destructive=allow_destructive,
            keep_others=True,
            progress=progress,
            timeout=timeout,
        )

    async def search(
        self,
        query: str,
        *,
        project_id: Optional[Key] = None,
        kinds: Optional[Sequence[str]] = None,
        limit: int = 20,
        offset: Optional[int] = None,
    ) -> List[SearchHit]:
        """Return the places that a full-text query finds, the best first; see
        :meth:`.ContentRepository.search`."""
        return await self.code_content.search(
            query, project_id=project_id, kinds=kinds, limit=limit, offset=offset
        )

    def batch(
        self,
        *,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> AsyncBatch:
        """Return a batch of table operations; see :meth:`AsyncRpcClient.batch`."""
        return self.rpc.batch(transaction_id=transaction_id, timeout=timeout)
