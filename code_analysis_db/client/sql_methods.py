"""The methods that run SQL of the database's own dialect."""

from __future__ import annotations

from typing import Any, Dict, Optional, Sequence

from ..messages.sql_requests import ExecuteManyRequest, ExecuteRequest
from .aliases import Params
from .request_methods import RequestMethods
from .result_reading import field, outcome

_affected_rows = field("affected_rows")


class SqlMethods(RequestMethods):
    """Raw SQL: one statement, with ``?`` or ``:name`` placeholders on every database.

    Transaction control is refused: there are methods for it.  ``transaction_id`` is the
    open transaction that the statement belongs to, ``timeout`` the seconds that it may
    take, waiting included.
    """

    def execute(
        self,
        sql: str,
        params: Optional[Params] = None,
        *,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Dict[str, Any]:
        """Run a statement.

        It is never repeated by itself when the connection is lost: what it does is not
        known from outside.

        Returns:
            ``affected_rows``, ``last_insert_id`` (0 where there is none) and ``data``:
            a list of dicts for a statement that returns rows, else None.
        """
        request = ExecuteRequest(sql, params, self._join(transaction_id))
        return self._perform(request, outcome, timeout)

    def execute_many(
        self,
        sql: str,
        params_list: Sequence[Params],
        *,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> int:
        """Run a statement for each set of parameters, all or nothing.

        Returns:
            How many rows were affected in all.
        """
        request = ExecuteManyRequest(sql, params_list, self._join(transaction_id))
        affected: int = self._perform(request, _affected_rows, timeout)
        return affected
