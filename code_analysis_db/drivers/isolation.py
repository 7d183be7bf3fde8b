"""The isolation levels of the SQL standard, by the names that callers use."""

from __future__ import annotations

from enum import Enum
from typing import Optional

from ..exceptions import DriverTransactionError
from ..schema import near_hint


class IsolationLevel(str, Enum):
    """A level of the SQL standard, from the weakest to the strongest."""

    READ_UNCOMMITTED = "read uncommitted"
    READ_COMMITTED = "read committed"
    REPEATABLE_READ = "repeatable read"
    SERIALIZABLE = "serializable"

    @classmethod
    def parse(cls, name: Optional[str], default: IsolationLevel) -> IsolationLevel:
        """Return the level of that name; case and ``_`` for a space do not matter.

        Raises:
            DriverTransactionError: there is no such level.
        """
        if name is None:
            return default
        known = {level.value: level for level in cls}
        level = known.get(str(name).lower().replace("_", " "))
        if level is None:
            hint = near_hint(str(name), known) or f"; known are {sorted(known)}"
            raise DriverTransactionError(f"unknown isolation level {name!r}{hint}")
        return level
