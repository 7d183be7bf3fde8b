"""The objects of one class: made, found, changed and deleted.

A repository works through the session that it was given: a client's, each call on its
own, or a transaction.  Conditions are the ``where`` grammar of the table
methods, as a dict, as keywords, or as both joined by AND:

    client.files.find(project_id=project.id, path={"startswith": "/src/"})
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
    Type,
    TypeVar,
    Union,
)
from uuid import UUID

from ..exceptions import UniqueViolationError
from .aliases import OrderBy, Where
from .object_mapper import mapper_of
from .object_tables import ObjectTables
from .session import Session

_T = TypeVar("_T")
Key = Union[UUID, str, int]


class Repository(Generic[_T]):
    """All stored objects of a mapped class."""

    def __init__(self, cls: Type[_T], session: Session, tables: ObjectTables) -> None:
        """Keep objects of ``cls`` through ``session``.

        Raises:
            SchemaDefinitionError: ``cls`` is not mapped, or its declaration has a
                fault.
        """
        self._cls = cls
        self._mapper = mapper_of(cls)
        self._session = session
        self._tables = tables

    # --- making and saving ---------------------------------------------------------

    def create(self, **fields: Any) -> _T:
        """Make an object of the fields and store it as a new one.

        Raises:
            UniqueViolationError: an object with the same key or unique fields exists.
            ForeignKeyViolationError: an object that it refers to does not exist.
        """
        obj = self._cls(**fields)
        self._table().insert(self._mapper.table_name, self._mapper.to_row(obj))
        return obj

    def create_many(self, items: Iterable[Mapping[str, Any]]) -> List[_T]:
        """Make an object of each item's fields and store them, all or none."""
        objects = [self._cls(**fields) for fields in items]
        rows = self._mapper.to_rows(objects)
        self._table().insert_many(self._mapper.table_name, rows)
        return objects

    def get_or_create(
        self, defaults: Optional[Mapping[str, Any]] = None, **fields: Any
    ) -> _T:
        """Return the object that has the fields, made with ``defaults`` beside them
        where there is none.

        Of several callers at once one creates the object and all return it, where the
        fields are unique.
        """
        found = self.first(fields)
        if found is not None:
            return found
        try:
            return self.create(**{**(defaults or {}), **fields})
        except UniqueViolationError:
            found = self.first(fields)
            if found is None:
                raise
            return found

    def save(self, obj: _T) -> _T:
        """Store an object, new or not, every field of it, and return it.

        Raises:
            UniqueViolationError: another object has the same unique fields.
            ForeignKeyViolationError: an object that it refers to does not exist.
        """
        self._mapper.touch([obj])
        self._table().upsert(self._mapper.table_name, self._mapper.to_row(obj))
        return obj

    def save_many(self, objects: Iterable[_T]) -> List[_T]:
        """Store objects, new or not, all or none, and return them."""
        saved = list(objects)
        self._mapper.touch(saved)
        rows = self._mapper.to_rows(saved)
        self._table().upsert_many(self._mapper.table_name, rows)
        return saved

    def update(self, target: Union[_T, Key], **changes: Any) -> Optional[_T]:
        """Change some fields of an object, given itself or by its key.

        Only what is named is sent, so that others' changes of other fields stay.  An
        object that was given has the changes afterwards.

        Returns:
            the object as it is stored now; None where it is gone.
        """
        row = self._mapper.to_changes(changes)
        stored = self._table().update(
            self._mapper.table_name,
            self._by_key(target),
            row,
            returning=self._mapper.columns,
        )
        if not stored:
            return None
        (updated,) = self._mapper.from_rows(stored)
        if isinstance(target, self._cls):
            for name in row:
                setattr(target, name, getattr(updated, name))
        return updated

    # --- deleting --------------------------------------------------------------------

    def delete(self, target: Union[_T, Key]) -> bool:
        """Delete an object and what belongs to it; False where there was none."""
        deleted = self._table().delete(self._mapper.table_name, self._by_key(target))
        return bool(deleted)

    def delete_where(
        self,
        where: Optional[Where] = None,
        *,
        all_rows: bool = False,
        **filters: Any,
    ) -> int:
        """Delete the objects that match and return how many they were.

        Raises:
            GuardError: no condition, and ``all_rows`` not set.
        """
        return int(
            self._table().delete(
                self._mapper.table_name,
                _joined(where, filters) or {},
                all_rows=all_rows,
            )
        )

    # --- finding ---------------------------------------------------------------------

    def get(self, key: Key) -> Optional[_T]:
        """Return the object with the key, None where there is none."""
        found = self._select(where={self._mapper.model.key.name: key})
        return found[0] if found else None

    def find(
        self,
        where: Optional[Where] = None,
        *,
        order_by: Optional[OrderBy] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        **filters: Any,
    ) -> List[_T]:
        """Return the objects that match, all of them where no condition is given.

        Args:
            where: conditions as a dict; the only way for a field that is named as an
                argument here is.
            order_by: a field, or a list of fields and ``(field, "DESC")`` pairs; the
                order is not defined without.
            filters: conditions by field.
        """
        return self._select(
            where=_joined(where, filters),
            limit=limit,
            offset=offset,
            order_by=order_by,
        )

    def first(
        self,
        where: Optional[Where] = None,
        *,
        order_by: Optional[OrderBy] = None,
        **filters: Any,
    ) -> Optional[_T]:
        """Return the first object that matches, by its key where no order is given;
        None where there is none."""
        order = self._mapper.model.key.name if order_by is None else order_by
        found = self._select(where=_joined(where, filters), limit=1, order_by=order)
        return found[0] if found else None

    def count(self, where: Optional[Where] = None, **filters: Any) -> int:
        """Return how many objects match."""
        return self._table().count(
            self._mapper.table_name, where=_joined(where, filters)
        )

    def exists(self, where: Optional[Where] = None, **filters: Any) -> bool:
        """Tell whether any object matches."""
        rows = self._table().select(
            self._mapper.table_name,
            where=_joined(where, filters),
            columns=[self._mapper.model.key.name],
            limit=1,
        )
        return bool(rows)

    # --- within ----------------------------------------------------------------------

    def _table(self) -> Session:
        """Return the session, the class's table being there."""
        self._tables.ensure(self._cls)
        return self._session

    def _select(self, **conditions: Any) -> List[_T]:
        """Return the objects that a select with the conditions gives."""
        rows = self._table().select(
            self._mapper.table_name, columns=self._mapper.columns, **conditions
        )
        return self._mapper.from_rows(rows)

    def _by_key(self, target: Union[_T, Key]) -> Where:
        """Return the condition that only an object, or a key's object, meets."""
        key = self._mapper.key_of(target) if isinstance(target, self._cls) else target
        return {self._mapper.model.key.name: key}


def _joined(where: Optional[Where], filters: Dict[str, Any]) -> Optional[Where]:
    """Return both conditions as one, None for no condition."""
    if where and filters:
        return {"and": [where, filters]}
    return where or filters or None
