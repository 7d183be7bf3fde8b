"""Reading the fields of a definition's dicts, with faults kept and not raised."""

from __future__ import annotations

from typing import Any, Collection, List, Mapping, Optional, Sequence, Tuple

from .faults import Faults
from ..short_repr import short_repr
from .hint import near_hint
from .identifier import column_name_fault, name_fault, repeated_names
from .rules.text import text_fault


def check_keys(
    given: Mapping[Any, Any], known: Collection[str], path: str, faults: Faults
) -> None:
    """Keep a fault for each key that is not known."""
    for key in given:
        if key not in known:
            hint = near_hint(key, known) or f"; known are {', '.join(sorted(known))}"
            faults.add(path, f"unknown key {key!r}{hint}")


def read_mapping(given: Any, path: str, faults: Faults) -> Mapping[str, Any]:
    """Return a dict; an empty one, and a fault, for anything else."""
    if isinstance(given, Mapping):
        return given
    faults.add(path, f"must be a dict, not {short_repr(given)}")
    return {}


def read_list(given: Any, path: str, faults: Faults) -> Sequence[Any]:
    """Return a list; an empty one, and a fault, for anything else."""
    if given is None:
        return ()
    if isinstance(given, (list, tuple)):
        return given
    faults.add(path, f"must be a list, not {short_repr(given)}")
    return ()


def read_flag(
    given: Mapping[str, Any], key: str, default: bool, path: str, faults: Faults
) -> bool:
    """Return a bool."""
    value = given.get(key)
    if value is None:
        return default
    if not isinstance(value, bool):
        faults.add(f"{path}.{key}", f"must be true or false, not {short_repr(value)}")
        return default
    return value


def read_count(
    given: Mapping[str, Any],
    key: str,
    bounds: Tuple[int, int],
    path: str,
    faults: Faults,
) -> Optional[int]:
    """Return an int within the bounds, or None where it is not said."""
    value = given.get(key)
    if value is None:
        return None
    low, high = bounds
    if isinstance(value, bool) or not isinstance(value, int):
        faults.add(f"{path}.{key}", f"must be an int, not {short_repr(value)}")
        return None
    if not low <= value <= high:
        faults.add(f"{path}.{key}", f"must be from {low} to {high}, not {value}")
        return None
    return value


def read_column_name(given: Any, path: str, faults: Faults) -> str:
    """Return the name of a column that every database takes."""
    fault = column_name_fault(given)
    if fault is not None:
        faults.add(path, fault)
    return given if isinstance(given, str) else ""


def read_name(given: Any, path: str, faults: Faults) -> str:
    """Return a name that every database takes."""
    fault = name_fault(given)
    if fault is not None:
        faults.add(path, fault)
    return given if isinstance(given, str) else ""


def read_optional_name(given: Any, path: str, faults: Faults) -> Optional[str]:
    """Return a name, or None where it is not said."""
    return None if given is None else read_name(given, path, faults) or None


def read_sql(given: Any, path: str, faults: Faults) -> Optional[str]:
    """Return SQL text that every database can be sent, or None, and a fault."""
    if not isinstance(given, str) or not given.strip():
        faults.add(path, f"must be SQL text, not {short_repr(given)}")
        return None
    fault = text_fault(given)
    if fault is not None:
        faults.add(path, f"must be SQL text, not {short_repr(given)}: {fault}")
        return None
    return given


def read_column_names(
    given: Any, known: Collection[str], path: str, faults: Faults
) -> Tuple[str, ...]:
    """Return the names of columns that the table has, at least one, none twice."""
    names: List[str] = []
    for place, name in enumerate(read_list(given, path, faults)):
        if not isinstance(name, str) or name not in known:
            faults.add(
                f"{path}[{place}]",
                f"unknown column {short_repr(name)}{near_hint(name, known)}",
            )
        else:
            names.append(name)
    if not names and not given:
        faults.add(path, "must name at least one column")
    for name in repeated_names(names):
        faults.add(path, f"names the column {name!r} twice")
    return tuple(names)
