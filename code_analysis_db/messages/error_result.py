"""The result of a request that failed."""

from __future__ import annotations


import attrs

from ..exceptions import DriverError, error_from_fields
from .base_result import FieldResult
from .converter import Wire
from .message import message


@message
class ErrorResult(FieldResult):
    """The request failed and nothing was applied.

    Attributes:
        error_code: the error class's stable code.
        description: the error's message.
        details: what else is known: the database's own code, the table, the column,
            the constraint.
    """

    error_code: Wire
    description: Wire
    details: Wire = attrs.field(factory=dict)

    @classmethod
    def of_error(cls, error: DriverError) -> "ErrorResult":
        """Make the result that carries ``error``."""
        return cls(error.code, error.message, error.details())

    def to_exception(self) -> DriverError:
        """Return the error as the class that was raised in the driver."""
        return error_from_fields(self.error_code, self.description, self.details)

    def is_error(self) -> bool:
        """Whether the request failed: always."""
        return True
