"""What a repository is asked for, in the words of the table methods.

``where`` and keywords become one condition, ``after`` an object the values of the
object.  Whatever the order asked for, objects that are equal in it come by their keys:
so every order is the same each time, on every database, and can be paged through.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Dict, Generic, List, Mapping, Optional, Sequence, TypeVar, Union

from ..exceptions import InvalidRequestError
from ..short_repr import short_repr
from .aliases import OrderBy, Where
from .object_mapper import ObjectMapper

T = TypeVar("T")


class ObjectQuery(Generic[T]):
    """Makes the arguments of ``select`` for the objects of a class."""

    def __init__(self, mapper: ObjectMapper[T]) -> None:
        """Ask for objects that ``mapper`` makes."""
        self._mapper = mapper
        self._key = mapper.model.key.name

    def condition(
        self, where: Optional[Where], filters: Mapping[str, Any]
    ) -> Optional[Where]:
        """Return both conditions as one, None for no condition."""
        if where and filters:
            where = {"and": [where, filters]}
        else:
            where = where or filters or None
        return where if where is None else _plain(where)

    def by_key(self, target: Any) -> Where:
        """Return the condition that only an object, or a key's object, meets."""
        if isinstance(target, self._mapper.model.cls):
            target = self._mapper.key_of(target)
        return {self._key: target}

    def selection(
        self,
        where: Optional[Where],
        filters: Mapping[str, Any],
        order_by: Optional[OrderBy] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        after: Union[T, Sequence[Any], None] = None,
    ) -> Dict[str, Any]:
        """Return the arguments of a select of the objects that match.

        Raises:
            InvalidRequestError: ``after`` does not fit ``order_by``.
        """
        order: Any = None
        if order_by is not None or after is not None:
            order = self._ordered(order_by or self._key)
        return {
            "table_name": self._mapper.table_name,
            "columns": self._mapper.columns,
            "where": self.condition(where, filters),
            "order_by": order,
            "limit": limit,
            "offset": offset,
            "after": None if after is None else self._values(after, order),
        }

    def _ordered(self, order_by: Any) -> Any:
        """Return an order that ends in the key.

        What is no order is left for the driver to name.
        """
        if not isinstance(order_by, (str, list, tuple)):
            return order_by
        items = [order_by] if isinstance(order_by, str) else list(order_by)
        if self._key not in map(_name, items):
            last = items[-1]
            has_direction = isinstance(last, (list, tuple)) and len(last) == 2
            items.append((self._key, last[1]) if has_direction else self._key)
        return items

    def _values(self, after: Any, order: Sequence[Any]) -> List[Any]:
        """Return the values of the order's columns that a page comes after."""
        names = [_name(item) for item in order]
        if isinstance(after, self._mapper.model.cls):
            return [
                self._mapper.to_stored(name, getattr(after, name)) for name in names
            ]
        values = list(after) if isinstance(after, (list, tuple)) else [after]
        if len(values) != len(names):
            raise InvalidRequestError(
                f"after: expected an object or its values of {names!r},"
                f" got {short_repr(after)}"
            )
        return [_plain(value) for value in values]


def _name(item: Any) -> Any:
    """Return the column of an item of an order."""
    return item[0] if isinstance(item, (list, tuple)) and item else item


def _plain(value: Any) -> Any:
    """Return a condition with the values of enums in place of their members."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)) and any(
        isinstance(inner, (Enum, dict, list, tuple)) for inner in value
    ):
        return [_plain(inner) for inner in value]
    return value
