"""The requests that wait in a driver process, kept apart by client.

Each client has a queue of its own, bounded in requests and in bytes; a client whose
queue is full is not read from, so it waits and nobody else does.  Clients take turns.
Within a client requests start in their order, each when the one before has been
answered; a client of more *width* has so many under way at once.  A request that is
marked urgent goes before other clients' ordinary ones as soon as it is its client's
next.

Only the loop thread touches a queue.
"""

from __future__ import annotations

from collections import deque
from typing import Deque, Generic, List, Optional, Tuple, TypeVar

_Item = TypeVar("_Item")


class ClientQueue(Generic[_Item]):
    """What one client has asked for and what has not been started yet.

    Attributes:
        width: how many of the client's requests may be under way at once.
        running: how many are.
        held: whether none is to start, however few are under way.
        busy: whether its next request has to wait: it is held, or has enough to do.
        size: bytes that wait.
    """

    __slots__ = ("items", "width", "running", "held", "busy", "size", "listed")

    def __init__(self) -> None:
        """Make an empty queue."""
        self.items: Deque[Tuple[_Item, int, bool]] = deque()
        self.width = 1
        self.running = 0
        self.held = False
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
        """Take the next request, which is under way until :meth:`finish`."""
        while self._urgent or self._ready:
            client = (self._urgent or self._ready).popleft()
            client.listed = False
            if client.busy or not client.items:
                continue
            item, size, _ = client.items.popleft()
            client.size -= size
            self.begin(client)
            self.waiting -= 1
            if client.items and not client.busy:
                self._list(client)
            return item
        return None

    def begin(self, client: ClientQueue[_Item]) -> None:
        """Count a request that starts."""
        client.running += 1
        client.busy = client.held or client.running >= client.width

    def finish(self, client: ClientQueue[_Item]) -> None:
        """Let the client's next request start, one that ran having been answered."""
        client.running -= 1
        self._go_on(client)

    def hold(self, client: ClientQueue[_Item]) -> None:
        """Let none of the client's requests start until :meth:`release`."""
        client.held = client.busy = True

    def release(self, client: ClientQueue[_Item]) -> None:
        """Let the client's requests start again."""
        client.held = False
        self._go_on(client)

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

    def _go_on(self, client: ClientQueue[_Item]) -> None:
        """Let the client's next request start, if it may."""
        client.busy = busy = client.held or client.running >= client.width
        if client.items and not busy and not client.listed:
            self._list(client)

    def _list(self, client: ClientQueue[_Item]) -> None:
        """Give a client whose next request can start its turn."""
        client.listed = True
        (self._urgent if client.items[0][2] else self._ready).append(client)
