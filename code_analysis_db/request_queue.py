"""The requests that wait in a driver process, kept apart by client.

Each client has a queue of its own, bounded in requests and in bytes; a client whose
queue is full is not read from, so it waits and nobody else does.  Clients take turns.
Within a client requests start in their order, each when the one before has been
answered.  A request that is marked urgent goes before other clients' ordinary ones as
soon as it is its client's next.

Only the loop thread touches a queue.
"""

from __future__ import annotations

from collections import deque
from typing import Deque, Generic, List, Optional, Tuple, TypeVar

_Item = TypeVar("_Item")


class ClientQueue(Generic[_Item]):
    """What one client has asked for and what has not been started yet.

    Attributes:
        busy: whether a request of the client is being run.
        size: bytes that wait.
    """

    __slots__ = ("items", "busy", "size", "listed")

    def __init__(self) -> None:
        """Make an empty queue."""
        self.items: Deque[Tuple[_Item, int, bool]] = deque()
        self.busy = False
        self.size = 0
        self.listed = False


class RequestQueue(Generic[_Item]):
    """All clients' queues and whose turn it is.

    Attributes:
        waiting: how many requests wait.
    """

    def __init__(self, max_requests: int, max_bytes: int) -> None:
        """Make a queue of ``max_requests`` and ``max_bytes`` a client."""
        self._max_requests = max_requests
        self._max_bytes = max_bytes
        self._ready: Deque[ClientQueue[_Item]] = deque()
        self._urgent: Deque[ClientQueue[_Item]] = deque()
        self.waiting = 0

    def __len__(self) -> int:
        """Return how many requests wait."""
        return self.waiting

    @property
    def ready(self) -> bool:
        """Whether somebody has the next turn."""
        return bool(self._ready or self._urgent)

    def add(
        self, client: ClientQueue[_Item], item: _Item, size: int, urgent: bool = False
    ) -> None:
        """Put a request of ``size`` bytes at the end of its client's queue."""
        client.items.append((item, size, urgent))
        client.size += size
        self.waiting += 1
        if not client.busy and not client.listed:
            self._list(client)

    def next(self) -> Optional[_Item]:
        """Take the next request; its client is busy until :meth:`finish`."""
        while self._urgent or self._ready:
            client = (self._urgent or self._ready).popleft()
            client.listed = False
            if client.busy or not client.items:
                continue
            item, size, _ = client.items.popleft()
            client.size -= size
            client.busy = True
            self.waiting -= 1
            return item
        return None

    def finish(self, client: ClientQueue[_Item]) -> None:
        """Let the client's next request start."""
        client.busy = False
        if client.items and not client.listed:
            self._list(client)

    def remove(self, client: ClientQueue[_Item], item: _Item) -> bool:
        """Take one waiting request out; False where it does not wait."""
        for entry in client.items:
            if entry[0] == item:
                client.items.remove(entry)
                client.size -= entry[1]
                self.waiting -= 1
                return True
        return False

    def clear(self, client: ClientQueue[_Item]) -> List[_Item]:
        """Take out and return all that waits of a client."""
        items = [entry[0] for entry in client.items]
        self.waiting -= len(items)
        client.items.clear()
        client.size = 0
        return items

    def is_full(self, client: ClientQueue[_Item]) -> bool:
        """Whether the client should not be read from."""
        return len(client.items) >= self._max_requests or client.size >= self._max_bytes

    def has_room(self, client: ClientQueue[_Item]) -> bool:
        """Whether a client that was full may be read from again: at half its bounds,
        so that a client at the limit does not switch at every request."""
        return (
            len(client.items) <= self._max_requests // 2
            and client.size <= self._max_bytes // 2
        )

    def _list(self, client: ClientQueue[_Item]) -> None:
        """Give a client whose next request can start its turn."""
        client.listed = True
        (self._urgent if client.items[0][2] else self._ready).append(client)
