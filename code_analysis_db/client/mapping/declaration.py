"""How a class says which table it maps to: one declaration for class and table.

A mapped class is an attrs class under :func:`mapped`; each attribute is a column whose
type and nullability follow from its annotation.  What an annotation alone cannot say is
added to it by ``Annotated`` and the markers here, so that type checkers and attrs see
plain attributes:

    >>> from typing import Annotated, List, Optional
    >>> import attrs
    >>> from uuid import UUID
    >>> from code_analysis_db.client.mapping.identity import new_id
    >>> @mapped("tickets", unique=[["title"]])
    ... @attrs.define(kw_only=True)
    ... class Ticket:
    ...     title: str
    ...     labels: Optional[List[str]] = None
    ...     id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)

This module only keeps what was declared; :mod:`.table_model` makes sense of it.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping, Optional, Sequence, Tuple, Type, TypeVar

import attrs

from ...enums import ReferenceAction
from ...exceptions import SchemaDefinitionError

_C = TypeVar("_C", bound=type)
_ATTRIBUTE = "__mapped_table__"


@attrs.frozen
class PrimaryKey:
    """Marks the key; a class has exactly one, given by the client."""


@attrs.frozen
class ForeignKey:
    """Marks a reference to another mapped class, by that class's key.

    Attributes:
        target: the class referred to.
        on_delete: what happens to the object when its target is deleted.
    """

    target: type
    on_delete: ReferenceAction = ReferenceAction.CASCADE


@attrs.frozen
class UpdatedAt:
    """Marks a time stamp that every save and update sets to the time now."""


def _names(columns: Sequence[str]) -> Tuple[str, ...]:
    """Return columns' names as a value."""
    return tuple(columns)


@attrs.frozen
class Index:
    """An index over several columns, or over some rows only.

    Attributes:
        columns: the columns in order.
        where: the rows that are in it, in the ``where`` grammar; None for all.
    """

    columns: Tuple[str, ...] = attrs.field(converter=_names)
    where: Optional[Mapping[str, Any]] = None


@attrs.frozen
class TableOptions:
    """What :func:`mapped` was told about a table."""

    name: str
    unique: Tuple[Tuple[str, ...], ...]
    indexes: Tuple[Index, ...]


def mapped(
    table_name: str,
    *,
    unique: Sequence[Sequence[str]] = (),
    indexes: Sequence[Index] = (),
) -> Callable[[_C], _C]:
    """Declare that an attrs class is stored in a table.

    Args:
        table_name: the table.
        unique: groups of columns whose values together occur once.
        indexes: the indexes besides those of the key and the unique groups.
    """
    options = TableOptions(table_name, tuple(map(_names, unique)), tuple(indexes))

    def declare(cls: _C) -> _C:
        """Leave the options on the class."""
        setattr(cls, _ATTRIBUTE, options)
        return cls

    return declare


def options_of(cls: Type[Any]) -> TableOptions:
    """Return what was declared for a class itself, not for one that it derives from.

    Raises:
        SchemaDefinitionError: nothing was declared, or it is no attrs class.
    """
    options = vars(cls).get(_ATTRIBUTE)
    if not isinstance(options, TableOptions) or not attrs.has(cls):
        raise SchemaDefinitionError(
            f"{cls.__qualname__!r} is not mapped to a table: put"
            " @mapped('table_name') above its @attrs.define"
        )
    return options
