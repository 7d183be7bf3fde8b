"""Reading the definitions of constraints."""

from __future__ import annotations

from typing import Any, Collection, List, Mapping, Optional, Tuple

import attrs

from ..enums import ReferenceAction
from .constraint import CheckConstraint, ForeignKey, UniqueConstraint
from .definition_field import (
    check_keys,
    read_column_names,
    read_list,
    read_mapping,
    read_name,
    read_optional_name,
    read_sql,
)
from .faults import Faults
from ..short_repr import short_repr
from .hint import near_hint

_KEYS = {
    "primary_key": frozenset({"type", "name", "columns"}),
    "unique": frozenset({"type", "name", "columns"}),
    "foreign_key": frozenset(
        {"type", "name", "columns", "references", "on_delete", "on_update"}
    ),
    "check": frozenset({"type", "name", "expression"}),
}

_REFERENCE_KEYS = frozenset({"table", "column", "columns", "on_delete", "on_update"})


@attrs.define(slots=True)
class ConstraintReading:
    """What the ``constraints`` of a table say."""

    primary_keys: List[UniqueConstraint] = attrs.Factory(list)
    uniques: List[UniqueConstraint] = attrs.Factory(list)
    foreign_keys: List[ForeignKey] = attrs.Factory(list)
    checks: List[CheckConstraint] = attrs.Factory(list)


def read_constraints(
    given: Any, columns: Collection[str], path: str, faults: Faults
) -> ConstraintReading:
    """Read a list of constraints; faults are kept."""
    reading = ConstraintReading()
    for place, item in enumerate(read_list(given, path, faults)):
        _read_constraint(item, columns, f"{path}[{place}]", faults, reading)
    return reading


def _read_constraint(
    given: Any,
    columns: Collection[str],
    path: str,
    faults: Faults,
    reading: ConstraintReading,
) -> None:
    """Read one constraint into its place in the reading."""
    fields = read_mapping(given, path, faults)
    kind = fields.get("type")
    if not isinstance(kind, str) or kind not in _KEYS:
        hint = near_hint(kind, _KEYS) or f"; known are {', '.join(_KEYS)}"
        faults.add(f"{path}.type", f"unknown constraint type {short_repr(kind)}{hint}")
        return
    check_keys(fields, _KEYS[kind], path, faults)
    name = read_optional_name(fields.get("name"), f"{path}.name", faults)
    if kind == "check":
        expression = read_sql(fields.get("expression"), f"{path}.expression", faults)
        if expression is not None:
            reading.checks.append(CheckConstraint(expression, name))
        return
    names = read_column_names(fields.get("columns"), columns, f"{path}.columns", faults)
    if kind == "foreign_key":
        key = read_references(names, fields.get("references"), fields, path, faults)
        reading.foreign_keys.append(attrs.evolve(key, name=name))
    else:
        kept = reading.primary_keys if kind == "primary_key" else reading.uniques
        kept.append(UniqueConstraint(names, name))


def read_references(
    columns: Tuple[str, ...],
    given: Any,
    beside: Mapping[str, Any],
    path: str,
    faults: Faults,
) -> ForeignKey:
    """Read what a foreign key refers to.

    Args:
        columns: the key's own columns.
        given: ``{"table": …, "columns": […]}`` (or ``"column"``), or the table's name,
            whose primary key is meant then.
        beside: the dict that holds ``references``, which may hold the actions too.
    """
    inside = f"{path}.references"
    if isinstance(given, str):
        given = {"table": given}
    fields = read_mapping(given, inside, faults)
    check_keys(fields, _REFERENCE_KEYS, inside, faults)
    named = fields.get("columns")
    if fields.get("column") is not None:
        if named is not None:
            faults.add(inside, "states both column and columns")
        named = [fields["column"]]
    references = tuple(
        read_name(name, f"{inside}.columns[{place}]", faults)
        for place, name in enumerate(read_list(named, f"{inside}.columns", faults))
    )
    if references and columns and len(references) != len(columns):
        faults.add(
            inside,
            f"{len(columns)} columns refer to {len(references)}",
        )
    return ForeignKey(
        columns=columns,
        table=read_name(fields.get("table"), f"{inside}.table", faults),
        references=references,
        on_delete=_read_action("on_delete", fields, beside, path, faults),
        on_update=_read_action("on_update", fields, beside, path, faults),
    )


def _read_action(
    event: str,
    fields: Mapping[str, Any],
    beside: Mapping[str, Any],
    path: str,
    faults: Faults,
) -> Optional[ReferenceAction]:
    """Return the action at ``event``, or None where it is not said."""
    given = fields.get(event)
    if given is None:
        given = beside.get(event)
    elif beside.get(event) not in (None, given):
        faults.add(f"{path}.{event}", "is stated twice, differently")
    if given is None:
        return None
    known = [action.value for action in ReferenceAction]
    spelling = str(given).upper().replace("_", " ")
    if spelling not in known:
        faults.add(
            f"{path}.{event}",
            f"unknown action {short_repr(given)}; known are {', '.join(known)}",
        )
        return None
    return ReferenceAction(spelling)
