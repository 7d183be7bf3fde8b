"""Objects that are set aside before they are deleted: files and projects."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Dict, List, TypeVar, Union

from ..asking import ask
from ..mapping.identity import utc_now
from ..repository_steps import Key, RepositorySteps
from ..steps import Steps

T = TypeVar("T")


class MarkedSteps(RepositorySteps[T]):
    """The operations of objects with the attributes ``deleted`` and ``updated_at``."""

    def mark_deleted(self, *targets: Union[T, Key]) -> Steps[int]:
        """Set objects aside."""
        return self._mark(targets, True)

    def restore(self, *targets: Union[T, Key]) -> Steps[int]:
        """Take objects back that were set aside."""
        return self._mark(targets, False)

    def _mark(self, targets: Any, deleted: bool) -> Steps[int]:
        """Set the mark of objects where it is another, and return of how many.

        The time of the mark is the object's time of update.
        """
        keys = list(map(self._key_of, targets))
        if not keys:
            return 0
        where = {"id": keys, "deleted": not deleted}
        row = self.mapper.to_changes({"deleted": deleted})
        yield from self.tables.ensure(self.cls)
        marked = yield from ask(lambda rpc: rpc.update(self._name, where, row))
        for target in targets:
            if isinstance(target, self.cls) and getattr(target, "deleted") != deleted:
                self.mapper.changed(target, row)
        return marked

    def _key_of(self, target: Union[T, Key]) -> Any:
        """Return the key of an object that is given itself or by it."""
        if isinstance(target, self.cls):
            return self.mapper.key_of(target)
        return target

    def _set_aside(self, older_than: timedelta) -> Dict[str, Any]:
        """Return the condition for what was set aside so long ago."""
        return {"deleted": True, "updated_at": {"lte": utc_now() - older_than}}

    def _keys(self, where: Dict[str, Any], limit: int) -> Steps[List[Any]]:
        """Return the keys of some objects that match."""
        rows = yield from ask(
            lambda rpc: rpc.select(self._name, where, ["id"], limit=limit)
        )
        return [row["id"] for row in rows]
