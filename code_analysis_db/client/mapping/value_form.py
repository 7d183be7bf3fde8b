"""How the values of an attribute are stored, by its annotation.

``str int float bool bytes datetime date time Decimal UUID`` are themselves; an ``Enum``
or ``Literal`` of texts or of numbers is its values; lists, tuples, dicts, ``Any`` and
attrs classes are JSON.
"""

from __future__ import annotations

import collections.abc
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import (
    Any,
    Callable,
    Dict,
    FrozenSet,
    Iterable,
    Literal,
    Optional,
    Type,
    get_args,
    get_origin,
)
from uuid import UUID

import attrs
from cattrs import Converter

from ...enums import LogicalType
from ...exceptions import SchemaDefinitionError

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
_CHOICES = (str, int)
_CONTAINERS = (
    list,
    tuple,
    dict,
    collections.abc.Sequence,
    collections.abc.Mapping,
)


@attrs.frozen
class ValueForm:
    """How the values of an attribute are stored, None apart.

    Attributes:
        logical_type: of the column.
        stored_types: what a stored value is an instance of, exactly; empty where
            ``read`` looks into it itself.
        write: makes the stored value of the attribute's, and raises where it is none
            that could be read again; None where they are the same.
        read: makes the attribute's value of the stored one.
        aliases: whether ``read`` may hand out a list or dict of the stored value
            itself, which the object's owner may change in place.
    """

    logical_type: LogicalType
    stored_types: FrozenSet[type] = frozenset()
    write: Optional[Callable[[Any], Any]] = None
    read: Optional[Callable[[Any], Any]] = None
    aliases: bool = False


def value_form(place: str, annotation: Any, converter: Converter) -> ValueForm:
    """Return the form of the values of a type.

    Args:
        place: the attribute, for the error.
        converter: for the inside of JSON.

    Raises:
        SchemaDefinitionError: no column holds them.
    """
    scalar = _SCALARS.get(annotation) if _is_hashable(annotation) else None
    if scalar is not None:
        return ValueForm(scalar, frozenset((annotation,)))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _enum_form(place, annotation)
    if get_origin(annotation) is Literal:
        return _literal_form(place, annotation)
    if (
        annotation is Any
        or (get_origin(annotation) or annotation) in _CONTAINERS
        or (isinstance(annotation, type) and attrs.has(annotation))
    ):
        return _json_form(annotation, converter)
    names = ", ".join(scalar_type.__name__ for scalar_type in _SCALARS)
    raise SchemaDefinitionError(
        f"{place}: no column holds {annotation!r}; use one of {names}, an Enum, a list,"
        " a tuple, a dict or an attrs class, each also Optional"
    )


def _is_hashable(annotation: Any) -> bool:
    """Tell whether a type can be looked up; an Annotated may hold a list."""
    return isinstance(annotation, collections.abc.Hashable)


def _enum_form(place: str, enum: Type[Enum]) -> ValueForm:
    """Return the form of an enum's members."""
    values = {member.value: member for member in enum}
    kind = _kind_of(place, enum, values)

    def read(value: Any) -> Enum:
        """Return the member that has the value."""
        member = values.get(value)
        return enum(value) if member is None else member

    def write(member: Any) -> Any:
        """Return the value of a member, which may be given by it."""
        return enum(member).value

    return ValueForm(_SCALARS[kind], frozenset((kind,)), write, read)


def _literal_form(place: str, annotation: Any) -> ValueForm:
    """Return the form of some values that are written out."""
    values = get_args(annotation)
    kind = _kind_of(place, annotation, values)

    def check(value: Any) -> Any:
        """Return a value that is one of them."""
        if value in values:
            return value
        raise ValueError(f"expected one of {list(values)}, got {value!r}")

    return ValueForm(_SCALARS[kind], frozenset((kind,)), check, check)


def _kind_of(place: str, annotation: Any, values: Iterable[Any]) -> type:
    """Return the type that all the values of a choice have."""
    kinds = set(map(type, values))
    for kind in _CHOICES:
        if kinds == {kind}:
            return kind
    raise SchemaDefinitionError(
        f"{place}: the values of {annotation!r} are to be all str or all int"
    )


def _json_form(annotation: Any, converter: Converter) -> ValueForm:
    """Return the form of what is stored as JSON."""
    unstructure = converter.get_unstructure_hook(annotation)
    structure = converter.get_structure_hook(annotation)
    read = partial(_structured, structure, annotation)

    def write(value: Any) -> Any:
        """Return the value as JSON; what could not be read again raises."""
        stored = unstructure(value)
        structure(stored, annotation)
        return stored

    return ValueForm(
        LogicalType.JSON, write=write, read=read, aliases=_holds_any(annotation, ())
    )


def _structured(
    structure: Callable[[Any, Any], Any], annotation: Any, value: Any
) -> Any:
    """Return the value of JSON."""
    return structure(value, annotation)


def _holds_any(annotation: Any, within: Iterable[Any]) -> bool:
    """Tell whether JSON of a type has parts that its declaration says nothing of."""
    if annotation is Any or annotation in _CONTAINERS:
        return True
    if isinstance(annotation, type) and attrs.has(annotation):
        if annotation in within:
            return False
        attrs.resolve_types(annotation)
        return any(
            _holds_any(attribute.type, (*within, annotation))
            for attribute in attrs.fields(annotation)
        )
    return any(_holds_any(argument, within) for argument in get_args(annotation))
