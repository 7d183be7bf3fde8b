"""The request that holds many operations."""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, List, Mapping, Sequence, Tuple, Union

from ..drivers.base import BaseDatabaseDriver
from ..exceptions import DriverError, InvalidRequestError
from ..messages.base_request import FieldRequest
from ..messages.base_result import FieldResult
from ..request import (
    REQUESTS,
    AggregateRequest,
    BatchRequest,
    CountRequest,
    DeleteRequest,
    ExecuteManyRequest,
    ExecuteRequest,
    InsertManyRequest,
    InsertRequest,
    ReadBatchRequest,
    SearchRequest,
    SelectRequest,
    UpdateRequest,
    UpsertManyRequest,
)
from ..result import DataResult, SuccessResult
from .handler import HandlerTable

_Outcome = Tuple[str, Dict[str, Any]]
"""The kind of an operation's result, and its fields."""

_READS = frozenset({SelectRequest, SearchRequest, CountRequest, AggregateRequest})
_BATCHABLE = _READS | {
    InsertRequest,
    InsertManyRequest,
    UpsertManyRequest,
    UpdateRequest,
    DeleteRequest,
    ExecuteRequest,
    ExecuteManyRequest,
}


class BatchHandlers:
    """Runs the operations of a batch as one transaction."""

    def __init__(self, driver: BaseDatabaseDriver, operations: HandlerTable) -> None:
        """Run on ``driver``, each operation by its handler in ``operations``."""
        self._driver = driver
        self._operations = operations

    def handlers(self) -> HandlerTable:
        """Return the method that answers each class of request."""
        return {BatchRequest: self._batch, ReadBatchRequest: self._batch}

    def _batch(self, request: Union[BatchRequest, ReadBatchRequest]) -> FieldResult:
        """Run operations as one transaction, each with a result of its own."""
        operations = [
            self._operation(index, name, fields, request)
            for index, (name, fields) in enumerate(request.operations)
        ]
        run = partial(self._run, operations)
        results = self._driver.run_atomic(
            run, request.transaction_id, write=request.writes
        )
        return SuccessResult({"results": results})

    def _run(self, operations: Sequence[FieldRequest]) -> List[_Outcome]:
        """Run the operations one after another and return their results."""
        results: List[_Outcome] = []
        for index, operation in enumerate(operations):
            try:
                result = self._operations[type(operation)](operation)
            except DriverError as error:
                where = f"operation {index} of the batch ({operation.name}): "
                raise type(error)(where + error.message, **error.details())
            kind = "data" if isinstance(result, DataResult) else "success"
            results.append((kind, result.to_dict()))
        return results

    def _operation(
        self,
        index: int,
        name: str,
        fields: Mapping[str, Any],
        batch: Union[BatchRequest, ReadBatchRequest],
    ) -> FieldRequest:
        """Make the request of one operation of a batch and check it."""
        request_class = REQUESTS.get(name)
        if request_class not in (_BATCHABLE if batch.writes else _READS):
            raise InvalidRequestError(
                f"operation {index} of the {batch.name}: {name!r} cannot be part of one"
            )
        if fields.get("transaction_id") is not None:
            raise InvalidRequestError(
                f"operation {index} of the batch ({name}): give transaction_id to the"
                " batch, not to its operations"
            )
        if batch.transaction_id is not None:
            fields = {**fields, "transaction_id": batch.transaction_id}
        operation = request_class.from_dict(dict(fields))
        operation.validate()
        return operation
