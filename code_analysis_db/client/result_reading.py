"""What a caller gets of a result.

Each function here is the ``read`` of a request: it takes the result that answers it,
which the driver's side of the interface fixes, and returns the method's value.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional

from ..messages.data_result import DataResult
from ..rows import Row

#: Reads the rows as dicts.
rows_of = DataResult.to_dicts


def field(name: str) -> Callable[[Any], Any]:
    """Return a function that reads one field of a :class:`SuccessResult`."""

    def read(result: Any) -> Any:
        """Read the field."""
        return result.data[name]

    return read


def first_row(result: DataResult) -> Optional[Row]:
    """Read the only row, None where there is none."""
    rows = result.to_dicts()
    return rows[0] if rows else None


def first_row_id(result: Any) -> Any:
    """Read the id of the only row."""
    return result.data["row_ids"][0]


def outcome(result: Any) -> Dict[str, Any]:
    """Read what raw SQL gave: the rows as dicts, beside the counts."""
    found = result.data
    data = None
    if found["columns"] is not None:
        data = DataResult(found["columns"], found["rows"]).to_dicts()
    return {
        "affected_rows": found["affected_rows"],
        "last_insert_id": found["last_insert_id"],
        "data": data,
    }
