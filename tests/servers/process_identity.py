"""Tells a process from others with the same number: later ones, and those of other
machines and containers."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Optional

import attrs

from .process_tree import stat_fields


@lru_cache(maxsize=1)
def _this_place() -> str:
    """Return a mark of where process numbers mean what they mean here, and since when:
    of the kernel's start and of the namespace."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text()
    return sha256((boot + os.readlink("/proc/self/ns/pid")).encode()).hexdigest()[:8]


@attrs.frozen
class ProcessIdentity:
    """A process.

    Attributes:
        place: a mark of its kernel and namespace.
        pid: its number.
        started: when it started, in clock ticks since the machine did.
    """

    place: str
    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> "ProcessIdentity":
        """Return the identity of the process that has this number now."""
        return cls(_this_place(), pid, int(stat_fields(pid)[19]))

    @classmethod
    def parse(cls, text: str) -> Optional["ProcessIdentity"]:
        """Read what ``str`` made at the beginning of a text, None where it did not."""
        found = re.match(r"([0-9a-f]{8})_(\d+)_(\d+)", text)
        return found and cls(found[1], int(found[2]), int(found[3]))

    def __str__(self) -> str:
        """Return a text for names of files and databases."""
        return f"{self.place}_{self.pid}_{self.started}"

    @property
    def is_known_dead(self) -> bool:
        """Whether the process is no more, or a zombie; of others' nobody here knows."""
        if self.place != _this_place():
            return False
        fields = stat_fields(self.pid)
        return not fields or fields[0] == "Z" or int(fields[19]) != self.started
