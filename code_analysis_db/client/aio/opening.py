"""Something that is opened by being awaited, or by an ``async with`` block."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Coroutine, Generator, Generic, Optional, Protocol, Type, TypeVar


class Closable(Protocol):
    """Something that is closed in the end."""

    async def close(self) -> None:
        """Close it."""


C = TypeVar("C", bound=Closable)


class Opening(Generic[C]):
    """What ``await`` opens and gives; an ``async with`` block closes it too."""

    def __init__(self, opening: Coroutine[Any, Any, C]) -> None:
        """Open with that coroutine, once it is asked for."""
        self._opening = opening
        self._opened: Optional[C] = None

    def __await__(self) -> Generator[Any, Any, C]:
        """Open it."""
        return self._opening.__await__()

    async def __aenter__(self) -> C:
        """Open it for a block."""
        self._opened = opened = await self._opening
        return opened

    async def __aexit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Close it."""
        if self._opened is not None:
            await self._opened.close()
