"""Reading the definition of a table: every fault is found before one error is raised.

The format is a dict with ``name``, ``columns``, ``constraints`` and ``indexes``.  It
may come from a caller or, written by ``Table.to_definition``, from a catalogue.
"""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Sequence, Set, Tuple, TypedDict

import attrs

from ..enums import LogicalType
from ..exceptions import SchemaDefinitionError
from .column import Column
from .column_reader import ColumnReading, read_column
from .constraint import CheckConstraint, ForeignKey, UniqueConstraint
from .constraint_reader import ConstraintReading, read_constraints
from .definition_field import check_keys, read_list, read_optional_name
from .faults import Faults
from ..short_repr import short_repr
from .identifier import repeated_names, table_name_fault
from .index import Index
from .index_reader import read_indexes
from .key_limit import text_key_limits

TABLE_KEYS = frozenset({"name", "columns", "constraints", "indexes", "renamed_from"})

_NO_KEY_TYPES = (LogicalType.JSON, LogicalType.BLOB)


class TableFields(TypedDict):
    """The fields of a ``Table``."""

    name: str
    columns: Tuple[Column, ...]
    primary_key: Tuple[str, ...]
    primary_key_name: Optional[str]
    uniques: Tuple[UniqueConstraint, ...]
    foreign_keys: Tuple[ForeignKey, ...]
    checks: Tuple[CheckConstraint, ...]
    indexes: Tuple[Index, ...]
    renamed_from: Optional[str]


def read_table(definition: Mapping[str, Any]) -> TableFields:
    """Read a table's definition.

    Raises:
        SchemaDefinitionError: names every fault with its path.
    """
    if not isinstance(definition, Mapping):
        raise SchemaDefinitionError(
            f"the definition of a table is a dict, not {short_repr(definition)}"
        )
    faults = Faults()
    fields = read_table_fields(definition, faults)
    name = fields["name"]
    faults.raise_any(f"the definition of table {name!r} has faults", table=name or None)
    return fields


def read_table_fields(definition: Mapping[str, Any], faults: Faults) -> TableFields:
    """Read a table's definition; faults are kept."""
    check_keys(definition, TABLE_KEYS, "", faults)
    name = definition.get("name")
    fault = table_name_fault(name)
    if fault is not None:
        faults.add("name", fault)
    name = name if isinstance(name, str) else ""
    readings = [
        read_column(item, name, f"columns[{place}]", faults)
        for place, item in enumerate(
            read_list(definition.get("columns"), "columns", faults)
        )
    ]
    if not readings:
        faults.add("columns", "a table needs at least one column")
    names = [reading.column.name for reading in readings]
    for repeated in repeated_names(names):
        faults.add("columns", f"the name {repeated!r} stands there twice")
    stated = read_constraints(
        definition.get("constraints"), names, "constraints", faults
    )
    primary_key = _primary_key(readings, stated, faults)
    indexes = read_indexes(definition.get("indexes"), name, names, "indexes", faults)
    columns = tuple(_final_column(reading, primary_key) for reading in readings)
    own_keys = [r.foreign_key for r in readings if r.foreign_key is not None]
    fields = TableFields(
        name=name,
        columns=columns,
        primary_key=primary_key,
        primary_key_name=next((key.name for key in stated.primary_keys), None),
        uniques=_uniques(readings, stated, primary_key),
        foreign_keys=(*own_keys, *stated.foreign_keys),
        checks=tuple(stated.checks),
        indexes=indexes,
        renamed_from=read_optional_name(
            definition.get("renamed_from"), "renamed_from", faults
        ),
    )
    _check_names(fields, faults)
    _check_renames(columns, faults)
    _check_keys_of(fields, faults)
    _check_numbering(fields, faults)
    return fields


def _primary_key(
    readings: Sequence[ColumnReading], stated: ConstraintReading, faults: Faults
) -> Tuple[str, ...]:
    """Return the primary key, stated by its columns, by a constraint, or by both."""
    flagged = tuple(r.column.name for r in readings if r.primary_key)
    if len(stated.primary_keys) > 1:
        faults.add("constraints", "a table has one primary key")
    if not stated.primary_keys:
        return flagged
    key = stated.primary_keys[0].columns
    if flagged and set(flagged) != set(key):
        faults.add(
            "constraints",
            f"the primary key is {list(key)}, and by the columns {list(flagged)}",
        )
    return key


def _final_column(reading: ColumnReading, primary_key: Tuple[str, ...]) -> Column:
    """Return the column with what the primary key makes of it."""
    column = reading.column
    if column.name not in primary_key:
        return column
    numbered = len(primary_key) == 1 and column.type is LogicalType.INTEGER
    return attrs.evolve(
        column, nullable=False, autoincrement=numbered or column.autoincrement
    )


def _uniques(
    readings: Sequence[ColumnReading],
    stated: ConstraintReading,
    primary_key: Tuple[str, ...],
) -> Tuple[UniqueConstraint, ...]:
    """Return each set of unique columns once, without the primary key."""
    known = {frozenset(primary_key)}
    kept: List[UniqueConstraint] = []
    by_flag = [UniqueConstraint((r.column.name,)) for r in readings if r.unique]
    for unique in (*stated.uniques, *by_flag):
        if frozenset(unique.columns) not in known:
            known.add(frozenset(unique.columns))
            kept.append(unique)
    return tuple(kept)


def _check_names(fields: TableFields, faults: Faults) -> None:
    """Check that no two indexes and constraints have one name."""
    names = [index.name for index in fields["indexes"]]
    told = repeated_names(names)
    for repeated in told:
        faults.add("indexes", f"the name {repeated!r} stands there twice")
    keys = [fields["primary_key_name"], *(key.name for key in fields["uniques"])]
    others = [key.name for key in fields["foreign_keys"]]
    others += [check.name for check in fields["checks"]]
    # MySQL gives the index that it makes for a foreign key the name of the key
    for stated in ((*names, *filter(None, keys)), filter(None, (*keys, *others))):
        for repeated in repeated_names(stated):
            if repeated not in told:
                told.append(repeated)
                faults.add("constraints", f"the name {repeated!r} stands there twice")


def _check_renames(columns: Sequence[Column], faults: Faults) -> None:
    """Check that each column which is renamed was another's name of its own."""
    names = {column.name for column in columns}
    former: Set[str] = set()
    for column in columns:
        path = f"column {column.name!r}.renamed_from"
        if column.renamed_from is None:
            continue
        if column.renamed_from in names:
            faults.add(path, f"the table has a column {column.renamed_from!r} still")
        elif column.renamed_from in former:
            faults.add(path, f"another column was {column.renamed_from!r} already")
        former.add(column.renamed_from)


def _check_keys_of(fields: TableFields, faults: Faults) -> None:
    """Check what every database asks of the columns of keys and indexes."""
    by_name = {column.name: column for column in fields["columns"]}
    keys = [fields["primary_key"], *(unique.columns for unique in fields["uniques"])]
    unique_indexes = [i.column_names for i in fields["indexes"] if i.unique]
    plain = [i.column_names for i in fields["indexes"] if not i.fulltext]
    for name in sorted({name for key in (*keys, *plain) for name in key}):
        if by_name[name].type in _NO_KEY_TYPES:
            faults.add(
                f"column {name!r}",
                f"a {by_name[name].type.value} column is in no key and no index",
            )
    _check_fulltext(fields, by_name, faults)
    limits = text_key_limits(fields["columns"], [*keys, *unique_indexes])
    for name, limit in limits.items():
        length = by_name[name].length
        if length is not None and length > limit:
            faults.add(
                f"column {name!r}",
                f"the length {length} is more than its keys leave to it, {limit}",
            )
    for key in fields["foreign_keys"]:
        for event, action in (("delete", key.on_delete), ("update", key.on_update)):
            if action == "SET NULL" and not all(
                by_name[name].nullable for name in key.columns if name in by_name
            ):
                faults.add(
                    f"foreign key {list(key.columns)}",
                    f"sets NULL on {event} where a column takes none",
                )


def _check_fulltext(
    fields: TableFields, by_name: Mapping[str, Column], faults: Faults
) -> None:
    """Check that the words of fulltext indexes can be kept: beside each row, by its
    key."""
    for index in fields["indexes"]:
        if not index.fulltext:
            continue
        path = f"index {index.name!r}"
        if not fields["primary_key"]:
            faults.add(path, "a fulltext index needs a table with a primary key")
        for name in index.column_names:
            if by_name[name].type is not LogicalType.TEXT:
                faults.add(
                    path,
                    f"a fulltext index has TEXT columns; {name!r} is"
                    f" {by_name[name].type.value}",
                )


def _check_numbering(fields: TableFields, faults: Faults) -> None:
    """Check that what is to be numbered can be."""
    alone = fields["primary_key"] if len(fields["primary_key"]) == 1 else ()
    for column in fields["columns"]:
        path = f"column {column.name!r}"
        numbered = column.name in alone and column.type is LogicalType.INTEGER
        if column.autoincrement and not numbered:
            faults.add(path, "autoincrement needs an INTEGER that is the primary key")
        if column.name in alone and column.default is not None:
            faults.add(path, "a column that is the primary key has no default")
