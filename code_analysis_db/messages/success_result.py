"""The result of a request that gives no rows."""

from __future__ import annotations


from .base_result import FieldResult
from .converter import Wire
from .message import message


@message
class SuccessResult(FieldResult):
    """The request was done.

    Attributes:
        data: what it gives, as a dict such as ``{"row_id": 7}``.
    """

    data: Wire = None
