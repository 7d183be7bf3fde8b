"""Raw SQL on a server.

A statement goes as it is, alone.  A query counts as a write where the connection is
lost: it may call functions that write.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, Sequence

from ...dialects.sql_text import SqlText
from ..raw_sql import CHANGING, INSERTING, RawSql, outcome
from ..scope import Scope
from .pool import SS
from .session import Outcome


class PooledRawSql(RawSql[SS]):
    """Runs statements of the server's SQL."""

    write_is_several = False

    def run(self, sql: str, params: Sequence[Any], session: SS) -> Outcome:
        """Run a statement; the rows that it gave are values of the types of their
        columns."""
        return session.execute(sql, params)

    def read(self, scope: Scope[SS], sql: str, params: Sequence[Any]) -> Dict[str, Any]:
        """Run a query and return its rows as ``execute`` does."""
        ran = scope.write(partial(self.run, sql, params), several=False)
        return outcome(0, 0, ran.columns, ran.rows)

    def write(
        self, text: SqlText, sql: str, params: Sequence[Any], session: SS
    ) -> Dict[str, Any]:
        """Run any other statement inside a scope's ``write``."""
        ran = self.run(sql, params, session)
        affected = ran.row_count if text.verb in CHANGING else 0
        last_id = ran.last_id if affected and text.verb in INSERTING else 0
        return outcome(affected, last_id, ran.columns or None, ran.rows)

    def write_many(
        self, sql: str, params_list: Sequence[Sequence[Any]], session: SS
    ) -> int:
        """Run a statement for each item inside a scope's ``write``."""
        return sum(session.execute(sql, params).row_count for params in params_list)
