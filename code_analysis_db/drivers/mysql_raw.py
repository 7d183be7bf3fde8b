"""Raw SQL on MySQL and MariaDB."""

from __future__ import annotations

from typing import Any, List, Sequence

from .mysql_raw_type import decode_rows
from .mysql_session import MySQLSession
from .pooled.raw import PooledRawSql
from .pooled.session import Outcome


class MySQLRawSql(PooledRawSql[MySQLSession]):
    """Runs statements of the server's SQL."""

    def decode(self, ran: Outcome) -> List[Sequence[Any]]:
        """Return the rows of a result as values, by the types of its columns."""
        return decode_rows(ran.type_codes, ran.rows)
