"""What a client makes by itself for a new object: its id and its time stamps.

Ids are UUIDs of version 7 (RFC 9562, section 5.7): they sort by the time at which they
were made, so that a table's key index grows at one end, and they are made without
asking the database, so that a parent and its children travel in one message.

Layout, from the most significant bit: 48 bits of Unix time in milliseconds, 4 bits
version, 12 bits of the fraction of the millisecond (the RFC's method 3), 2 bits
variant, 62 random bits.  The random bits come from the operating system, hence a
forked child does not repeat its parent's ids.
"""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from typing import Any, Iterable, List
from uuid import UUID

_VERSION_AND_VARIANT = 0x7 << 76 | 0b10 << 62
_RANDOM_MASK = (1 << 62) - 1
_NANOSECONDS = 1_000_000
_FRACTIONS = 1 << 12


class _Clock:
    """The time of the last id that this process made, in 1/4096 milliseconds.

    Threads may race for it and get equal times; the random bits tell their ids apart.
    """

    __slots__ = ("last",)

    def __init__(self) -> None:
        """Start before every time."""
        self.last = 0

    def tick(self) -> int:
        """Return the time now, or just after the last one if the clock stands still
        or was set back."""
        milliseconds, rest = divmod(time.time_ns(), _NANOSECONDS)
        now = milliseconds * _FRACTIONS + rest * _FRACTIONS // _NANOSECONDS
        self.last = now = max(now, self.last + 1)
        return now


_clock = _Clock()


def new_id() -> UUID:
    """Return a new time-ordered id; later ones of a thread compare greater."""
    milliseconds, fraction = divmod(_clock.tick(), _FRACTIONS)
    random = int.from_bytes(os.urandom(8), "big") & _RANDOM_MASK
    return UUID(int=milliseconds << 80 | fraction << 64 | _VERSION_AND_VARIANT | random)


def id_texts(values: Iterable[Any]) -> List[Any]:
    """Return UUIDs as texts, and what is none as it is.

    A text costs a third of what a UUID does, from here into the database; neighbours
    that refer to the same object have it from the one before.
    """
    texts: List[Any] = []
    last: Any = None
    text: Any = None
    for value in values:
        if value is not last:
            last = text = value
            if type(value) is UUID:
                digits = "%032x" % value.int
                text = (
                    f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}"
                    f"-{digits[16:20]}-{digits[20:]}"
                )
        texts.append(text)
    return texts


def utc_now() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(timezone.utc)
