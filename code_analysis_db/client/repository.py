"""The objects of one class: made, found, changed and deleted.

A repository works through the session that it was given: a client's, each call on its
own, or a transaction.  Conditions are the ``where`` grammar of the table
methods, as a dict, as keywords, or as both joined by AND:

    client.files.find(project_id=project.id, path={"startswith": "/src/"})
"""

from __future__ import annotations

from typing import (
    Any,
    Generic,
    Iterable,
    List,
    Mapping,
    Optional,
    Sequence,
    TypeVar,
    Union,
)

from .aliases import OrderBy, Where
from .repository_steps import Key, RepositorySteps
from .row_stream import Stream
from .session import Session

T = TypeVar("T")


class Repository(Generic[T]):
    """All stored objects of a mapped class."""

    def __init__(self, steps: RepositorySteps[T], session: Session) -> None:
        """Do the operations of ``steps`` through ``session``."""
        self.steps = steps
        self._session = session
        self._run = session.run

    # --- making and saving ---------------------------------------------------------

    def create(self, /, **fields: Any) -> T:
        """Make an object of the fields and store it as a new one.

        Raises:
            UniqueViolationError: an object with the same key or unique fields exists.
            ForeignKeyViolationError: an object that it refers to does not exist.
        """
        return self._run(self.steps.create(**fields))

    def create_many(self, items: Iterable[Mapping[str, Any]]) -> List[T]:
        """Make an object of each item's fields and store them, all or none."""
        return self._run(self.steps.create_many(items))

    def get_or_create(
        self, /, defaults: Optional[Mapping[str, Any]] = None, **fields: Any
    ) -> T:
        """Return the object that has the fields, made with ``defaults`` beside them
        where there is none.

        Of several callers at once one creates the object and all return it, where the
        fields are unique.
        """
        return self._run(self.steps.get_or_create(defaults, **fields))

    def save(self, obj: T) -> T:
        """Store an object, new or not, every field of it, and return it; of a frozen
        class, the object as it is stored.

        Raises:
            UniqueViolationError: another object has the same unique fields.
            ForeignKeyViolationError: an object that it refers to does not exist.
        """
        return self._run(self.steps.save(obj))

    def save_many(self, objects: Iterable[T]) -> List[T]:
        """Store objects, new or not, all or none, and return them."""
        return self._run(self.steps.save_many(objects))

    def update(self, target: Union[T, Key], /, **changes: Any) -> Optional[T]:
        """Change some fields of an object, given itself or by its key.

        Only what is named is sent, so that others' changes of other fields stay; of an
        object without names, what differs from what was read or saved last.  An object
        that was given has the changes afterwards, unless its class is frozen: then the
        returned one has them.

        Returns:
            the object as it is stored now; None where it is gone.

        Raises:
            InvalidRequestError: nothing is named, and of a key, or of an object that
                was neither read nor saved, it is not known what has changed.
        """
        return self._run(self.steps.update(target, **changes))

    # --- deleting --------------------------------------------------------------------

    def delete(self, target: Union[T, Key]) -> bool:
        """Delete an object and what belongs to it; False where there was none."""
        return self._run(self.steps.delete(target))

    def delete_where(
        self,
        /,
        where: Optional[Where] = None,
        *,
        all_rows: bool = False,
        **filters: Any,
    ) -> int:
        """Delete the objects that match and return how many they were.

        Raises:
            GuardError: no condition, and ``all_rows`` not set.
        """
        return self._run(self.steps.delete_where(where, all_rows=all_rows, **filters))

    # --- finding ---------------------------------------------------------------------

    def get(self, key: Key) -> Optional[T]:
        """Return the object with the key, None where there is none."""
        return self._run(self.steps.get(key))

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
    ) -> List[T]:
        """Return the objects that match, all of them where no condition is given.

        Args:
            where: conditions as a dict; the only way for a field that is named as an
                argument here is.
            order_by: a field, or a list of fields and ``(field, "DESC")`` pairs;
                objects that are equal in it come by their keys.  Without it the order
                is not defined.
            limit: the most objects to return.
            offset: how many to leave out first; ``after`` is quicker far into a list,
                and misses none when others come and go.
            after: the last object of the page before, or its values of the order's
                fields and its key: return those that follow it.
            filters: conditions by field.
        """
        return self._run(
            self.steps.find(
                where,
                order_by=order_by,
                limit=limit,
                offset=offset,
                after=after,
                **filters,
            )
        )

    def find_iter(
        self,
        /,
        where: Optional[Where] = None,
        *,
        order_by: Optional[OrderBy] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        after: Union[T, Sequence[Any], None] = None,
        chunk_size: Optional[int] = None,
        **filters: Any,
    ) -> Stream[T]:
        """Return the objects that match one by one, however many there are.

        They are those of one moment, and memory holds a portion of them only.  Close
        the stream, or use it in a ``with`` block, where it may not be read to its end.
        See :meth:`find` for the other arguments.

        Args:
            chunk_size: objects that are fetched at a time; None for as many as suit
                their size.
        """
        selection = self._run(
            self.steps.selection(where, order_by, limit, offset, after, **filters)
        )
        return self._session.stream(self.steps.mapper.read, selection, chunk_size)

    def first(
        self,
        /,
        where: Optional[Where] = None,
        *,
        order_by: Optional[OrderBy] = None,
        **filters: Any,
    ) -> Optional[T]:
        """Return the first object that matches, by its key where no order is given;
        None where there is none."""
        return self._run(self.steps.first(where, order_by=order_by, **filters))

    def count(self, /, where: Optional[Where] = None, **filters: Any) -> int:
        """Return how many objects match."""
        return self._run(self.steps.count(where, **filters))

    def exists(self, /, where: Optional[Where] = None, **filters: Any) -> bool:
        """Tell whether any object matches."""
        return self._run(self.steps.exists(where, **filters))
