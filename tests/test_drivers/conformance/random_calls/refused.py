"""What the model raises where a database would refuse a call."""

from __future__ import annotations

from typing import Type

from code_analysis_db.exceptions import DriverError


class Refused(Exception):
    """A call is refused.

    Where it violates several constraints at once, databases find another one first:
    any of them will do.

    Attributes:
        kinds: the classes of error of which it must be one.
    """

    def __init__(self, *kinds: Type[DriverError]) -> None:
        """Refuse with an error of one of these classes."""
        super().__init__(", ".join(sorted(kind.__name__ for kind in kinds)))
        self.kinds = frozenset(kinds)
