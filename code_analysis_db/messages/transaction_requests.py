"""Requests that begin, divide and end transactions."""

from __future__ import annotations

from typing import ClassVar

from .base_request import FieldRequest, checked
from .check import FLAG, TEXT
from .converter import Wire
from .message import message


class TransactionRequest(FieldRequest):
    """A request about a transaction itself."""

    __slots__ = ()


@message
class BeginTransactionRequest(TransactionRequest):
    """Begin a transaction."""

    name: ClassVar[str] = "begin_transaction"
    isolation: Wire = checked(TEXT, default=None)
    read_only: Wire = checked(FLAG, default=False)
    write: Wire = checked(FLAG, default=False)


@message
class CommitTransactionRequest(TransactionRequest):
    """Make a transaction's writes last."""

    name: ClassVar[str] = "commit_transaction"
    writes: ClassVar[bool] = True
    transaction_id: Wire = checked(TEXT)


@message
class RollbackTransactionRequest(TransactionRequest):
    """Undo a transaction's writes."""

    name: ClassVar[str] = "rollback_transaction"
    transaction_id: Wire = checked(TEXT)


@message
class SavepointRequest(TransactionRequest):
    """Create, release or roll back to a savepoint (``action``)."""

    name: ClassVar[str] = "savepoint"
    transaction_id: Wire = checked(TEXT)
    action: Wire = checked(TEXT)
    savepoint: Wire = checked(TEXT, default=None)
