"""The verbs of the objects of one class, as operations that every client performs.

:class:`.repository.Repository` says what each verb means.
"""

from __future__ import annotations

from typing import (
    Any,
    Dict,
    Generic,
    Iterable,
    List,
    Mapping,
    Optional,
    Sequence,
    Type,
    TypeVar,
    Union,
)
from uuid import UUID

from ..exceptions import InvalidRequestError, UniqueViolationError
from .aliases import OrderBy, Where
from .asking import ask, ask_for
from .batch_operations import BatchOperations
from .object_mapper import mapper_of
from .object_query import ObjectQuery
from .object_tables import ObjectTables
from .steps import Steps

T = TypeVar("T")
Key = Union[UUID, str, int]


class RepositorySteps(Generic[T]):
    """What can be done with all stored objects of a mapped class.

    Attributes:
        cls: the class.
        mapper: its conversions.
        tables: what sees to its table.
    """

    def __init__(self, cls: Type[T], tables: ObjectTables) -> None:
        """Keep objects of ``cls``.

        Raises:
            SchemaDefinitionError: ``cls`` is not mapped, or its declaration has a
                fault.
        """
        self.cls = cls
        self.mapper = mapper_of(cls)
        self.tables = tables
        self._name = self.mapper.table_name
        self._query = ObjectQuery(self.mapper)
        self._key = self.mapper.model.key.name

    # --- making and saving ---------------------------------------------------------

    def create(self, /, **fields: Any) -> Steps[T]:
        """Store a new object made of the fields."""
        obj = self.cls(**fields)
        row = self.mapper.to_row(obj)
        yield from self.tables.ensure(self.cls)
        key = yield from ask(lambda rpc: rpc.insert(self._name, row))
        return self.mapper.stored(obj, row, key)

    def create_many(self, items: Iterable[Mapping[str, Any]]) -> Steps[List[T]]:
        """Store a new object for each item's fields."""
        objects = [self.cls(**fields) for fields in items]
        rows = self.mapper.to_rows(objects)
        yield from self.tables.ensure(self.cls)
        keys = yield from ask(lambda rpc: rpc.insert_many(self._name, rows))
        return list(map(self.mapper.stored, objects, rows, keys))

    def get_or_create(
        self, /, defaults: Optional[Mapping[str, Any]] = None, **fields: Any
    ) -> Steps[T]:
        """Find an object by its fields, or make it of them and of ``defaults``."""
        found = yield from self.first(fields)
        if found is not None:
            return found
        try:
            return (yield from self.create(**{**(defaults or {}), **fields}))
        except UniqueViolationError:
            found = yield from self.first(fields)
            if found is None:
                raise
            return found

    def save(self, obj: T) -> Steps[T]:
        """Store an object, new or not, every field of it."""
        (saved,) = yield from self.save_many([obj])
        return saved

    def save_many(self, objects: Iterable[T]) -> Steps[List[T]]:
        """Store objects, new or not, all or none.

        Those that have no key yet cannot be there: they are inserted, in the same
        message as the others.
        """
        saved = self.mapper.touch(objects)
        rows = self.mapper.to_rows(saved)
        yield from self.tables.ensure(self.cls)
        new = [row for row in rows if self._key not in row]
        known = [row for row in rows if self._key in row]
        if not new:
            yield from ask(lambda rpc: rpc.upsert_many(self._name, known))
            return list(map(self.mapper.stored, saved, rows))
        batch = BatchOperations()
        if known:
            batch.upsert_many(self._name, known)
        inserted = batch.insert_many(self._name, new)
        yield from batch.steps()
        keys = iter(inserted.result)
        return [
            self.mapper.stored(obj, row, None if self._key in row else next(keys))
            for obj, row in zip(saved, rows)
        ]

    def update(self, target: Union[T, Key], /, **changes: Any) -> Steps[Optional[T]]:
        """Change what is named, or what differs, of an object."""
        where = self._query.by_key(target)
        if not changes:
            changes = self._differences(target)
            if not changes:
                return (yield from self._only(where))
        row = self.mapper.to_changes(changes)
        columns = self.mapper.columns
        yield from self.tables.ensure(self.cls)
        stored = yield from ask_for(
            self.mapper.read,
            lambda rpc: rpc.update(self._name, where, row, returning=columns),
        )
        if not stored:
            return None
        if isinstance(target, self.cls):
            self.mapper.updated(target, stored[0], row)
        return stored[0]

    # --- deleting --------------------------------------------------------------------

    def delete(self, target: Union[T, Key]) -> Steps[bool]:
        """Delete an object and what belongs to it; False where there was none."""
        where = self._query.by_key(target)
        yield from self.tables.ensure(self.cls)
        deleted = yield from ask(lambda rpc: rpc.delete(self._name, where))
        return bool(deleted)

    def delete_where(
        self,
        /,
        where: Optional[Where] = None,
        *,
        all_rows: bool = False,
        **filters: Any,
    ) -> Steps[int]:
        """Delete the objects that match."""
        condition = self._query.condition(where, filters) or {}
        yield from self.tables.ensure(self.cls)
        return (
            yield from ask(
                lambda rpc: rpc.delete(self._name, condition, all_rows=all_rows)
            )
        )

    # --- finding ---------------------------------------------------------------------

    def get(self, key: Key) -> Steps[Optional[T]]:
        """Return the object with the key."""
        return (yield from self._only(self._query.by_key(key)))

    def find(
        self,
        /,
        where: Optional[Where] = None,
        *,
        order_by: Optional[OrderBy] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        after: Union[T, Sequence[Any], None] = None,
        **filters: Any,
    ) -> Steps[List[T]]:
        """Return the objects that match."""
        selection = yield from self.selection(
            where, order_by, limit, offset, after, **filters
        )
        return (
            yield from ask_for(self.mapper.read, lambda rpc: rpc.select(**selection))
        )

    def selection(
        self,
        where: Optional[Where],
        order_by: Optional[OrderBy] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        after: Union[T, Sequence[Any], None] = None,
        /,
        **filters: Any,
    ) -> Steps[Dict[str, Any]]:
        """Return the arguments of a select of the objects that match, as
        :meth:`find` makes one, once there is a table to select from."""
        selection = self._query.selection(
            where, filters, order_by, limit, offset, after
        )
        yield from self.tables.ensure(self.cls)
        return selection

    def first(
        self,
        /,
        where: Optional[Where] = None,
        *,
        order_by: Optional[OrderBy] = None,
        **filters: Any,
    ) -> Steps[Optional[T]]:
        """Return the first object that matches, by its key where no order is given."""
        order = self._key if order_by is None else order_by
        selection = yield from self.selection(where, order, 1, **filters)
        found = yield from ask_for(
            self.mapper.read, lambda rpc: rpc.select(**selection)
        )
        return found[0] if found else None

    def count(self, /, where: Optional[Where] = None, **filters: Any) -> Steps[int]:
        """Return how many objects match."""
        condition = self._query.condition(where, filters)
        yield from self.tables.ensure(self.cls)
        return (yield from ask(lambda rpc: rpc.count(self._name, condition)))

    def exists(self, /, where: Optional[Where] = None, **filters: Any) -> Steps[bool]:
        """Tell whether any object matches."""
        condition = self._query.condition(where, filters)
        yield from self.tables.ensure(self.cls)
        rows = yield from ask(
            lambda rpc: rpc.select(self._name, condition, [self._key], limit=1)
        )
        return bool(rows)

    # --- within ----------------------------------------------------------------------

    def _only(self, where: Where) -> Steps[Optional[T]]:
        """Return the object that a condition on the key finds."""
        yield from self.tables.ensure(self.cls)
        columns = self.mapper.columns
        found = yield from ask_for(
            self.mapper.read, lambda rpc: rpc.select(self._name, where, columns)
        )
        return found[0] if found else None

    def _differences(self, target: Union[T, Key]) -> Dict[str, Any]:
        """Return what differs of an object from what was read or saved last."""
        if isinstance(target, self.cls):
            return self.mapper.differences(target)
        raise InvalidRequestError(
            f"update: an object is given by its key, {str(target)!r}, and no change of"
            " it is named"
        )
