"""The errors' family tree is what callers may rely on."""

from __future__ import annotations

from typing import Type

import pytest

from code_analysis_db import exceptions as e


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        (e.DriverConnectionError, e.DriverError),
        (e.ConfigurationError, e.DriverConnectionError),
        (e.UnknownDriverError, ValueError),
        (e.OutcomeUnknownError, e.DriverConnectionError),
        (e.DriverTransactionError, e.DriverError),
        (e.DriverQueryError, e.DriverError),
        (e.UniqueViolationError, e.DriverIntegrityError),
        (e.DriverIntegrityError, e.DriverQueryError),
        (e.ProjectGoneError, e.ForeignKeyViolationError),
        (e.InvalidValueError, e.DriverQueryError),
        (e.GuardError, e.DriverQueryError),
        (e.ReadOnlyError, e.DriverQueryError),
        (e.DeadlockError, e.RetryableError),
        (e.SerializationError, e.RetryableError),
        (e.RequestTimeoutError, TimeoutError),
    ],
)
def test_error_is_also_its_parent(
    child: Type[BaseException], parent: Type[BaseException]
) -> None:
    """``except`` of the parent catches the child."""
    assert issubclass(child, parent)
    assert isinstance(child("x"), parent)


def test_details_leave_out_what_is_unknown() -> None:
    """An attribute is always there; a detail only where something is known."""
    error = e.UniqueViolationError("taken", table="t")
    assert error.details() == {"table": "t"}
    assert error.column is None
    assert error.constraint is None
    assert error.database_code is None
