"""Reading the definition of a column."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Tuple

import attrs

from ..enums import LogicalType
from .column import Column
from .constraint import ForeignKey
from .constraint_reader import read_references
from .default_form import read_default
from .definition_field import (
    check_keys,
    read_column_name,
    read_count,
    read_flag,
    read_mapping,
    read_optional_name,
)
from .faults import Faults
from ..short_repr import short_repr
from .hint import near_hint
from .logical_type import TYPE_NAMES, logical_type

COLUMN_KEYS = frozenset(
    "name type nullable default primary_key unique autoincrement references"
    " on_delete on_update length precision scale timezone renamed_from".split()
)

_DEFAULT_PRECISION = 38
_DEFAULT_SCALE = 10
_MAX_PRECISION = 65
_MAX_SCALE = 30
_MAX_LENGTH = 2**31 - 1


@attrs.frozen(slots=True)
class ColumnReading:
    """What the definition of a column says: the column, and what its table keeps."""

    column: Column
    primary_key: bool
    unique: bool
    foreign_key: Optional[ForeignKey]


def read_column(
    given: Any, table_name: str, path: str, faults: Faults
) -> ColumnReading:
    """Read a column's definition; faults are kept."""
    fields = read_mapping(given, path, faults)
    if not fields:
        return ColumnReading(Column("", LogicalType.TEXT), False, False, None)
    name = read_column_name(fields.get("name"), f"{path}.name", faults)
    path = f"{path} {name!r}"
    check_keys(fields, COLUMN_KEYS, path, faults)
    logical = _read_type(fields, path, faults)
    precision, scale = _read_digits(fields, logical, path, faults)
    column = Column(
        name=name,
        type=logical,
        nullable=read_flag(fields, "nullable", True, path, faults),
        length=_read_length(fields, logical, path, faults),
        precision=precision,
        scale=scale,
        timezone=_read_timezone(fields, logical, path, faults),
        autoincrement=read_flag(fields, "autoincrement", False, path, faults),
        renamed_from=read_optional_name(
            fields.get("renamed_from"), f"{path}.renamed_from", faults
        ),
    )
    default = read_default(
        table_name, column, fields.get("default"), f"{path}.default", faults
    )
    return ColumnReading(
        column=attrs.evolve(column, default=default),
        primary_key=read_flag(fields, "primary_key", False, path, faults),
        unique=read_flag(fields, "unique", False, path, faults),
        foreign_key=_read_foreign_key(fields, name, path, faults),
    )


def _read_type(fields: Mapping[str, Any], path: str, faults: Faults) -> LogicalType:
    """Return the logical type; TEXT where it is at fault."""
    given = fields.get("type")
    logical = logical_type(given)
    if logical is None:
        hint = near_hint(given, TYPE_NAMES) or f"; known are {', '.join(TYPE_NAMES)}"
        stated = "no type" if given is None else f"unknown type {short_repr(given)}"
        faults.add(f"{path}.type", stated + hint)
        return LogicalType.TEXT
    return logical


def _read_length(
    fields: Mapping[str, Any], logical: LogicalType, path: str, faults: Faults
) -> Optional[int]:
    """Return the most characters of a TEXT."""
    length = read_count(fields, "length", (1, _MAX_LENGTH), path, faults)
    if length is not None and logical is not LogicalType.TEXT:
        faults.add(f"{path}.length", f"belongs to TEXT, not to {logical.value}")
    return length


def _read_digits(
    fields: Mapping[str, Any], logical: LogicalType, path: str, faults: Faults
) -> Tuple[Optional[int], Optional[int]]:
    """Return precision and scale of a DECIMAL, (None, None) for other types."""
    precision = read_count(fields, "precision", (1, _MAX_PRECISION), path, faults)
    scale = read_count(fields, "scale", (0, _MAX_SCALE), path, faults)
    stated = fields.get("precision") is not None, fields.get("scale") is not None
    if logical is not LogicalType.DECIMAL:
        if any(stated):
            faults.add(
                path, f"precision and scale belong to DECIMAL, not to {logical.value}"
            )
        return None, None
    if not any(stated):
        return _DEFAULT_PRECISION, _DEFAULT_SCALE
    if not all(stated):
        faults.add(path, "a DECIMAL needs both precision and scale, or neither")
    elif precision is not None and scale is not None and scale > precision:
        faults.add(f"{path}.scale", f"{scale} is larger than the precision {precision}")
    return precision or _MAX_PRECISION, scale or 0


def _read_timezone(
    fields: Mapping[str, Any], logical: LogicalType, path: str, faults: Faults
) -> bool:
    """Return whether a DATETIME holds instants."""
    timezone = read_flag(fields, "timezone", False, path, faults)
    if timezone and logical is not LogicalType.DATETIME:
        faults.add(f"{path}.timezone", f"belongs to DATETIME, not to {logical.value}")
    return timezone


def _read_foreign_key(
    fields: Mapping[str, Any], name: str, path: str, faults: Faults
) -> Optional[ForeignKey]:
    """Return the foreign key that the column's ``references`` states, or None."""
    references = fields.get("references")
    if references is None:
        for event in ("on_delete", "on_update"):
            if fields.get(event) is not None:
                faults.add(f"{path}.{event}", "stands without references")
        return None
    return read_references((name,), references, fields, path, faults)
