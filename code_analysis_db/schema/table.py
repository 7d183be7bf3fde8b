"""A table: columns, keys, constraints, indexes, as one immutable value."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Dict, List, Mapping, Optional, Tuple

import attrs

from ..enums import LogicalType
from .column import Column
from .constraint import CheckConstraint, ForeignKey, UniqueConstraint
from .definition_writer import (
    check_definition,
    column_definition,
    foreign_key_definition,
    index_definition,
    key_definition,
)
from .index import Index
from .key_limit import text_key_limits
from .rules import ValueRule, value_rule
from .table_reader import read_table


@attrs.frozen(slots=True)
class Table:
    """A table.

    Attributes:
        name: case-sensitive.
        columns: in their order.
        primary_key: the names of its columns, empty for none.
        primary_key_name: of the constraint, None where not said.
        uniques: unique constraints, those of single columns among them.
        foreign_keys: those of single columns among them.
        checks: check constraints.
        indexes: without those that the database makes for constraints.
        renamed_from: the table's former name, for a schema sync that finds it under
            that name; two tables that differ in this only are equal.
    """

    name: str
    columns: Tuple[Column, ...]
    primary_key: Tuple[str, ...] = ()
    primary_key_name: Optional[str] = None
    uniques: Tuple[UniqueConstraint, ...] = ()
    foreign_keys: Tuple[ForeignKey, ...] = ()
    checks: Tuple[CheckConstraint, ...] = ()
    indexes: Tuple[Index, ...] = ()
    renamed_from: Optional[str] = attrs.field(default=None, eq=False)

    @classmethod
    def from_definition(cls, definition: Mapping[str, Any]) -> Table:
        """Read a definition.

        Raises:
            SchemaDefinitionError: names every fault with its path.
        """
        return cls(**read_table(definition))

    def to_definition(self) -> Dict[str, Any]:
        """Return the definition, in a form that JSON carries, that reads back as
        this table."""
        constraints: List[Dict[str, Any]] = []
        if self.primary_key:
            constraints.append(
                key_definition("primary_key", self.primary_key, self.primary_key_name)
            )
        constraints += [
            key_definition("unique", unique.columns, unique.name)
            for unique in self.uniques
        ]
        constraints += map(foreign_key_definition, self.foreign_keys)
        constraints += map(check_definition, self.checks)
        definition: Dict[str, Any] = {
            "name": self.name,
            "columns": list(map(column_definition, self.columns)),
            "constraints": constraints,
            "indexes": list(map(index_definition, self.indexes)),
        }
        if self.renamed_from is not None:
            definition["renamed_from"] = self.renamed_from
        return definition

    def plain(self) -> Table:
        """Return the table without what it was renamed from, which a catalogue does
        not keep."""
        if self.renamed_from is None and not any(c.renamed_from for c in self.columns):
            return self
        return attrs.evolve(
            self,
            renamed_from=None,
            columns=tuple(attrs.evolve(c, renamed_from=None) for c in self.columns),
        )

    @cached_property
    def by_name(self) -> Dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}

    @cached_property
    def column_names(self) -> Tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def single_key(self) -> Optional[str]:
        """The column that alone is the primary key, or None."""
        return self.primary_key[0] if len(self.primary_key) == 1 else None

    @cached_property
    def numbered_key(self) -> Optional[str]:
        """The primary key's column that the database numbers, or None."""
        key = self.single_key
        if key is not None and self.by_name[key].type is LogicalType.INTEGER:
            return key
        return None

    @property
    def unique_keys(self) -> List[Tuple[str, ...]]:
        """The columns of each key that no two rows share, the primary key first."""
        keys = [self.primary_key] if self.primary_key else []
        keys += [unique.columns for unique in self.uniques]
        keys += [
            index.column_names
            for index in self.indexes
            if index.unique and index.where is None
        ]
        return keys

    def rules(self) -> Dict[str, ValueRule]:
        """Return the rule of each column's values, by its name."""
        limits = text_key_limits(self.columns, self.unique_keys)
        return {
            column.name: value_rule(self.name, column, limits.get(column.name))
            for column in self.columns
        }

    def column_info(self) -> List[Dict[str, Any]]:
        """Describe the columns as ``get_table_info`` does, but for native types."""
        single_uniques = {key[0] for key in self.unique_keys if len(key) == 1}
        return [
            {
                **column_definition(column, portable=False),
                "nullable": column.nullable,
                "primary_key": column.name in self.primary_key,
                "unique": column.name in single_uniques,
            }
            for column in self.columns
        ]

    def with_renames(
        self, table_name: str, new_name: Optional[str], columns: Mapping[str, str]
    ) -> Table:
        """Return this table after a rename in the table that ``table_name`` was.

        The database follows such a rename in its foreign keys by itself.

        Args:
            table_name: the name before.
            new_name: the name after, None where it stays.
            columns: old names to new of the columns that were renamed.
        """
        followed = tuple(
            (
                attrs.evolve(
                    key,
                    table=new_name or table_name,
                    references=tuple(columns.get(n, n) for n in key.references),
                )
                if key.table == table_name
                else key
            )
            for key in self.foreign_keys
        )
        return attrs.evolve(self, foreign_keys=followed)
