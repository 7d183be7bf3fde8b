"""Many operations in one message."""

from __future__ import annotations

from typing import ClassVar

from .base_request import FieldRequest, checked
from .check import OPERATIONS, TEXT
from .converter import Wire
from .message import message


@message
class BatchRequest(FieldRequest):
    """Run operations in their order as one transaction, all or nothing.

    Attributes:
        operations: ``[name, fields]`` of each, as the request of that name has them;
            their own ``transaction_id`` stays unset.
        transaction_id: the transaction that the whole joins, as a savepoint.
    """

    name: ClassVar[str] = "batch"
    writes: ClassVar[bool] = True
    operations: Wire = checked(OPERATIONS)
    transaction_id: Wire = checked(TEXT, default=None)


@message
class ReadBatchRequest(FieldRequest):
    """Run reads as one transaction: all see the same state.

    It keeps no writer waiting and waits for none, and is repeated where its reply was
    lost.

    Attributes:
        operations: as those of a :class:`BatchRequest`; none of them writes.
        transaction_id: as there.
    """

    name: ClassVar[str] = "read_batch"
    operations: Wire = checked(OPERATIONS)
    transaction_id: Wire = checked(TEXT, default=None)
