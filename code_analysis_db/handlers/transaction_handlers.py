"""Requests that begin, divide and end transactions."""

from __future__ import annotations

from ..cursor_table import CursorTable
from ..drivers.base import BaseDatabaseDriver
from ..exceptions import InvalidRequestError
from ..messages.base_result import FieldResult
from ..request import (
    BeginTransactionRequest,
    CommitTransactionRequest,
    RollbackTransactionRequest,
    SavepointRequest,
)
from ..result import SuccessResult
from .handler import HandlerTable


class TransactionHandlers:
    """Begins, divides and ends transactions."""

    def __init__(self, driver: BaseDatabaseDriver, cursors: CursorTable) -> None:
        """Act on ``driver``; a transaction that ends closes its ``cursors``."""
        self._driver = driver
        self._cursors = cursors

    def handlers(self) -> HandlerTable:
        """Return the method that answers each class of request."""
        return {
            BeginTransactionRequest: self._begin_transaction,
            CommitTransactionRequest: self._commit_transaction,
            RollbackTransactionRequest: self._rollback_transaction,
            SavepointRequest: self._savepoint,
        }

    def _begin_transaction(self, request: BeginTransactionRequest) -> FieldResult:
        """Begin a transaction."""
        transaction_id = self._driver.begin_transaction(
            isolation=request.isolation,
            read_only=request.read_only,
            write=request.write,
        )
        return SuccessResult({"transaction_id": transaction_id})

    def _commit_transaction(self, request: CommitTransactionRequest) -> FieldResult:
        """Commit a transaction; its cursors end with it."""
        self._cursors.close_of_transaction(request.transaction_id)
        done = self._driver.commit_transaction(request.transaction_id)
        return SuccessResult({"done": done})

    def _rollback_transaction(self, request: RollbackTransactionRequest) -> FieldResult:
        """Roll a transaction back; its cursors end with it."""
        self._cursors.close_of_transaction(request.transaction_id)
        done = self._driver.rollback_transaction(request.transaction_id)
        return SuccessResult({"done": done})

    def _savepoint(self, request: SavepointRequest) -> FieldResult:
        """Create, release or roll back to a savepoint."""
        driver, transaction_id = self._driver, request.transaction_id
        if request.action == "create":
            return SuccessResult({"savepoint": driver.create_savepoint(transaction_id)})
        if request.savepoint is None or request.action not in ("release", "rollback"):
            raise InvalidRequestError(
                f"savepoint: action {request.action!r} is not 'create', or 'release' or"
                " 'rollback' of a named savepoint"
            )
        if request.action == "release":
            driver.release_savepoint(transaction_id, request.savepoint)
        else:
            driver.rollback_to_savepoint(transaction_id, request.savepoint)
        return SuccessResult({"savepoint": request.savepoint})
