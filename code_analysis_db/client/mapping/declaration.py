"""How a class says what its table is, in the class itself.

The columns are the attributes that the class's constructor takes; the type of each
follows from its annotation.  What an annotation alone cannot say is
added to it by ``Annotated`` and the markers here, so that type checkers and attrs see
plain attributes:

    >>> from typing import Annotated, List, Optional
    >>> import attrs
    >>> from uuid import UUID
    >>> from code_analysis_db.client.mapping.identity import new_id
    >>> @mapped("tickets", unique=[["title"]])
    ... @attrs.define(kw_only=True)
    ... class Ticket:
    ...     title: Annotated[str, Length(200)]
    ...     labels: Optional[List[str]] = None
    ...     id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)

This module only keeps what was declared; :mod:`.table_model` makes sense of it.
"""

from __future__ import annotations

from typing import (
    Any,
    Callable,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Type,
    TypeVar,
)

import attrs

from ...enums import ReferenceAction
from ...exceptions import SchemaDefinitionError
from .stored_row import with_stored_row

_C = TypeVar("_C", bound=type)
_ATTRIBUTE = "__mapped_table__"


@attrs.frozen
class PrimaryKey:
    """Marks the key; a class has exactly one.

    It is given by the client, or by the database where it is an ``Optional[int]`` whose
    default is None.
    """


class Itself:
    """Stands for the class that is being declared, as the target of a reference."""


@attrs.frozen
class ForeignKey:
    """Marks a reference to a mapped class, by that class's key.

    Attributes:
        target: the class referred to, or :class:`Itself`.
        on_delete: what happens to the object when its target is deleted.
    """

    target: type
    on_delete: ReferenceAction = ReferenceAction.CASCADE


@attrs.frozen
class UpdatedAt:
    """Marks a time stamp that every save and update sets to the time now."""


@attrs.frozen
class Length:
    """Says how many characters a text takes at most; only then can MySQL index one
    that is longer than 768."""

    characters: int


@attrs.frozen
class Precision:
    """Says how many digits a ``Decimal`` takes, and how many of them after the
    point."""

    digits: int
    scale: int


@attrs.frozen
class RenamedFrom:
    """Says the column's former name, for a sync that finds it under that name."""

    name: str


def _names(columns: Sequence[str]) -> Tuple[str, ...]:
    """Return columns' names as a value.

    Raises:
        SchemaDefinitionError: one name is given in place of a list.
    """
    if isinstance(columns, str):
        raise SchemaDefinitionError(
            f"expected a list of attributes, got {columns!r}: write [{columns!r}]"
        )
    return tuple(columns)


@attrs.frozen
class Index:
    """An index over several columns, or over some rows only.

    Attributes:
        columns: the columns in order.
        where: the rows that are in it, in the ``where`` grammar; None for all.
        fulltext: it is for searching the words of its columns.
    """

    columns: Tuple[str, ...] = attrs.field(converter=_names)
    where: Optional[Mapping[str, Any]] = None
    fulltext: bool = False


@attrs.frozen
class TableOptions:
    """What :func:`mapped` was told about a table."""

    name: str
    unique: Tuple[Tuple[str, ...], ...]
    indexes: Tuple[Index, ...]
    checks: Tuple[str, ...]
    renamed_from: Optional[str]


def mapped(
    table_name: str,
    *,
    unique: Sequence[Sequence[str]] = (),
    indexes: Sequence[Index] = (),
    checks: Sequence[str] = (),
    renamed_from: Optional[str] = None,
) -> Callable[[_C], _C]:
    """Declare that an attrs class is stored in a table.

    Args:
        table_name: the table.
        unique: groups of columns whose values together occur once.
        indexes: the indexes besides those of the key and the unique groups.
        checks: conditions in SQL that every row meets.
        renamed_from: the table's former name, for a sync that finds it under that
            name.

    Raises:
        SchemaDefinitionError: it is no attrs class (yet).
    """
    options = TableOptions(
        table_name,
        tuple(map(_names, unique)),
        tuple(indexes),
        _names(checks),
        renamed_from,
    )

    def declare(cls: _C) -> _C:
        """Leave the options on the class."""
        is_attrs: bool = attrs.has(cls)
        if not is_attrs:
            raise SchemaDefinitionError(
                f"{cls.__qualname__!r} is no attrs class: put @mapped above its"
                " @attrs.define"
            )
        mapped_class = with_stored_row(cls)
        setattr(mapped_class, _ATTRIBUTE, options)
        return mapped_class

    return declare


def options_of(cls: Type[Any]) -> TableOptions:
    """Return what was declared for a class itself, not for one that it derives from.

    Raises:
        SchemaDefinitionError: nothing was declared.
    """
    options = vars(cls).get(_ATTRIBUTE)
    if not isinstance(options, TableOptions):
        raise SchemaDefinitionError(
            f"{cls.__qualname__!r} is not mapped to a table: put"
            " @mapped('table_name') above its @attrs.define"
        )
    return options
