"""Keeps the words of rows that somebody else than the driver's statements has written,
where a database does not do that by itself.
"""

from __future__ import annotations

from typing import Any, Generic, Iterable, Sequence

from ..dialects.base import Dialect
from ..dialects.column_fulltext import ColumnFulltext
from ..dialects.fulltext import fulltext_indexes
from ..schema import Table
from .scope import S

_PORTION = 200


class FulltextUpkeep(Generic[S]):
    """Analyses contents anew whose words are not theirs."""

    def __init__(self, dialect: Dialect) -> None:
        """Look after tables in the words of ``dialect``."""
        self._fulltext = dialect.fulltext

    def refresh(self, session: S, tables: Iterable[Table]) -> None:
        """Analyse what is to be, within the session's transaction."""
        fulltext = self._fulltext
        if not isinstance(fulltext, ColumnFulltext):
            return
        for table in tables:
            if fulltext_indexes(table):
                self._refresh(session, table, fulltext)

    def _refresh(self, session: S, table: Table, fulltext: ColumnFulltext) -> None:
        """Analyse the rows of one table, a portion at a time."""
        hidden = fulltext.hidden(table)
        sources = list(dict.fromkeys(column.source for column in hidden))
        keys = len(table.primary_key)
        find, update = fulltext.stale(table), fulltext.refresh(table)
        before: Sequence[Sequence[Any]] = ()
        rows = session.query(find, [_PORTION])
        # rows that stay stale whatever is written would be found for ever
        while rows and rows != before:
            for row in rows:
                contents = dict(zip(sources, row[keys:]))
                words = [column.write(contents[column.source]) for column in hidden]
                session.query(update, [*words, *row[:keys]])
            before, rows = rows, session.query(find, [_PORTION])
