"""The client of a program: objects, tables, transactions."""

from __future__ import annotations

from contextlib import contextmanager
from time import sleep
from types import TracebackType
from typing import (
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Optional,
    Sequence,
    Type,
    TypeVar,
    Union,
)

from ..exceptions import RetryableError, TransactionLostError
from ..progress import ProgressListener
from ..transport.endpoint import Endpoint
from .backoff import Backoff
from .batch import Batch
from .database_transaction import DatabaseTransaction
from .object_tables import ObjectTables, definition_of
from .objects import SearchHit
from .repositories import Repositories
from .repository_steps import Key
from .request_caller import RequestCaller
from .rpc_client import RpcClient

T = TypeVar("T")

DEFAULT_RECONNECT_TIMEOUT = 30.0
DEFAULT_MAX_CONNECTIONS = 64
_FIRST_RETRY_DELAY = 0.01
_LONGEST_RETRY_DELAY = 1.0


class DatabaseClient(Repositories):
    """A program's access to the database that a driver process owns.

    Use one client for all threads of a program.  It can be handed to other processes,
    by fork or by pickle: each connects by itself.

        with DatabaseClient.connect(endpoint) as client:
            project = client.projects.create(name="demo", root_path="/src/demo")
            client.rpc.select("projects", where={"name": "demo"})

    Attributes:
        rpc: the methods that work on tables.
    """

    def __init__(self, caller: RequestCaller) -> None:
        """Talk through ``caller``; use :meth:`connect`."""
        self._caller = caller
        self.rpc = RpcClient(caller)
        super().__init__(self.rpc, ObjectTables())

    @classmethod
    def connect(
        cls,
        endpoint: Union[Endpoint, str],
        *,
        default_timeout: Optional[float] = None,
        reconnect_timeout: float = DEFAULT_RECONNECT_TIMEOUT,
        max_connections: int = DEFAULT_MAX_CONNECTIONS,
    ) -> "DatabaseClient":
        """Connect to a running driver process.

        Args:
            endpoint: where it listens, as the driver's ``endpoint`` or its ``str``.
            default_timeout: seconds for calls that state none; None for no limit.
            reconnect_timeout: seconds to wait for a driver that is away, at first and
                whenever it restarts.
            max_connections: connections at a time; each call, open transaction and
                open stream uses one.

        Raises:
            DriverUnavailableError: no driver answers in time.
            HandshakeError: the endpoint's key is not the driver's.
        """
        if isinstance(endpoint, str):
            endpoint = Endpoint.parse(endpoint)
        client = cls(
            RequestCaller(endpoint, default_timeout, reconnect_timeout, max_connections)
        )
        try:
            client.rpc.ping()
        except BaseException:
            client.close()
            raise
        return client

    def __reduce__(self) -> Any:
        """Pickle as what reaches the same driver; the copy connects when it is used."""
        return (type(self), (self._caller,))

    def __enter__(self) -> "DatabaseClient":
        """Return the client, which is closed at the end of the block."""
        return self

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Close the client."""
        self.close()

    def __repr__(self) -> str:
        """Show the endpoint, without its key."""
        return f"DatabaseClient({self.endpoint.address!r})"

    @property
    def endpoint(self) -> Endpoint:
        """Where the driver is: a small picklable value; its ``str`` is a secret."""
        return self._caller.endpoint

    def close(self) -> None:
        """Close all connections, rolling back what is open; twice is fine."""
        self._caller.close()

    @contextmanager
    def transaction(
        self,
        isolation: Optional[str] = None,
        *,
        read_only: bool = False,
        write: bool = False,
        timeout: Optional[float] = None,
    ) -> Iterator[DatabaseTransaction]:
        """Open a transaction for a ``with`` block and commit it at the block's end.

        Only what is called on the transaction itself belongs to it.  An exception out
        of the block rolls it back.  See :meth:`RpcClient.begin_transaction` for the
        arguments.
        """
        transaction_id = self.rpc.begin_transaction(
            isolation, read_only=read_only, write=write, timeout=timeout
        )
        tables = self._tables.beside_transaction()
        transaction = DatabaseTransaction(self._caller, transaction_id, tables)
        with transaction.ending():
            yield transaction

    def run_transaction(
        self,
        function: Callable[[DatabaseTransaction], T],
        *,
        attempts: int = 5,
        isolation: Optional[str] = None,
        read_only: bool = False,
        write: bool = False,
    ) -> T:
        """Run ``function`` in a transaction and return what it returns.

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
                with self.transaction(
                    isolation, read_only=read_only, write=write
                ) as transaction:
                    return function(transaction)
            except (RetryableError, TransactionLostError):
                if attempts <= 0:
                    raise
            sleep(backoff.delay())

    def sync(
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

        See :meth:`RpcClient.sync_schema` for the other arguments, the report and the
        errors.
        """
        return self.rpc.sync_schema(
            definition_of(classes),
            backup_dir,
            dry_run=dry_run,
            allow_destructive=allow_destructive,
            keep_others=True,
            progress=progress,
            timeout=timeout,
        )

    def search(
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
        return self.code_content.search(
            query, project_id=project_id, kinds=kinds, limit=limit, offset=offset
        )

    def batch(
        self,
        *,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Batch:
        """Return a batch of table operations; see :meth:`RpcClient.batch`."""
        return self.rpc.batch(transaction_id=transaction_id, timeout=timeout)
