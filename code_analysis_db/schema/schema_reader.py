"""Reading the definition of a schema: the faults of all tables make one error.

What no table alone can tell is checked here: names that two tables share, foreign keys
that refer to what is not there, renames that contradict each other.
"""

from __future__ import annotations

from operator import attrgetter
from typing import (
    Any,
    Container,
    Dict,
    Iterable,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Tuple,
    TypedDict,
)

from ..exceptions import SchemaDefinitionError
from ..short_repr import short_repr
from .definition_field import check_keys, read_list
from .faults import Faults
from .hint import near_hint
from .reference import reference_fault
from .table import Table
from .table_reader import read_table_fields
from .version import read_version

SCHEMA_KEYS = frozenset({"version", "tables"})


class SchemaFields(TypedDict):
    """The fields of a ``Schema``."""

    tables: Tuple[Table, ...]
    version: Optional[str]


class _Part:
    """A table that was read, with where its faults are kept."""

    def __init__(self, table: Table, faults: Faults) -> None:
        """Keep both."""
        self.table = table
        self.faults = faults


def read_schema(definition: Any, others: Iterable[Table] = ()) -> SchemaFields:
    """Read a schema's definition.

    Args:
        definition: the dict.
        others: tables that are there besides, which had no faults.

    Raises:
        SchemaDefinitionError: names every fault with its path.
    """
    if not isinstance(definition, Mapping):
        raise SchemaDefinitionError(
            "the definition of a schema is a dict with tables, not"
            f" {short_repr(definition)}"
        )
    faults = Faults()
    check_keys(definition, SCHEMA_KEYS, "", faults)
    version = read_version(definition.get("version"), "version", faults)
    if definition.get("tables") is None:
        faults.add("tables", "is missing")
    parts = [
        _read_part(item, place, faults)
        for place, item in enumerate(
            read_list(definition.get("tables"), "tables", faults)
        )
    ]
    by_name = {part.table.name: part for part in parts}
    besides = [_Part(table, Faults()) for table in _unmentioned(others, by_name)]
    _check_names(parts, besides)
    _check_renames(parts, by_name)
    sound = frozenset(part for part in [*parts, *besides] if not part.faults)
    by_name.update({part.table.name: part for part in besides})
    for part in parts:
        _check_references(part, by_name, sound)
    faults.raise_any("the definition of the schema has faults")
    return SchemaFields(tables=tuple(part.table for part in parts), version=version)


def _unmentioned(others: Iterable[Table], by_name: Mapping[str, _Part]) -> List[Table]:
    """Return the tables which a schema has neither under their names nor renames."""
    there = {table.name: table for table in others}
    former = {
        part.table.renamed_from for name, part in by_name.items() if name not in there
    }
    return [
        table
        for name, table in there.items()
        if name not in by_name and name not in former
    ]


def _read_part(item: Any, place: int, faults: Faults) -> _Part:
    """Read one table, given as a dict or as a ``Table``."""
    path = f"tables[{place}]"
    name = item.name if isinstance(item, Table) else None
    if isinstance(item, Mapping):
        name = item.get("name")
    own = faults.within(f"{path} {name!r}" if isinstance(name, str) else path)
    if isinstance(item, Table):
        try:
            item = item.to_definition()
        except (AttributeError, TypeError, ValueError, SchemaDefinitionError) as error:
            own.add("", f"holds what cannot be written as a definition: {error}")
            return _Part(Table(str(name), ()), own)
    if not isinstance(item, Mapping):
        own.add("", f"must be a dict or a Table, not {short_repr(item)}")
        return _Part(Table("", ()), own)
    return _Part(Table(**read_table_fields(item, own)), own)


def _check_names(parts: Sequence[_Part], others: Sequence[_Part]) -> None:
    """Check the names that are unique in a database, those of others taken first.

    Upper and lower case are one on SQLite and MySQL.  Tables, indexes and the keys that
    an index stands behind share one set of names on PostgreSQL, foreign keys and checks
    have one each on MySQL.
    """
    relations: Dict[str, str] = {}
    foreign_keys: Dict[str, str] = {}
    checks: Dict[str, str] = {}
    there = {part.table.name.casefold(): part.table.name for part in others}
    relations.update({name: f"table {there[name]!r}" for name in there})
    for part in parts:
        name = part.table.name
        if name.casefold() in there:
            other = there[name.casefold()]
            part.faults.add("name", f"differs from table {other!r} by case only")
        elif name and name.casefold() in relations:
            part.faults.add("name", f"the name {name!r} stands there twice")
        relations.setdefault(name.casefold(), f"table {name!r}")
    for part in (*others, *parts):
        table = part.table
        keys = [table.primary_key_name, *(unique.name for unique in table.uniques)]
        for names, path, taken in (
            ([index.name for index in table.indexes], "indexes", relations),
            (keys, "constraints", relations),
            ([key.name for key in table.foreign_keys], "constraints", foreign_keys),
            ([check.name for check in table.checks], "constraints", checks),
        ):
            _take(names, path, part, taken)


def _take(
    names: Sequence[Optional[str]], path: str, part: _Part, taken: Dict[str, str]
) -> None:
    """Take names for a table that no other has (its own it was checked for)."""
    owner = f" of table {part.table.name!r}"
    for name in filter(None, names):
        other = taken.setdefault(name.casefold(), path + owner)
        if not other.endswith(owner):
            part.faults.add(path, f"the name {name!r} stands in {other} already")


def _check_renames(parts: Sequence[_Part], by_name: Mapping[str, _Part]) -> None:
    """Check that each table which is renamed had a name of its own."""
    former: Set[str] = set()
    for part in parts:
        renamed_from = part.table.renamed_from
        if renamed_from is None:
            continue
        if renamed_from in by_name:
            part.faults.add(
                "renamed_from", f"the schema has a table {renamed_from!r} still"
            )
        elif renamed_from in former:
            part.faults.add(
                "renamed_from", f"another table was {renamed_from!r} already"
            )
        former.add(renamed_from)


def _check_references(
    part: _Part, by_name: Mapping[str, _Part], sound: Container[_Part]
) -> None:
    """Check what the foreign keys of a table refer to.

    Whether they fit is seen where both tables had no fault before.
    """
    for key in filter(attrgetter("table"), part.table.foreign_keys):
        path = f"foreign key {list(key.columns)}"
        target = by_name.get(key.table)
        if target is None:
            hint = near_hint(key.table, by_name)
            part.faults.add(path, f"refers to the unknown table {key.table!r}{hint}")
        elif part in sound and target in sound:
            fault = reference_fault(part.table, key, target.table)
            if fault is not None:
                part.faults.add(path, fault)
