"""How classes of your own are stored: put :func:`mapped` above an attrs class.

A façade over ``client.mapping``; its declaration module says what each marker means.
"""

from __future__ import annotations

from .client.mapping import (
    ForeignKey,
    Index,
    Itself,
    Length,
    Precision,
    PrimaryKey,
    RenamedFrom,
    UpdatedAt,
    mapped,
    new_id,
    utc_now,
)

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
