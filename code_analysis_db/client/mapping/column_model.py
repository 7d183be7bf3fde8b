"""What one attribute of a mapped class is as a column.

The type follows from the annotation, as :mod:`.value_form` says; ``Optional`` makes the
column nullable.  A ``datetime`` is a moment: aware, and UTC when it comes back.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import (
    Annotated,
    Any,
    Dict,
    FrozenSet,
    Iterator,
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
from cattrs import Converter

from ...enums import LogicalType, ReferenceAction
from ...exceptions import SchemaDefinitionError
from .declaration import (
    ForeignKey,
    Length,
    Precision,
    PrimaryKey,
    RenamedFrom,
    UpdatedAt,
)
from .value_form import ValueForm, value_form

_M = TypeVar("_M")
_NONE = type(None)
_KEY_TYPES = (UUID, str, int)


@attrs.frozen
class ColumnModel:
    """One attribute as a column.

    Attributes:
        name: of the attribute and of the column.
        alias: the attribute's name as an argument of the class.
        annotation: the Python type without ``Optional`` and ``Annotated``.
        form: how its values are stored.
        default: what a row that lacks the column takes; None for nothing.
        markers: what the declaration added to the annotation.
    """

    name: str
    alias: str
    annotation: Any
    form: ValueForm
    nullable: bool
    default: Any
    markers: Tuple[object, ...]

    @property
    def logical_type(self) -> LogicalType:
        """The column's type."""
        return self.form.logical_type

    @property
    def is_json(self) -> bool:
        """Whether the values are JSON, whose inside has a shape to be checked."""
        return self.logical_type is LogicalType.JSON

    @property
    def stored_types(self) -> FrozenSet[type]:
        """The types that a stored value may have on arrival, for a plain column."""
        own = self.form.stored_types
        return own | {_NONE} if self.nullable else own

    def marker(self, kind: Type[_M]) -> Optional[_M]:
        """Return the marker of a kind, None where the declaration has none."""
        return next((m for m in self.markers if isinstance(m, kind)), None)

    def to_definition(self) -> Dict[str, Any]:
        """Return the column as a part of a table's definition."""
        definition: Dict[str, Any] = {
            "name": self.name,
            "type": self.logical_type.value,
            "nullable": self.nullable and not self.marker(PrimaryKey),
        }
        if self.logical_type is LogicalType.DATETIME:
            definition["timezone"] = True
        if self.default is not None:
            definition["default"] = self.default
        if length := self.marker(Length):
            definition["length"] = length.characters
        if precision := self.marker(Precision):
            definition.update(precision=precision.digits, scale=precision.scale)
        if renamed := self.marker(RenamedFrom):
            definition["renamed_from"] = renamed.name
        return definition


def column_of(
    owner: str, attribute: attrs.Attribute[Any], converter: Converter
) -> ColumnModel:
    """Return the column that an attribute of the class ``owner`` declares.

    Raises:
        SchemaDefinitionError: no column can hold its type, or markers contradict it.
    """
    place = f"{owner}.{attribute.name}"
    annotation, markers = _without_markers(attribute.type)
    annotation, nullable = _without_none(annotation)
    annotation, inner_markers = _without_markers(annotation)
    annotation = getattr(annotation, "__supertype__", annotation)
    column = ColumnModel(
        name=attribute.name,
        alias=attribute.alias or attribute.name,
        annotation=annotation,
        form=value_form(place, annotation, converter),
        nullable=nullable or annotation is Any,
        default=_constant(attribute.default),
        markers=markers + inner_markers,
    )
    for fault in _faults(column, attribute.default):
        raise SchemaDefinitionError(f"{place}: {fault}")
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


def _constant(default: Any) -> Any:
    """Return a default that the table can have too, None where there is none."""
    if isinstance(default, Enum) and default is not attrs.NOTHING:
        default = default.value
    return default if type(default) in (bool, int, float, str) else None


def _faults(column: ColumnModel, default: Any) -> Iterator[str]:
    """Yield what the markers say that the type does not allow."""
    numbered = column.annotation is int and column.nullable and default is None
    if column.marker(PrimaryKey) and (
        column.annotation not in _KEY_TYPES or column.nullable and not numbered
    ):
        yield (
            "a key is a UUID, a str or an int; of these only an Optional[int] that is"
            " None by default may be None: the database numbers it then"
        )
    reference = column.marker(ForeignKey)
    sets_null = reference and reference.on_delete is ReferenceAction.SET_NULL
    if sets_null and not column.nullable:
        yield "on_delete=ReferenceAction.SET_NULL needs it to be Optional"
    if column.marker(UpdatedAt) and column.annotation is not datetime:
        yield "UpdatedAt is for a datetime"
    if column.marker(Length) and column.logical_type is not LogicalType.TEXT:
        yield "Length is for a str"
    if column.marker(Precision) and column.annotation is not Decimal:
        yield "Precision is for a Decimal"
    for marker in column.markers:
        if isinstance(marker, type) and marker.__module__ == PrimaryKey.__module__:
            yield f"write {marker.__name__}(…): the marker is an object, not the class"
