"""How classes map to tables: the declaration, and what is made of it."""

from __future__ import annotations

from .declaration import (
    ForeignKey,
    Index,
    Itself,
    Length,
    Precision,
    PrimaryKey,
    RenamedFrom,
    UpdatedAt,
    mapped,
)
from .identity import new_id, utc_now

__all__ = [
    "mapped",
    "PrimaryKey",
    "ForeignKey",
    "Itself",
    "UpdatedAt",
    "Length",
    "Precision",
    "RenamedFrom",
    "Index",
    "new_id",
    "utc_now",
]
