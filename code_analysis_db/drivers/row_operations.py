"""Reading and writing the rows of tables: the part of a driver's interface that is
used most.

A driver implements what takes and gives blocks of rows; the forms that the standard
names (``insert``, ``update``, ``select`` …) are made of it here, the same for all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, List, Mapping, Optional, Sequence, Union

from ..dialects.selection import Selection
from ..rows import Row, RowBlock, blocks_from_dicts
from .row_cursor import RowCursor

RowId = Union[int, str, None]
Where = Mapping[str, Any]
OrderBy = Union[str, Sequence[Any]]
Returning = Union[Sequence[str], str, None]
_PORTION = 10_000
SNIPPET_LENGTH = 160
"""Letters that a search shows of a line."""


class RowOperations(ABC):
    """What can be done with the rows of a table."""

    # --- writing -----------------------------------------------------------------

    @abstractmethod
    def insert_blocks(
        self,
        table_name: str,
        blocks: Sequence[RowBlock],
        *,
        on_conflict: Optional[str] = None,
        returning: Returning = None,
        transaction_id: Optional[str] = None,
    ) -> Union[List[RowId], RowBlock]:
        """Insert rows, all or nothing, and return their ids in the rows' order.

        Args:
            on_conflict: ``"ignore"`` skips a row that meets a key which exists (its id
                is None), ``"update"`` overwrites that row; None raises.
            returning: columns (``"*"`` for all) of the rows as stored, returned as a
                block instead of the ids.
        """

    @abstractmethod
    def upsert_blocks(
        self,
        table_name: str,
        blocks: Sequence[RowBlock],
        *,
        conflict_columns: Optional[Sequence[str]] = None,
        returning: Returning = None,
        transaction_id: Optional[str] = None,
    ) -> Union[List[RowId], RowBlock]:
        """Insert each row, or update the one that has its ``conflict_columns``.

        ``conflict_columns`` defaults to the primary key; a conflict on another key
        raises :class:`~code_analysis_db.exceptions.UniqueViolationError`.
        """

    @abstractmethod
    def update_rows(
        self,
        table_name: str,
        where: Where,
        data: Mapping[str, Any],
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: Returning = None,
        transaction_id: Optional[str] = None,
    ) -> Union[int, RowBlock]:
        """Update the rows that match and return how many matched, or the rows.

        Raises:
            GuardError: ``where`` is empty and ``all_rows`` not set, or more rows than
                ``max_affected`` matched (nothing is changed).
        """

    @abstractmethod
    def delete_rows(
        self,
        table_name: str,
        where: Where,
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: Returning = None,
        transaction_id: Optional[str] = None,
    ) -> Union[int, RowBlock]:
        """Delete the rows that match and return how many, or the rows; guarded as
        :meth:`update_rows` is."""

    # --- reading -----------------------------------------------------------------

    @abstractmethod
    def open_select(
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
        stream: bool = False,
        transaction_id: Optional[str] = None,
    ) -> RowCursor:
        """Start a select and return its cursor.

        Args:
            stream: read the rows as they are fetched, in bounded memory; else a driver
                may read them all at once and let go of its connection.
            after: the values of the ``order_by`` columns in the last row of the page
                before (keyset paging).
        """

    def select_few(self, wanted: Selection, most: int) -> Optional[RowBlock]:
        """Return the rows that match, None where there are more than ``most``.

        A driver overrides it where that is to be had for less than a cursor.
        """
        cursor = self.open_select(
            wanted.table_name,
            wanted.where,
            wanted.columns,
            wanted.limit,
            wanted.offset,
            wanted.order_by,
            distinct=wanted.distinct,
            after=wanted.after,
            transaction_id=wanted.transaction_id,
        )
        try:
            rows = cursor.fetch(most + 1)
        finally:
            cursor.close()
        return None if len(rows) > most else RowBlock(cursor.columns, rows)

    @abstractmethod
    def count(
        self,
        table_name: str,
        where: Optional[Where] = None,
        *,
        transaction_id: Optional[str] = None,
    ) -> int:
        """Return how many rows match."""

    @abstractmethod
    def aggregate(
        self,
        table_name: str,
        aggregates: Mapping[str, Sequence[str]],
        where: Optional[Where] = None,
        group_by: Optional[Sequence[str]] = None,
        *,
        transaction_id: Optional[str] = None,
    ) -> RowBlock:
        """Aggregate the rows that match.

        Args:
            aggregates: result name to ``(function, column)``; functions are ``count``,
                ``count_distinct``, ``sum``, ``avg``, ``min``, ``max``; ``("count",
                "*")`` counts rows.
            group_by: columns that come first in each result row, in their order.
        """

    @abstractmethod
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
        snippet_length: int = SNIPPET_LENGTH,
        transaction_id: Optional[str] = None,
    ) -> RowBlock:
        """Return the best of the rows that a query finds, the best one first.

        The rows have the columns and two more: ``rank``, of which more is better, and
        ``snippet``, a dict (see :class:`~code_analysis_db.fulltext.Snippet`) or None.

        Args:
            query: in the language of :mod:`code_analysis_db.fulltext.query`.
            index: the fulltext index to ask; None for the table's only one.
            where: what the rows must be, beside being found.
            limit: the most rows to return.
            offset: how many of the best to leave out first.
            snippet_length: letters of a snippet's line; 0 for no snippets.
        """

    # --- the standard's forms, made of the above ---------------------------------

    def insert_row(
        self,
        table_name: str,
        data: Mapping[str, Any],
        *,
        on_conflict: Optional[str] = None,
        returning: Returning = None,
        transaction_id: Optional[str] = None,
    ) -> Union[RowId, Row]:
        """Insert a row and return its id, or the row where ``returning`` is given.

        None where ``on_conflict="ignore"`` left the row out.
        """
        done = self.insert_blocks(
            table_name,
            [RowBlock(list(data), [list(data.values())])],
            on_conflict=on_conflict,
            returning=returning,
            transaction_id=transaction_id,
        )
        if isinstance(done, RowBlock):
            rows = done.to_dicts()
            return rows[0] if rows else None
        return done[0]

    def insert(
        self,
        table_name: str,
        data: Mapping[str, Any],
        *,
        on_conflict: Optional[str] = None,
        transaction_id: Optional[str] = None,
    ) -> int:
        """Insert a row and return the number of rows inserted."""
        row_id = self.insert_row(
            table_name, data, on_conflict=on_conflict, transaction_id=transaction_id
        )
        return 0 if row_id is None else 1

    def insert_many(
        self,
        table_name: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        on_conflict: Optional[str] = None,
        transaction_id: Optional[str] = None,
    ) -> List[RowId]:
        """Insert rows, all or nothing, and return their ids in the rows' order."""
        done = self.insert_blocks(
            table_name,
            list(blocks_from_dicts(rows)),
            on_conflict=on_conflict,
            transaction_id=transaction_id,
        )
        assert isinstance(done, list)
        return done

    def update(
        self,
        table_name: str,
        where: Where,
        data: Mapping[str, Any],
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        transaction_id: Optional[str] = None,
    ) -> int:
        """Update the rows that match and return how many matched."""
        done = self.update_rows(
            table_name,
            where,
            data,
            all_rows=all_rows,
            max_affected=max_affected,
            transaction_id=transaction_id,
        )
        assert isinstance(done, int)
        return done

    def delete(
        self,
        table_name: str,
        where: Where,
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        transaction_id: Optional[str] = None,
    ) -> int:
        """Delete the rows that match and return how many."""
        done = self.delete_rows(
            table_name,
            where,
            all_rows=all_rows,
            max_affected=max_affected,
            transaction_id=transaction_id,
        )
        assert isinstance(done, int)
        return done

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
    ) -> List[Row]:
        """Select rows as dicts, all at once."""
        cursor = self.open_select(
            table_name,
            where,
            columns,
            limit,
            offset,
            order_by,
            distinct=distinct,
            after=after,
            transaction_id=transaction_id,
        )
        rows: List[Row] = []
        try:
            while True:
                portion = cursor.fetch(_PORTION)
                rows += RowBlock(cursor.columns, portion).to_dicts()
                if len(portion) < _PORTION:
                    return rows
        finally:
            cursor.close()
