"""The calls of the C library that a keeper of servers needs and Python does not offer.

Linux only.
"""

from __future__ import annotations

import ctypes
import os

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_IPC_RMID = 0

_LIBC = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, argument: int) -> None:
    """Call prctl(2)."""
    if _LIBC.prctl(option, argument, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def die_with_parent(number: int) -> None:
    """Have this process get a signal when the thread that started it ends."""
    _prctl(_PR_SET_PDEATHSIG, number)


def adopt_orphans() -> None:
    """Become the parent of all descendants whose own parents end."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def remove_shared_memory(identifier: int) -> None:
    """Remove a System V segment, which outlives the processes that use it."""
    if _LIBC.shmctl(identifier, _IPC_RMID, None) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
