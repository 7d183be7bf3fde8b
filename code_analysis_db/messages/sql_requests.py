"""Requests that carry SQL text of the database's own dialect."""

from __future__ import annotations

from typing import ClassVar

from .base_request import FieldRequest, checked
from .check import PARAMS, PARAMS_LIST, TEXT
from .converter import Wire
from .message import message


@message
class ExecuteRequest(FieldRequest):
    """Run one statement; whether it writes is seen from its text by the driver."""

    name: ClassVar[str] = "execute"
    writes: ClassVar[bool] = True
    sql: Wire = checked(TEXT)
    params: Wire = checked(PARAMS, default=None)
    transaction_id: Wire = checked(TEXT, default=None)


@message
class ExecuteManyRequest(FieldRequest):
    """Run one statement for each set of parameters, all or nothing."""

    name: ClassVar[str] = "execute_many"
    writes: ClassVar[bool] = True
    sql: Wire = checked(TEXT)
    params_list: Wire = checked(PARAMS_LIST)
    transaction_id: Wire = checked(TEXT, default=None)
