"""The methods that write rows of one table."""

from __future__ import annotations

from typing import (
    Any,
    Iterable,
    List,
    Mapping,
    Optional,
    Sequence,
    Type,
    Union,
    overload,
)

from ..messages.row_requests import (
    DeleteRequest,
    InsertManyRequest,
    InsertRequest,
    UpdateRequest,
    UpsertManyRequest,
)
from ..rows import Row
from .aliases import Returning, RowId, Where
from .request_methods import RequestMethods
from .result_reading import field, first_row, first_row_id, rows_of
from .row_parts import PART_ROWS, RowParts

_row_id = field("row_id")
_row_ids = field("row_ids")
_affected_rows = field("affected_rows")


class WriteMethods(RequestMethods):
    """Inserts, upserts, updates and deletes.

    Each is all or nothing.  Keywords that they share:

    * ``returning``: columns, or ``"*"``, of the rows as they are stored (of a delete:
      were stored), returned as dicts instead of ids or counts;
    * ``transaction_id``: the open transaction that the write belongs to;
    * ``timeout``: seconds that it may take, waiting included.
    """

    @overload
    def insert(
        self,
        table_name: str,
        data: Mapping[str, Any],
        *,
        on_conflict: Optional[str] = None,
        returning: None = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> RowId:
        """Return the row's id."""

    @overload
    def insert(
        self,
        table_name: str,
        data: Mapping[str, Any],
        *,
        on_conflict: Optional[str] = None,
        returning: Returning,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Optional[Row]:
        """Return the row."""

    def insert(
        self,
        table_name: str,
        data: Mapping[str, Any],
        *,
        on_conflict: Optional[str] = None,
        returning: Optional[Returning] = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Any:
        """Insert a row and return its id.

        The id is the value of the table's single-column primary key, generated or
        given, and 0 where the table has none.

        Args:
            on_conflict: what happens when a key exists already: ``"ignore"`` leaves
                the row out and returns None, ``"update"`` overwrites the other row,
                None raises.

        Raises:
            UniqueViolationError: a key exists already.
            DriverIntegrityError: another constraint is violated.
            UnknownTableError, UnknownColumnError, InvalidValueError: the row does not
                fit the table.
        """
        transaction_id = self._join(transaction_id)
        return self._perform(
            InsertRequest(table_name, data, on_conflict, returning, transaction_id),
            _row_id if returning is None else first_row,
            timeout,
        )

    @overload
    def insert_many(
        self,
        table_name: str,
        rows: Iterable[Mapping[str, Any]],
        *,
        on_conflict: Optional[str] = None,
        returning: None = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> List[RowId]:
        """Return the rows' ids."""

    @overload
    def insert_many(
        self,
        table_name: str,
        rows: Iterable[Mapping[str, Any]],
        *,
        on_conflict: Optional[str] = None,
        returning: Returning,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> List[Row]:
        """Return the rows."""

    def insert_many(
        self,
        table_name: str,
        rows: Iterable[Mapping[str, Any]],
        *,
        on_conflict: Optional[str] = None,
        returning: Optional[Returning] = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Any:
        """Insert rows, all or nothing, and return their ids in the rows' order.

        Rows may have different columns; a column that a row lacks takes its default.
        See :meth:`insert` for ``on_conflict``, which decides for each row.
        """
        fields = (on_conflict, returning, self._join(transaction_id))
        return self._perform_many(
            InsertManyRequest, table_name, rows, fields, returning, timeout
        )

    @overload
    def upsert(
        self,
        table_name: str,
        data: Mapping[str, Any],
        *,
        conflict_columns: Optional[Sequence[str]] = None,
        returning: None = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> RowId:
        """Return the row's id."""

    @overload
    def upsert(
        self,
        table_name: str,
        data: Mapping[str, Any],
        *,
        conflict_columns: Optional[Sequence[str]] = None,
        returning: Returning,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Row:
        """Return the row."""

    def upsert(
        self,
        table_name: str,
        data: Mapping[str, Any],
        *,
        conflict_columns: Optional[Sequence[str]] = None,
        returning: Optional[Returning] = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Any:
        """Insert a row, or update the one that has its key, and return its id.

        Args:
            conflict_columns: the key, which must be unique; None for the primary key.

        Raises:
            UniqueViolationError: another key than that one exists already.
        """
        block = list(RowParts([data]))
        transaction_id = self._join(transaction_id)
        return self._perform(
            UpsertManyRequest(
                table_name, block, conflict_columns, returning, transaction_id
            ),
            first_row_id if returning is None else first_row,
            timeout,
        )

    @overload
    def upsert_many(
        self,
        table_name: str,
        rows: Iterable[Mapping[str, Any]],
        *,
        conflict_columns: Optional[Sequence[str]] = None,
        returning: None = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> List[RowId]:
        """Return the rows' ids."""

    @overload
    def upsert_many(
        self,
        table_name: str,
        rows: Iterable[Mapping[str, Any]],
        *,
        conflict_columns: Optional[Sequence[str]] = None,
        returning: Returning,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> List[Row]:
        """Return the rows."""

    def upsert_many(
        self,
        table_name: str,
        rows: Iterable[Mapping[str, Any]],
        *,
        conflict_columns: Optional[Sequence[str]] = None,
        returning: Optional[Returning] = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Any:
        """Insert or update rows, all or nothing; return their ids in the rows' order.

        See :meth:`upsert` for ``conflict_columns``.
        """
        fields = (conflict_columns, returning, self._join(transaction_id))
        return self._perform_many(
            UpsertManyRequest, table_name, rows, fields, returning, timeout
        )

    @overload
    def update(
        self,
        table_name: str,
        where: Where,
        data: Mapping[str, Any],
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: None = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> int:
        """Return how many rows matched."""

    @overload
    def update(
        self,
        table_name: str,
        where: Where,
        data: Mapping[str, Any],
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: Returning,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> List[Row]:
        """Return the rows that matched."""

    def update(
        self,
        table_name: str,
        where: Where,
        data: Mapping[str, Any],
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: Optional[Returning] = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Any:
        """Update the rows that match and return how many matched.

        Args:
            all_rows: whether a ``where`` that leaves no row out is meant.
            max_affected: the most rows that may match.

        Raises:
            GuardError: ``where`` is empty and ``all_rows`` not set, or more rows than
                ``max_affected`` match; nothing is changed.
        """
        transaction_id = self._join(transaction_id)
        return self._perform(
            UpdateRequest(
                table_name,
                where,
                data,
                all_rows,
                max_affected,
                returning,
                transaction_id,
            ),
            _affected_rows if returning is None else rows_of,
            timeout,
        )

    @overload
    def delete(
        self,
        table_name: str,
        where: Where,
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: None = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> int:
        """Return how many rows were deleted."""

    @overload
    def delete(
        self,
        table_name: str,
        where: Where,
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: Returning,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> List[Row]:
        """Return the rows that were deleted."""

    def delete(
        self,
        table_name: str,
        where: Where,
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: Optional[Returning] = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Any:
        """Delete the rows that match and return how many.

        See :meth:`update` for ``all_rows`` and ``max_affected``, which guard it too.
        """
        transaction_id = self._join(transaction_id)
        return self._perform(
            DeleteRequest(
                table_name, where, all_rows, max_affected, returning, transaction_id
            ),
            _affected_rows if returning is None else rows_of,
            timeout,
        )

    def _perform_many(
        self,
        request_class: Type[Union[InsertManyRequest, UpsertManyRequest]],
        table_name: str,
        rows: Iterable[Mapping[str, Any]],
        fields: Any,
        returning: Optional[Returning],
        timeout: Optional[float],
    ) -> Any:
        """Send rows in one message, or in parts where they are many."""
        parts = RowParts(rows)
        read = _row_ids if returning is None else rows_of
        if len(parts) <= PART_ROWS:
            request = request_class(table_name, list(parts), *fields)
            return self._perform(request, read, timeout)
        request = request_class(table_name, [], *fields)
        return self._perform(request, read, timeout, ahead=parts)
