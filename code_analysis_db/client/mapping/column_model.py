"""What one attribute of a mapped class is as a column.

The logical type follows from the annotation: ``str int float bool bytes datetime date
time Decimal UUID`` are themselves, lists, dicts, ``Any`` and attrs classes are JSON,
``Optional`` makes the column nullable.  A ``datetime`` is a moment: aware, and UTC when
it comes back.
"""

from __future__ import annotations

import collections.abc
from datetime import date, datetime, time
from decimal import Decimal
from types import UnionType
from typing import (
    Annotated,
    Any,
    Dict,
    FrozenSet,
    List,
    Optional,
    Tuple,
    Type,
    TypeVar,
    Union,
    get_args,
    get_origin,
)
from uuid import UUID

import attrs

from ...enums import LogicalType, ReferenceAction
from ...exceptions import SchemaDefinitionError
from .declaration import ForeignKey, PrimaryKey, UpdatedAt

_M = TypeVar("_M")

_SCALARS: Dict[Any, LogicalType] = {
    str: LogicalType.TEXT,
    int: LogicalType.INTEGER,
    float: LogicalType.REAL,
    bool: LogicalType.BOOLEAN,
    bytes: LogicalType.BLOB,
    datetime: LogicalType.DATETIME,
    date: LogicalType.DATE,
    time: LogicalType.TIME,
    Decimal: LogicalType.DECIMAL,
    UUID: LogicalType.UUID,
}
_JSON_ORIGINS = (
    list,
    dict,
    collections.abc.Sequence,
    collections.abc.Mapping,
)
_NONE = type(None)


@attrs.frozen
class ColumnModel:
    """One attribute as a column.

    Attributes:
        name: of the attribute and of the column.
        alias: the attribute's name as an argument of the class.
        annotation: the Python type without ``Optional`` and ``Annotated``.
        default: what a row that lacks the column takes; None for nothing.
        markers: what the declaration added to the annotation.
    """

    name: str
    alias: str
    annotation: Any
    logical_type: LogicalType
    nullable: bool
    default: Any
    markers: Tuple[object, ...]

    @property
    def is_json(self) -> bool:
        """Whether the values are JSON, whose inside has a shape to be checked."""
        return self.logical_type is LogicalType.JSON

    @property
    def stored_types(self) -> FrozenSet[type]:
        """The types that a stored value may have on arrival, for a plain column."""
        own = frozenset((self.annotation,))
        return own | {_NONE} if self.nullable else own

    def marker(self, kind: Type[_M]) -> Optional[_M]:
        """Return the marker of a kind, None where the declaration has none."""
        return next((m for m in self.markers if isinstance(m, kind)), None)

    def to_definition(self) -> Dict[str, Any]:
        """Return the column as a part of a table's definition."""
        definition: Dict[str, Any] = {
            "name": self.name,
            "type": self.logical_type.value,
            "nullable": self.nullable,
        }
        if self.logical_type is LogicalType.DATETIME:
            definition["timezone"] = True
        if self.default is not None:
            definition["default"] = self.default
        return definition


def column_of(owner: str, attribute: attrs.Attribute[Any]) -> ColumnModel:
    """Return the column that an attribute of the class ``owner`` declares.

    Raises:
        SchemaDefinitionError: no column can hold its type, or markers contradict it.
    """
    annotation, markers = _without_markers(attribute.type)
    annotation, nullable = _without_none(annotation)
    annotation, inner_markers = _without_markers(annotation)
    column = ColumnModel(
        name=attribute.name,
        alias=attribute.alias or attribute.name,
        annotation=annotation,
        logical_type=_logical_type(f"{owner}.{attribute.name}", annotation),
        nullable=nullable or annotation is Any,
        default=_constant(attribute.default),
        markers=markers + inner_markers,
    )
    for fault in _faults(column):
        raise SchemaDefinitionError(f"{owner}.{attribute.name}: {fault}")
    return column


def _without_markers(annotation: Any) -> Tuple[Any, Tuple[object, ...]]:
    """Take an ``Annotated`` apart into the type and what was added to it."""
    if get_origin(annotation) is Annotated:
        inner, *markers = get_args(annotation)
        return inner, tuple(markers)
    return annotation, ()


def _without_none(annotation: Any) -> Tuple[Any, bool]:
    """Return the type beside None, and whether None was allowed."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation, False
    members = [member for member in get_args(annotation) if member is not _NONE]
    nullable = len(members) < len(get_args(annotation))
    return (members[0] if len(members) == 1 else Union[tuple(members)]), nullable


def _logical_type(where: str, annotation: Any) -> LogicalType:
    """Return the column type that holds values of a Python type."""
    scalar = _SCALARS.get(annotation)
    if scalar is not None:
        return scalar
    if (
        annotation is Any
        or (get_origin(annotation) or annotation) in _JSON_ORIGINS
        or (isinstance(annotation, type) and attrs.has(annotation))
    ):
        return LogicalType.JSON
    names = ", ".join(scalar_type.__name__ for scalar_type in _SCALARS)
    raise SchemaDefinitionError(
        f"{where}: no column holds {annotation!r}; use one of {names}, a list, a dict"
        " or an attrs class, each also Optional"
    )


def _constant(default: Any) -> Any:
    """Return a default that the table can have too, None where there is none."""
    return default if type(default) in (bool, int, float, str) else None


def _faults(column: ColumnModel) -> List[str]:
    """Return what the markers say that the type does not allow."""
    faults: List[str] = []
    if column.marker(PrimaryKey) and (
        column.nullable or column.annotation not in (UUID, str, int)
    ):
        faults.append("a key is a UUID, a str or an int, and not Optional")
    reference = column.marker(ForeignKey)
    sets_null = reference and reference.on_delete is ReferenceAction.SET_NULL
    if sets_null and not column.nullable:
        faults.append("on_delete=ReferenceAction.SET_NULL needs it to be Optional")
    if column.marker(UpdatedAt) and column.annotation is not datetime:
        faults.append("UpdatedAt is for a datetime")
    return faults
