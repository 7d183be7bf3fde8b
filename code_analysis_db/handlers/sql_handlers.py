"""Requests that carry SQL text of the database's own dialect."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from ..drivers.base import BaseDatabaseDriver
from ..messages.base_result import FieldResult
from ..request import ExecuteManyRequest, ExecuteRequest
from ..result import SuccessResult
from .handler import HandlerTable


class SqlHandlers:
    """Runs raw statements."""

    def __init__(self, driver: BaseDatabaseDriver) -> None:
        """Run through ``driver``."""
        self._driver = driver

    def handlers(self) -> HandlerTable:
        """Return the method that answers each class of request."""
        return {
            ExecuteRequest: self._execute,
            ExecuteManyRequest: self._execute_many,
        }

    def _execute(self, request: ExecuteRequest) -> FieldResult:
        """Run one statement."""
        done = self._driver.execute(
            request.sql, request.params, transaction_id=request.transaction_id
        )
        data: Optional[List[Dict[str, Any]]] = done["data"]
        columns = list(data[0]) if data else ([] if data is not None else None)
        rows = None if data is None else [list(row.values()) for row in data]
        return SuccessResult(
            {
                "affected_rows": done["affected_rows"],
                "last_insert_id": done["last_insert_id"],
                "columns": columns,
                "rows": rows,
            }
        )

    def _execute_many(self, request: ExecuteManyRequest) -> FieldResult:
        """Run one statement for each set of parameters."""
        affected = self._driver.execute_many(
            request.sql, request.params_list, transaction_id=request.transaction_id
        )
        return SuccessResult({"affected_rows": affected})
