"""The methods over rows, called on a driver in the test's own process.

A driver takes and gives blocks of rows where the unified interface has dicts.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.rows import Row, RowBlock, blocks_from_dicts

from .direct_batch import DirectBatch
from .direct_stream import DirectStream
from .interface import Where


def _dicts(done: Union[List[Any], int, RowBlock]) -> Any:
    """Return rows as dicts, anything else as it is."""
    return done.to_dicts() if isinstance(done, RowBlock) else done


def _only(done: Union[List[Any], RowBlock]) -> Any:
    """Return the one id or row, None where there is none."""
    found = _dicts(done)
    return found[0] if found else None


class DirectRows:
    """The methods over rows, in no transaction or in one.

    Attributes:
        driver: what they call.
    """

    def __init__(
        self, driver: BaseDatabaseDriver, transaction_id: Optional[str] = None
    ) -> None:
        """Call ``driver``, within a transaction if its id is given."""
        self.driver = driver
        self._transaction_id = transaction_id

    def _join(self, transaction_id: Optional[str]) -> Optional[str]:
        """Return the transaction that a call with this one belongs to."""
        return self._transaction_id if transaction_id is None else transaction_id

    def insert(
        self,
        table_name: str,
        data: Mapping[str, Any],
        *,
        on_conflict: Optional[str] = None,
        returning: Any = None,
        transaction_id: Optional[str] = None,
    ) -> Any:
        """Insert a block of one row."""
        return self.driver.insert_row(
            table_name,
            data,
            on_conflict=on_conflict,
            returning=returning,
            transaction_id=self._join(transaction_id),
        )

    def insert_many(
        self,
        table_name: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        on_conflict: Optional[str] = None,
        returning: Any = None,
        transaction_id: Optional[str] = None,
    ) -> List[Any]:
        """Insert blocks."""
        done = self.driver.insert_blocks(
            table_name,
            list(blocks_from_dicts(rows)),
            on_conflict=on_conflict,
            returning=returning,
            transaction_id=self._join(transaction_id),
        )
        found: List[Any] = _dicts(done)
        return found

    def upsert(
        self,
        table_name: str,
        data: Mapping[str, Any],
        *,
        conflict_columns: Optional[Sequence[str]] = None,
        returning: Any = None,
        transaction_id: Optional[str] = None,
    ) -> Any:
        """Upsert a block of one row."""
        done = self.driver.upsert_blocks(
            table_name,
            [RowBlock(list(data), [list(data.values())])],
            conflict_columns=conflict_columns,
            returning=returning,
            transaction_id=self._join(transaction_id),
        )
        return _only(done)

    def upsert_many(
        self,
        table_name: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        conflict_columns: Optional[Sequence[str]] = None,
        returning: Any = None,
        transaction_id: Optional[str] = None,
    ) -> List[Any]:
        """Upsert blocks."""
        done = self.driver.upsert_blocks(
            table_name,
            list(blocks_from_dicts(rows)),
            conflict_columns=conflict_columns,
            returning=returning,
            transaction_id=self._join(transaction_id),
        )
        found: List[Any] = _dicts(done)
        return found

    def update(
        self,
        table_name: str,
        where: Where,
        data: Mapping[str, Any],
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: Any = None,
        transaction_id: Optional[str] = None,
    ) -> Any:
        """Update rows."""
        done = self.driver.update_rows(
            table_name,
            where,
            data,
            all_rows=all_rows,
            max_affected=max_affected,
            returning=returning,
            transaction_id=self._join(transaction_id),
        )
        return _dicts(done)

    def delete(
        self,
        table_name: str,
        where: Where,
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: Any = None,
        transaction_id: Optional[str] = None,
    ) -> Any:
        """Delete rows."""
        done = self.driver.delete_rows(
            table_name,
            where,
            all_rows=all_rows,
            max_affected=max_affected,
            returning=returning,
            transaction_id=self._join(transaction_id),
        )
        return _dicts(done)

    def select(
        self, *args: Any, transaction_id: Optional[str] = None, **kwargs: Any
    ) -> List[Row]:
        """Select rows."""
        transaction_id = self._join(transaction_id)
        return self.driver.select(*args, transaction_id=transaction_id, **kwargs)

    def select_iter(
        self,
        *args: Any,
        chunk_size: int = 1000,
        transaction_id: Optional[str] = None,
        **kwargs: Any,
    ) -> DirectStream:
        """Read a cursor a chunk at a time."""
        transaction_id = self._join(transaction_id)
        cursor = self.driver.open_select(*args, transaction_id=transaction_id, **kwargs)
        return DirectStream(cursor, chunk_size)

    def count(self, *args: Any, transaction_id: Optional[str] = None) -> int:
        """Count rows."""
        return self.driver.count(*args, transaction_id=self._join(transaction_id))

    def search(
        self,
        *args: Any,
        transaction_id: Optional[str] = None,
        **kwargs: Any,
    ) -> List[Row]:
        """Search rows."""
        transaction_id = self._join(transaction_id)
        found = self.driver.search(*args, transaction_id=transaction_id, **kwargs)
        return found.to_dicts()

    def aggregate(
        self, *args: Any, transaction_id: Optional[str] = None, **kwargs: Any
    ) -> List[Row]:
        """Aggregate rows."""
        transaction_id = self._join(transaction_id)
        found = self.driver.aggregate(*args, transaction_id=transaction_id, **kwargs)
        return found.to_dicts()

    def execute(
        self, sql: str, params: Any = None, *, transaction_id: Optional[str] = None
    ) -> Dict[str, Any]:
        """Run a statement."""
        transaction_id = self._join(transaction_id)
        return self.driver.execute(sql, params, transaction_id=transaction_id)

    def execute_many(
        self,
        sql: str,
        params_list: Sequence[Any],
        *,
        transaction_id: Optional[str] = None,
    ) -> int:
        """Run a statement for each set of parameters."""
        transaction_id = self._join(transaction_id)
        return self.driver.execute_many(sql, params_list, transaction_id=transaction_id)

    def batch(self, *, transaction_id: Optional[str] = None) -> DirectBatch:
        """Collect operations for one ``atomic`` block."""
        joined = self._join(transaction_id)
        rows = DirectRows(self.driver, joined)
        return DirectBatch(rows, self.driver.atomic(joined))
