"""Faults of a definition, collected with their paths and raised together."""

from __future__ import annotations

from typing import List, Optional

from ..exceptions import SchemaDefinitionError


class Faults:
    """The faults found so far in one definition.

    A path says where in the caller's words: ``columns[2] 'name'.length``.
    """

    def __init__(self) -> None:
        """Start with none."""
        self._messages: List[str] = []
        self._prefix = ""
        self._parent: Optional[Faults] = None

    def __bool__(self) -> bool:
        """Tell whether there is a fault."""
        return bool(self._messages)

    def within(self, path: str) -> Faults:
        """Return the faults of a part, whose paths go on from ``path``.

        They are kept here too, and only the part's own make it true.
        """
        part = Faults()
        part._prefix = path
        part._parent = self
        return part

    def add(self, path: str, message: str) -> None:
        """Keep a fault."""
        self._messages.append(f"{path}: {message}" if path else message)
        if self._parent is not None:
            whole = f"{self._prefix}.{path}" if path else self._prefix
            self._parent.add(whole, message)

    def raise_any(self, subject: str, table: Optional[str] = None) -> None:
        """Raise one error that names every fault, if there is any."""
        if self._messages:
            listed = "; ".join(self._messages)
            raise SchemaDefinitionError(f"{subject}: {listed}", table=table)
