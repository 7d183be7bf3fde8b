"""What must be forgotten in a forked child.

A fork copies descriptors and locks.  A copied socket is still the parent's stream, and
a copied lock may be held by a thread that the child has not got; so whatever owns such
things registers here and is told, in the child alone, to let go of them.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from typing import MutableSet
from weakref import WeakSet


class ForkAware(ABC):
    """Something that holds what a forked child must not use."""

    @abstractmethod
    def forget(self) -> None:
        """Start anew, in the child; the parent must notice nothing."""


_GUARDED: MutableSet[ForkAware] = WeakSet()


def guard(owner: ForkAware) -> None:
    """Call ``owner.forget`` in every child forked from now on, as long as it lives."""
    _GUARDED.add(owner)


def _forget_all() -> None:
    """Run in a child right after the fork."""
    for owner in list(_GUARDED):
        owner.forget()


os.register_at_fork(after_in_child=_forget_all)
