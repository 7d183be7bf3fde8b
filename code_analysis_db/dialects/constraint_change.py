"""Taking constraints away from a table: by their names, or by what they are."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Sequence

import attrs

from ..exceptions import SchemaDefinitionError, UnsupportedError
from ..schema import Table, near_hint
from ..short_repr import short_repr

_FIELDS = {
    "primary_key": "columns",
    "unique": "columns",
    "foreign_key": "columns",
    "check": "expression",
}


@attrs.frozen(slots=True)
class _Part:
    """A constraint of a table.

    Attributes:
        kind: as a definition calls it.
        place: among those of its kind.
        content: its columns, or the text of a check.
        names: the one that was stated, and the one that the database has.
    """

    kind: str
    place: int
    content: object
    names: Sequence[Optional[str]]

    def is_meant(self, item: Any) -> bool:
        """Tell whether an item of ``drop_constraints`` is this constraint."""
        if isinstance(item, str):
            return item in self.names
        if item["type"] != self.kind:
            return False
        if item.get("name") is not None and item["name"] not in self.names:
            return False
        wanted = item.get(_FIELDS[self.kind])
        if self.kind == "check":
            return wanted is None or wanted == self.content
        return wanted is None or tuple(wanted) == self.content


def without_constraints(
    table: Table, named: Optional[Table], items: Sequence[Any]
) -> Table:
    """Return the table without some of its constraints.

    Args:
        table: as it was stated.
        named: the same with the names that the database has; None where they are the
            stated ones.
        items: each a name, or a constraint as a definition has it, of which as much
            as tells it from others suffices.

    Raises:
        SchemaDefinitionError: it has no such constraint, or several.
        UnsupportedError: it is a primary key that numbers the rows.
    """
    if not items:
        return table
    parts = _parts(table, named or table)
    gone = [_found(table, parts, item) for item in items]

    def kept(kind: str, all_of_kind: Sequence[Any]) -> Any:
        """Return the constraints of a kind that stay."""
        places = {part.place for part in gone if part.kind == kind}
        return tuple(c for n, c in enumerate(all_of_kind) if n not in places)

    rest = attrs.evolve(
        table,
        uniques=kept("unique", table.uniques),
        foreign_keys=kept("foreign_key", table.foreign_keys),
        checks=kept("check", table.checks),
    )
    if any(part.kind == "primary_key" for part in gone):
        if table.numbered_key is not None:
            raise UnsupportedError(
                f"the primary key of table {table.name!r} stays: column"
                f" {table.numbered_key!r} numbers the rows",
                table=table.name,
            )
        return attrs.evolve(rest, primary_key=(), primary_key_name=None)
    return rest


def _parts(table: Table, named: Table) -> List[_Part]:
    """Return the constraints of a table."""
    parts: List[_Part] = []
    if table.primary_key:
        names = (table.primary_key_name, named.primary_key_name)
        parts.append(_Part("primary_key", 0, table.primary_key, names))
    for place, unique in enumerate(table.uniques):
        names = (unique.name, named.uniques[place].name)
        parts.append(_Part("unique", place, unique.columns, names))
    for place, key in enumerate(table.foreign_keys):
        names = (key.name, named.foreign_keys[place].name)
        parts.append(_Part("foreign_key", place, key.columns, names))
    for place, check in enumerate(table.checks):
        names = (check.name, named.checks[place].name)
        parts.append(_Part("check", place, check.expression, names))
    return parts


def _found(table: Table, parts: Sequence[_Part], item: Any) -> _Part:
    """Return the constraint that an item means.

    Raises:
        SchemaDefinitionError: there is none, or are several.
    """
    if not isinstance(item, str):
        _check_form(table, item)
    found = [part for part in parts if part.is_meant(item)]
    if len(found) == 1:
        return found[0]
    if found:
        raise SchemaDefinitionError(
            f"table {table.name!r} has {len(found)} constraints that {short_repr(item)}"
            " may mean; say their columns or their names",
            table=table.name,
        )
    known = {name for part in parts for name in part.names if name is not None}
    hint = near_hint(item, known) if isinstance(item, str) else ""
    raise SchemaDefinitionError(
        f"table {table.name!r} has no constraint {short_repr(item)}{hint}",
        table=table.name,
    )


def _check_form(table: Table, item: Any) -> None:
    """Refuse what is neither a name nor a constraint.

    Raises:
        SchemaDefinitionError: it is.
    """
    kind = item.get("type") if isinstance(item, Mapping) else None
    columns = item.get("columns", ()) if isinstance(item, Mapping) else ()
    if kind not in _FIELDS or not isinstance(columns, (list, tuple)):
        raise SchemaDefinitionError(
            "drop_constraints has names, or dicts with the type and the columns of a"
            f" constraint, not {short_repr(item)}",
            table=table.name,
        )
