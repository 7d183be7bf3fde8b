"""Operations that are collected to travel in one message."""

from __future__ import annotations

from functools import wraps
from typing import (
    Any,
    Callable,
    Concatenate,
    Dict,
    Generic,
    Iterable,
    List,
    Optional,
    ParamSpec,
    Tuple,
    Type,
    TypeVar,
    cast,
)

import attrs

from ..exceptions import DriverTransactionError, InvalidRequestError
from ..messages.base_request import FieldRequest
from ..messages.base_result import FieldResult
from ..messages.batch_request import BatchRequest, ReadBatchRequest
from ..messages.data_result import DataResult
from ..messages.row_requests import InsertManyRequest
from ..messages.success_result import SuccessResult
from ..rows import RowBlock
from .result_reading import field
from .steps import Call, Steps
from .table_methods import TableMethods

P = ParamSpec("P")
T = TypeVar("T")

_results = field("results")
_RESULT_CLASSES: Dict[str, Type[FieldResult]] = {
    "success": SuccessResult,
    "data": DataResult,
}


class BatchHandle(Generic[T]):
    """What an operation of a batch will have given once the batch has been done."""

    def __init__(self, read: Callable[[Any], T]) -> None:
        """Wait for the result that ``read`` takes."""
        self._read = read
        self._value: Tuple[T, ...] = ()

    @property
    def result(self) -> T:
        """The value that the method would have returned on its own.

        Raises:
            DriverTransactionError: the batch has not been done, or has failed.
        """
        if not self._value:
            raise DriverTransactionError(
                "the batch of this operation has not been done: its block has not"
                " ended, or has failed"
            )
        return self._value[0]

    def settle(self, result: FieldResult) -> None:
        """Take the operation's result."""
        self._value = (self._read(result),)


def _unread(_: FieldResult) -> None:
    """Leave a result alone."""


class _Record:
    """Keeps requests, and gives handles for the values of their methods."""

    def __init__(self) -> None:
        """Have none yet."""
        self.operations: List[Tuple[str, Dict[str, Any]]] = []
        self.handles: List[BatchHandle[Any]] = []
        self.writes = False

    def keep(
        self,
        request: FieldRequest,
        read: Callable[[Any], T],
        timeout: Optional[float],
        ahead: Iterable[RowBlock] = (),
    ) -> T:
        """Keep the request; the value is a handle, as the batch's methods say."""
        if timeout is not None:
            raise InvalidRequestError(
                "an operation of a batch has no timeout of its own: give it to the"
                " batch"
            )
        if ahead:
            # mypy does not know that only requests with blocks have some ahead
            request = attrs.evolve(request, blocks=list(ahead))  # type: ignore[misc]
        handle = BatchHandle(read)
        self.operations.append((request.name, request.to_dict()))
        self.writes = self.writes or request.writes
        self.handles.append(handle)
        return cast(T, handle)


class _Recorder(TableMethods):
    """The methods of a batch, which give handles for values."""

    def _join(self, transaction_id: Optional[str]) -> Optional[str]:
        """Refuse a transaction of an operation's own."""
        if transaction_id is not None:
            raise InvalidRequestError(
                "an operation of a batch has no transaction of its own: give it to the"
                " batch"
            )
        return None


def _recorded(
    method: Callable[Concatenate[TableMethods, P], T],
) -> "Callable[Concatenate[BatchOperations, P], BatchHandle[T]]":
    """Make a method of a batch of the method that does it at once."""

    @wraps(method)
    def record(
        batch: BatchOperations, /, *args: P.args, **kwargs: P.kwargs
    ) -> BatchHandle[T]:
        """Keep the operation until the batch is sent."""
        return cast(BatchHandle[T], method(batch.recorder, *args, **kwargs))

    return record


class BatchOperations:
    """Collects operations; each method returns a :class:`BatchHandle`.

    Attributes:
        recorder: what keeps the operations.
    """

    def __init__(self) -> None:
        """Have no operation yet."""
        self._record = _Record()
        self.recorder = _Recorder(self._record.keep)

    insert = _recorded(TableMethods.insert)
    insert_many = _recorded(TableMethods.insert_many)
    upsert = _recorded(TableMethods.upsert)
    upsert_many = _recorded(TableMethods.upsert_many)
    update = _recorded(TableMethods.update)
    delete = _recorded(TableMethods.delete)
    select = _recorded(TableMethods.select)
    search = _recorded(TableMethods.search)
    count = _recorded(TableMethods.count)
    aggregate = _recorded(TableMethods.aggregate)
    execute = _recorded(TableMethods.execute)
    execute_many = _recorded(TableMethods.execute_many)

    def insert_block(self, table_name: str, block: RowBlock) -> None:
        """Insert rows that are a block already and whose keys the caller knows."""
        self._record.keep(InsertManyRequest(table_name, [block]), _unread, None)

    def steps(
        self, transaction_id: Optional[str] = None, timeout: Optional[float] = None
    ) -> Steps[None]:
        """Have the operations done in their order, all or none, by one call, and
        settle their handles; nothing is done for none.

        Args:
            transaction_id: the open transaction that they become a part of.
            timeout: seconds that they may take together.
        """
        operations = self._record.operations
        if not operations:
            return
        kind = BatchRequest if self._record.writes else ReadBatchRequest
        request = kind(operations, transaction_id)
        results = yield Call(request, _results, timeout)
        for handle, (kind, fields) in zip(self._record.handles, results):
            handle.settle(_RESULT_CLASSES[kind].from_dict(fields))
