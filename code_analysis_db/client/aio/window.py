"""How many requests may be under way at once; the others wait for their turn."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, List

if TYPE_CHECKING:
    from .flight import Flight


class Window:
    """So many places on a connection, and the requests that wait for one.

    Attributes:
        free: places that nobody has.
        waiting: those who wait, the first one first.
    """

    __slots__ = ("free", "waiting")

    def __init__(self, width: int) -> None:
        """Have ``width`` places, all of them free."""
        self.free = width
        self.waiting: "OrderedDict[Flight, None]" = OrderedDict()

    def wait(self, flight: "Flight") -> None:
        """Let a request wait behind the others."""
        self.waiting[flight] = None

    def next(self) -> "Flight":
        """Give a place to the first who waits."""
        flight, _ = self.waiting.popitem(last=False)
        self.free -= 1
        return flight

    def forget(self, flight: "Flight") -> None:
        """Let a request wait no more."""
        self.waiting.pop(flight, None)

    def clear(self) -> "List[Flight]":
        """Return all who wait, and let them wait no more."""
        waiting = list(self.waiting)
        self.waiting.clear()
        return waiting
