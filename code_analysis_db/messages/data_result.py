"""The result of a request that gives rows."""

from __future__ import annotations

from typing import List, Optional

from ..rows import Row, RowBlock, row_dicts
from .base_result import FieldResult
from .converter import Wire
from .message import message


@message
class DataResult(FieldResult):
    """Rows: the columns once, then the values of each row.

    Attributes:
        columns: the columns' names.
        rows: a sequence of values a row.
        cursor: the id under which more rows can be fetched, None at the end.
    """

    columns: Wire
    rows: Wire
    cursor: Wire = None

    @classmethod
    def of_block(cls, block: RowBlock, cursor: Optional[str] = None) -> "DataResult":
        """Make the result of a block of rows."""
        return cls(block.columns, block.rows, cursor)

    def to_dicts(self) -> List[Row]:
        """Return each row as a dict of its columns."""
        return row_dicts(self.columns, self.rows)
