"""When two parts of a table mean the same.

The names in the part that is there are those after every rename.
"""

from __future__ import annotations

import json
from itertools import zip_longest
from math import copysign
from typing import Any, FrozenSet, List, Mapping, Optional, Tuple

import attrs

from ..enums import Direction, ReferenceAction
from .column import Column, DefaultValue
from .constraint import CheckConstraint, ForeignKey, UniqueConstraint
from .index import Index, PartialCondition
from .rename import may_mention
from .where_key import columns_of_where

PrimaryKeys = Mapping[str, Tuple[str, ...]]


def is_same_column(one: Column, other: Column) -> bool:
    """Tell whether two columns of one name are the same."""
    return one == other and _zero_sign(one) == _zero_sign(other)


def _zero_sign(column: Column) -> float:
    """Return the sign of a REAL's default: zeros of both signs are equal in Python."""
    value = column.default.value if isinstance(column.default, DefaultValue) else None
    return copysign(1, value) if isinstance(value, float) else 1


def is_same_kind(one: Column, other: Column) -> bool:
    """Tell whether two columns hold the same kind of values, whatever their sizes."""
    return (one.type, one.precision, one.scale, one.timezone) == (
        other.type,
        other.precision,
        other.scale,
        other.timezone,
    )


def is_plain_unique(index: Index) -> bool:
    """Tell whether an index is what a unique constraint makes."""
    return (
        index.unique
        and index.where is None
        and all(member.direction is Direction.ASC for member in index.columns)
    )


def _fits_name(stated: Optional[str], found: Optional[str]) -> bool:
    """Tell whether the name that is asked for, if one is, is the one that is there."""
    return stated is None or stated == found


@attrs.frozen(slots=True)
class Sameness:
    """Compares the parts of a table that is there with those of the table wanted.

    Attributes:
        retyped: the columns that are to hold values of another kind.
        renamed: the columns' former names.
        keys_before: the primary keys of the tables referred to, as they are.
        keys_after: the same, as they are to be.
    """

    retyped: FrozenSet[str]
    renamed: FrozenSet[str]
    keys_before: PrimaryKeys
    keys_after: PrimaryKeys

    def of_uniques(self, there: UniqueConstraint, wanted: UniqueConstraint) -> bool:
        """Compare two unique constraints."""
        return there.columns == wanted.columns and _fits_name(wanted.name, there.name)

    def of_foreign_keys(self, there: ForeignKey, wanted: ForeignKey) -> bool:
        """Compare two foreign keys, whose pairs of columns have no order; one over a
        column that gets another kind of values is made anew, since both its ends
        change."""
        return (
            there.table == wanted.table
            and _pairs(there, self.keys_before) == _pairs(wanted, self.keys_after)
            and _action(there.on_delete) is _action(wanted.on_delete)
            and _action(there.on_update) is _action(wanted.on_update)
            and _fits_name(wanted.name, there.name)
            and self.retyped.isdisjoint(wanted.columns)
        )

    def of_checks(self, there: CheckConstraint, wanted: CheckConstraint) -> bool:
        """Compare two checks, by their texts."""
        return _fits_name(wanted.name, there.name) and self._is_same_text(
            there.expression, wanted.expression
        )

    def of_indexes(self, there: Index, wanted: Index) -> bool:
        """Compare two indexes of one name."""
        return attrs.evolve(there, where=None) == attrs.evolve(
            wanted, where=None
        ) and self._is_same_condition(there.where, wanted.where)

    def _is_same_condition(
        self, there: Optional[PartialCondition], wanted: Optional[PartialCondition]
    ) -> bool:
        """Compare the conditions of two partial indexes."""
        if there is None or wanted is None:
            return there is wanted
        if there.sql is not None and wanted.sql is not None:
            return self._is_same_text(there.sql, wanted.sql)
        one, other = there.where, wanted.where
        if one is None or other is None:
            return False
        return _canonical(one) == _canonical(other) and self.retyped.isdisjoint(
            columns_of_where(one)
        )

    def _is_same_text(self, there: str, wanted: str) -> bool:
        """Compare two texts of SQL.

        A text that may name a column which was renamed meant that column, and now
        means another; in one that changes its kind the values may be of another.
        """
        return there.strip() == wanted.strip() and not may_mention(
            wanted, self.renamed | self.retyped
        )


def _pairs(key: ForeignKey, primary_keys: PrimaryKeys) -> List[Tuple[str, str]]:
    """Return each column of a foreign key with the one that it refers to, sorted."""
    named = key.named(primary_keys.get(key.table, ()))
    return sorted(zip_longest(named.columns, named.references, fillvalue=""))


def _action(stated: Optional[ReferenceAction]) -> ReferenceAction:
    """Return what happens where nothing is stated."""
    return ReferenceAction.NO_ACTION if stated is None else ReferenceAction(stated)


def _canonical(where: Any) -> str:
    """Return a ``where`` as text that is the same for every order of its keys."""
    return json.dumps(where, sort_keys=True, ensure_ascii=False)
