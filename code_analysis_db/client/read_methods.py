"""The methods that read rows of one table."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Sequence

from ..messages.read_requests import (
    AggregateRequest,
    CountRequest,
    SearchRequest,
    SelectRequest,
)
from ..rows import Row
from .aliases import OrderBy, Where
from .request_methods import RequestMethods
from .result_reading import field, rows_of

_count = field("count")


class ReadMethods(RequestMethods):
    """Selects, counts and aggregates.

    ``transaction_id`` is the open transaction that the read belongs to, ``timeout`` the
    seconds that it may take, waiting included.
    """

    def select(
        self,
        table_name: str,
        where: Optional[Where] = None,
        columns: Optional[Sequence[str]] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        order_by: Optional[OrderBy] = None,
        *,
        distinct: bool = False,
        after: Optional[Sequence[Any]] = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> List[Row]:
        """Return the rows that match, as dicts; in no order unless one is asked for.

        Args:
            where: columns and what they must be; None for all rows.
            columns: the columns of the result; None for all.
            limit: the most rows to return.
            offset: how many rows to leave out first.
            order_by: a column's name, or a list of names and of pairs
                ``("name", "DESC")``.  NULLs come first ascending and last descending.
            distinct: leave out rows that are equal to another.
            after: the ``order_by`` values of the last row of the page before: the rows
                that follow it (keyset paging).

        Raises:
            UnknownTableError, UnknownColumnError: there is no such table or column.
            DriverQueryError: the condition or the order cannot be understood.
        """
        transaction_id = self._join(transaction_id)
        return self._perform(
            SelectRequest(
                table_name,
                where,
                columns,
                limit,
                offset,
                order_by,
                distinct,
                after,
                transaction_id,
            ),
            rows_of,
            timeout,
        )

    def search(
        self,
        table_name: str,
        query: str,
        *,
        index: Optional[str] = None,
        where: Optional[Where] = None,
        columns: Optional[Sequence[str]] = None,
        limit: int = 20,
        offset: Optional[int] = None,
        snippet_length: int = 160,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> List[Row]:
        """Return the best of the rows that a query finds in a fulltext index.

        Any text is a query: words, of which all must be there; ``"words in quotes"``
        one after the other; ``-word`` must not be there; ``this OR that``; ``word*``
        for any word that starts so.  Case does not matter, and the parts of
        identifiers are words.  ``where={column: {"match": query}}`` finds the same
        rows, in the methods that take a ``where``.

        Each row has the columns and two more: ``rank``, a float of which more is
        better, and ``snippet``, a dict: ``column``, ``line`` (from 1), ``text`` (of
        that line) and ``ranges``, pairs of where the words are in it; None where the
        words are in no one line.

        Args:
            index: the fulltext index to ask; None for the table's only one.
            where: what the rows must be, beside being found.
            columns: the columns of the result; None for all.
            limit: the most rows to return.
            offset: how many of the best to leave out first.
            snippet_length: letters of a snippet's text; 0 for no snippets.

        Raises:
            UnsupportedError: the database has no full-text search.
            DriverQueryError: the table has no fulltext index, or several.
        """
        request = SearchRequest(
            table_name,
            query,
            index,
            where,
            columns,
            limit,
            offset,
            snippet_length,
            self._join(transaction_id),
        )
        return self._perform(request, rows_of, timeout)

    def count(
        self,
        table_name: str,
        where: Optional[Where] = None,
        *,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> int:
        """Return how many rows match."""
        request = CountRequest(table_name, where, self._join(transaction_id))
        count: int = self._perform(request, _count, timeout)
        return count

    def aggregate(
        self,
        table_name: str,
        aggregates: Mapping[str, Sequence[str]],
        where: Optional[Where] = None,
        group_by: Optional[Sequence[str]] = None,
        *,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> List[Row]:
        """Return one row for each group of the rows that match, or one for them all.

        Args:
            aggregates: result name to ``(function, column)``.  The functions are
                ``count``, ``count_distinct``, ``sum``, ``avg``, ``min`` and ``max``;
                ``("count", "*")`` counts rows.
            group_by: columns whose values make a group; they are in its row too.
        """
        transaction_id = self._join(transaction_id)
        return self._perform(
            AggregateRequest(table_name, aggregates, where, group_by, transaction_id),
            rows_of,
            timeout,
        )
