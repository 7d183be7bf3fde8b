"""Reading the definitions of indexes."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Collection, List, Mapping, Optional, Sequence, Tuple

from ..enums import Direction
from .definition_field import (
    check_keys,
    read_column_names,
    read_flag,
    read_list,
    read_mapping,
    read_name,
    read_sql,
)
from .faults import Faults
from ..short_repr import short_repr
from .identifier import MAX_NAME_BYTES
from .index import Index, IndexColumn, PartialCondition
from .rules.text import text_fault

INDEX_KEYS = frozenset({"name", "columns", "unique", "where", "fulltext"})

_DIRECTIONS = {direction.value: direction for direction in Direction}


def read_indexes(
    given: Any, table_name: str, columns: Collection[str], path: str, faults: Faults
) -> Tuple[Index, ...]:
    """Read a list of indexes; faults are kept."""
    return tuple(
        _read_index(item, table_name, columns, f"{path}[{place}]", faults)
        for place, item in enumerate(read_list(given, path, faults))
    )


def _read_index(
    given: Any, table_name: str, columns: Collection[str], path: str, faults: Faults
) -> Index:
    """Read one index."""
    fields = read_mapping(given, path, faults)
    check_keys(fields, INDEX_KEYS, path, faults)
    members = _read_members(fields.get("columns"), columns, f"{path}.columns", faults)
    unique = read_flag(fields, "unique", False, path, faults)
    fulltext = read_flag(fields, "fulltext", False, path, faults)
    where = _read_where(fields.get("where"), f"{path}.where", faults)
    if fulltext and (unique or where is not None):
        faults.add(path, "a fulltext index is neither unique nor partial")
    name = fields.get("name")
    if name is None:
        name = _derived_name(table_name, [member.name for member in members], unique)
    return Index(
        name=read_name(name, f"{path}.name", faults),
        columns=members,
        unique=unique,
        where=where,
        fulltext=fulltext,
    )


def _read_members(
    given: Any, columns: Collection[str], path: str, faults: Faults
) -> Tuple[IndexColumn, ...]:
    """Read names, and pairs of a name and a direction."""
    names: List[Any] = []
    directions: List[Direction] = []
    for place, item in enumerate(read_list(given, path, faults)):
        direction = Direction.ASC
        if isinstance(item, (list, tuple)) and len(item) == 2:
            item, stated = item
            known = _DIRECTIONS.get(str(stated).upper())
            if known is None:
                faults.add(
                    f"{path}[{place}]",
                    f"a direction is ASC or DESC, not {short_repr(stated)}",
                )
            direction = known or direction
        names.append(item)
        directions.append(direction)
    checked = read_column_names(names, columns, path, faults)
    if len(checked) != len(directions):
        return ()
    return tuple(map(IndexColumn, checked, directions))


def _read_where(given: Any, path: str, faults: Faults) -> Optional[PartialCondition]:
    """Read the condition of a partial index."""
    if given is None:
        return None
    if isinstance(given, str) and given.strip():
        sql = read_sql(given, path, faults)
        return None if sql is None else PartialCondition(sql=sql)
    if isinstance(given, Mapping) and given:
        return _read_where_dict(given, path, faults)
    faults.add(path, f"must be a where dict or SQL text, not {short_repr(given)}")
    return None


def _read_where_dict(
    given: Mapping[str, Any], path: str, faults: Faults
) -> Optional[PartialCondition]:
    """Keep a ``where`` as JSON."""
    try:
        encoded = json.dumps(given, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        faults.add(
            path, f"holds a value that JSON does not carry; give SQL text ({error})"
        )
        return None
    fault = text_fault(encoded)
    if fault is not None:
        faults.add(path, f"holds text that no database takes: {fault}")
        return None
    return PartialCondition(encoded=encoded)


def _derived_name(table_name: str, columns: Sequence[str], unique: bool) -> str:
    """Return the name of an index that was given none.

    A name that would be too long is cut and gets a digest of the whole.
    """
    prefix = "uq" if unique else "ix"
    name = "_".join((prefix, table_name, *columns))
    encoded = name.encode(errors="replace")
    if len(encoded) <= MAX_NAME_BYTES:
        return name
    digest = hashlib.sha256(encoded).hexdigest()[:8]
    kept = encoded[: MAX_NAME_BYTES - len(digest) - 1].decode(errors="ignore")
    return f"{kept}_{digest}"
