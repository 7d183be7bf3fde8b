"""The database drivers: one interface, a class a database, a registry of them."""

from __future__ import annotations

from .base import BaseDatabaseDriver
from .execution_context import BudgetExceeded, Deadline, ExecutionContext
from .limits import Limits
from .registry import create_driver, driver_names, register_driver
from .row_cursor import RowCursor
from .sqlite import SQLiteDriver

__all__ = [
    "create_driver",
    "register_driver",
    "driver_names",
    "BaseDatabaseDriver",
    "SQLiteDriver",
    "RowCursor",
    "Limits",
    "Deadline",
    "ExecutionContext",
    "BudgetExceeded",
]
