"""The row that an object was read from or saved as last, kept by the object itself.

It is what a partial update compares with.  It takes one more slot of the object and no
copy: the rows of a read are there anyway.  A table of weak references beside the
objects would cost a read of many rows more than all of its conversion.
"""

from __future__ import annotations

from typing import Any, Callable, Optional, Sequence, Type, TypeVar

_C = TypeVar("_C", bound=type)
_SLOT = "__stored_row__"


def with_stored_row(cls: _C) -> _C:
    """Return the class with room for the row: a subclass that looks like it, as attrs
    makes one for ``slots=True``."""
    if hasattr(cls, _SLOT):
        return cls
    body = {
        "__slots__": (_SLOT,),
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__doc__": cls.__doc__,
    }
    roomy: _C = type(cls)(cls.__name__, (cls,), body)
    return roomy


def row_keeper(cls: Type[Any]) -> Callable[[Any, Sequence[Any]], None]:
    """Return what makes an object of the class keep a row, frozen or not."""
    keep: Callable[[Any, Sequence[Any]], None] = getattr(cls, _SLOT).__set__
    return keep


def stored_row(obj: Any) -> Optional[Sequence[Any]]:
    """Return the row that an object keeps, None for one that was neither read nor
    saved, such as a copy."""
    row: Optional[Sequence[Any]] = getattr(obj, _SLOT, None)
    return row
