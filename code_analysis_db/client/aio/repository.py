"""The objects of one class, in an event loop.

:class:`code_analysis_db.client.repository.Repository` says what each verb means.
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

from ..aliases import OrderBy, Where
from ..repository_steps import Key, RepositorySteps
from .row_stream import AsyncStream
from .session import AsyncSession

T = TypeVar("T")


class AsyncRepository(Generic[T]):
    """All stored objects of a mapped class."""

    def __init__(self, steps: RepositorySteps[T], session: AsyncSession) -> None:
        """Do the operations of ``steps`` through ``session``."""
        self.steps = steps
        self._session = session
        self._run = session.run

    # --- making and saving ---------------------------------------------------------

    async def create(self, /, **fields: Any) -> T:
        """Make an object of the fields and store it as a new one. See
        :meth:`.Repository.create`."""
        return await self._run(self.steps.create(**fields))

    async def create_many(self, items: Iterable[Mapping[str, Any]]) -> List[T]:
        """Make an object of each item's fields and store them, all or none."""
        return await self._run(self.steps.create_many(items))

    async def get_or_create(
        self, /, defaults: Optional[Mapping[str, Any]] = None, **fields: Any
    ) -> T:
        """Return the object that has the fields, made with ``defaults`` beside them
        where there is none. See :meth:`.Repository.get_or_create`."""
        return await self._run(self.steps.get_or_create(defaults, **fields))

    async def save(self, obj: T) -> T:
        """Store an object, new or not, every field of it, and return it; of a frozen
        class, the object as it is stored. See :meth:`.Repository.save`."""
        return await self._run(self.steps.save(obj))

    async def save_many(self, objects: Iterable[T]) -> List[T]:
        """Store objects, new or not, all or none, and return them."""
        return await self._run(self.steps.save_many(objects))

    async def update(self, target: Union[T, Key], /, **changes: Any) -> Optional[T]:
        """Change some fields of an object, given itself or by its key. See
        :meth:`.Repository.update`."""
        return await self._run(self.steps.update(target, **changes))

    # --- deleting --------------------------------------------------------------------

    async def delete(self, target: Union[T, Key]) -> bool:
        """Delete an object and what belongs to it; False where there was none."""
        return await self._run(self.steps.delete(target))

    async def delete_where(
        self,
        /,
        where: Optional[Where] = None,
        *,
        all_rows: bool = False,
        **filters: Any,
    ) -> int:
        """Delete the objects that match and return how many they were. See
        :meth:`.Repository.delete_where`."""
        return await self._run(
            self.steps.delete_where(where, all_rows=all_rows, **filters)
        )

    # --- finding ---------------------------------------------------------------------

    async def get(self, key: Key) -> Optional[T]:
        """Return the object with the key, None where there is none."""
        return await self._run(self.steps.get(key))

    async def find(
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
        """Return the objects that match, all of them where no condition is given. See
        :meth:`.Repository.find`."""
        return await self._run(
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
    ) -> AsyncStream[T]:
        """Return the objects that match one by one, however many there are. See
        :meth:`.Repository.find_iter`."""
        selection = self.steps.selection(
            where, order_by, limit, offset, after, **filters
        )
        return self._session.stream(self.steps.mapper.read, selection, chunk_size)

    async def first(
        self,
        /,
        where: Optional[Where] = None,
        *,
        order_by: Optional[OrderBy] = None,
        **filters: Any,
    ) -> Optional[T]:
        """Return the first object that matches, by its key where no order is given;
        None where there is none."""
        return await self._run(self.steps.first(where, order_by=order_by, **filters))

    async def count(self, /, where: Optional[Where] = None, **filters: Any) -> int:
        """Return how many objects match."""
        return await self._run(self.steps.count(where, **filters))

    async def exists(self, /, where: Optional[Where] = None, **filters: Any) -> bool:
        """Tell whether any object matches."""
        return await self._run(self.steps.exists(where, **filters))
