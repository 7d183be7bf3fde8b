"""A column of a table, and what its default may be."""

from __future__ import annotations

from typing import Any, Optional, Union

import attrs

from ..enums import DefaultFunction, LogicalType


@attrs.frozen(slots=True)
class DefaultValue:
    """A default that is a value.

    Attributes:
        value: in the normal form of the column's type (see ``schema.rules``); for a
            JSON column its canonical text, so that the default hashes.
    """

    value: Any


@attrs.frozen(slots=True)
class DefaultExpression:
    """A default that the database computes for each row."""

    function: DefaultFunction


@attrs.frozen(slots=True)
class NativeDefault:
    """A default in the database's own SQL, such as other programs give to tables.

    Attributes:
        sql: an expression.
    """

    sql: str


Default = Union[DefaultValue, DefaultExpression, NativeDefault, None]


@attrs.frozen(slots=True)
class Column:
    """A column.

    Attributes:
        name: case-sensitive.
        type: the logical type.
        nullable: False for the columns of the primary key, whatever was said.
        default: None where a row that lacks the column gets NULL.
        length: the most characters that a TEXT takes, None for no limit.
        precision: the digits of a DECIMAL in all, None for other types.
        scale: the digits of a DECIMAL after the point, None for other types.
        timezone: whether a DATETIME holds instants, in UTC.
        autoincrement: whether the database numbers the rows.
        renamed_from: the column's former name, for a schema sync that finds it under
            that name; two columns that differ in this only are equal.
    """

    name: str
    type: LogicalType
    nullable: bool = True
    default: Default = None
    length: Optional[int] = None
    precision: Optional[int] = None
    scale: Optional[int] = None
    timezone: bool = False
    autoincrement: bool = False
    renamed_from: Optional[str] = attrs.field(default=None, eq=False)
