"""The unified interface as methods: tables, never objects."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator, Optional

from ..messages.transaction_requests import BeginTransactionRequest
from ..transport.endpoint import Endpoint
from .schema_methods import SchemaMethods
from .service_methods import ServiceMethods
from .session import Session
from .transaction import Transaction


class RpcClient(Session, SchemaMethods, ServiceMethods):
    """Every method of the unified interface, whatever the database behind it.

    Any number of threads may use one client: each call takes a connection of its own
    for its time.  In a forked child the client connects anew, and so does its copy in
    a process that it was pickled to.

    Every method takes ``timeout``, the seconds that the call may take with its waiting;
    the driver stops and undoes what takes longer (``RequestTimeoutError``).  Reads are
    repeated when the driver restarts.  A write whose reply was lost raises
    ``OutcomeUnknownError``; any other error means that nothing was applied.
    """

    def __reduce__(self) -> Any:
        """Pickle as what reaches the same driver."""
        return (type(self), (self._caller,))

    @property
    def endpoint(self) -> Endpoint:
        """Where the driver is."""
        return self._caller.endpoint

    def begin_transaction(
        self,
        isolation: Optional[str] = None,
        *,
        read_only: bool = False,
        write: bool = False,
        timeout: Optional[float] = None,
    ) -> str:
        """Begin a transaction and return its id, which other methods take.

        :meth:`transaction` is the safer form.  The id is good in this client only, and
        its connection is kept until the transaction is committed or rolled back.

        Args:
            isolation: a level of the SQL standard (``"serializable"``, …); None for
                the database's default.
            read_only: refuse writes in it.
            write: take the write lock at once where the database has a single one.
        """
        request = BeginTransactionRequest(isolation, read_only, write)
        return self._caller.transactions.begin(request, self._caller.timeout(timeout))

    def commit_transaction(
        self, transaction_id: str, *, timeout: Optional[float] = None
    ) -> bool:
        """Commit a transaction; where that fails it is rolled back.

        Raises:
            DriverTransactionError: it is not open in this client, or is gone with its
                connection; nothing of it was applied.
            OutcomeUnknownError: the connection was lost before the reply came.
        """
        timeout = self._caller.timeout(timeout)
        return self._caller.transactions.commit(transaction_id, timeout)

    def rollback_transaction(
        self, transaction_id: str, *, timeout: Optional[float] = None
    ) -> bool:
        """Roll a transaction back.

        Raises:
            DriverTransactionError: it is not open in this client.
        """
        timeout = self._caller.timeout(timeout)
        return self._caller.transactions.rollback(transaction_id, timeout)

    @contextmanager
    def transaction(
        self,
        isolation: Optional[str] = None,
        *,
        read_only: bool = False,
        write: bool = False,
        timeout: Optional[float] = None,
    ) -> Iterator[Transaction]:
        """Open a transaction for a ``with`` block and commit it at the block's end.

        An exception out of the block rolls it back.  See :meth:`begin_transaction` for
        the arguments; ``timeout`` is that of the beginning.
        """
        transaction_id = self.begin_transaction(
            isolation, read_only=read_only, write=write, timeout=timeout
        )
        with Transaction(self._caller, transaction_id).ending() as transaction:
            yield transaction
