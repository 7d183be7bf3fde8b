"""An index of a table."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional, Tuple, Union

import attrs

from ..enums import Direction


@attrs.frozen(slots=True)
class IndexColumn:
    """A column in an index, with its direction."""

    name: str
    direction: Direction = Direction.ASC


@attrs.frozen(slots=True)
class PartialCondition:
    """Which rows a partial index holds: a ``where`` dict, or SQL text.

    Attributes:
        sql: the text, None where it was given as a dict.
        encoded: the dict as JSON (so that the condition hashes), None for text.
    """

    sql: Optional[str] = None
    encoded: Optional[str] = None

    @property
    def where(self) -> Optional[Dict[str, Any]]:
        """The dict, None where the condition is text."""
        if self.encoded is None:
            return None
        where: Dict[str, Any] = json.loads(self.encoded)
        return where

    @property
    def given(self) -> Union[Dict[str, Any], str, None]:
        """The condition as a definition states it."""
        return self.sql if self.encoded is None else self.where


@attrs.frozen(slots=True)
class Index:
    """An index.

    Attributes:
        name: unique in the whole database; derived where none was given.
        columns: in the order of the index.
        unique: whether no two rows have the same values.
        where: the rows that a partial index holds, None for all.
        fulltext: whether it is for searching words.
    """

    name: str
    columns: Tuple[IndexColumn, ...]
    unique: bool = False
    where: Optional[PartialCondition] = None
    fulltext: bool = False

    @property
    def column_names(self) -> Tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)
