"""How many characters the text columns of a key may have.

The limit is that of MySQL, whose keys hold 768 characters of four bytes; it is checked
on every database, so that what one stores every other stores too.
"""

from __future__ import annotations

from typing import Dict, Iterable, Sequence

from ..enums import LogicalType
from .column import Column
from .rules.factory import KEY_TEXT_LIMIT


def text_key_limits(
    columns: Iterable[Column], keys: Iterable[Sequence[str]]
) -> Dict[str, int]:
    """Return the limit of each text column that is in a key.

    The columns of one key share :data:`KEY_TEXT_LIMIT` evenly; a column in several
    keys has the smallest share.
    """
    texts = {column.name for column in columns if column.type is LogicalType.TEXT}
    limits: Dict[str, int] = {}
    for key in keys:
        members = texts.intersection(key)
        for name in members:
            share = KEY_TEXT_LIMIT // len(members)
            limits[name] = min(share, limits.get(name, share))
    return limits
