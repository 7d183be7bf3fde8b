"""A schema: every table of a database and a version, as one immutable value."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Any, Dict, Iterable, Mapping, Optional, Tuple, Union

import attrs

from .logical_type import portable_definition
from .schema_reader import read_schema
from .table import Table
from .table_digest import table_content
from .version import DIGEST_PREFIX

_DIGEST_DIGITS = 16


@attrs.frozen(slots=True)
class Schema:
    """A schema.

    Attributes:
        tables: in any order.
        version: what its author calls it, None where nothing was said.
    """

    tables: Tuple[Table, ...]
    version: Optional[str] = None

    @classmethod
    def from_definition(
        cls,
        definition: Union[Mapping[str, Any], Schema],
        others: Iterable[Table] = (),
    ) -> Schema:
        """Read a definition; of a schema written in Python, all that a definition is
        checked for is checked too.

        Args:
            others: tables that are there besides and stay: foreign keys may refer to
                them, and their names are taken.

        Raises:
            SchemaDefinitionError: names every fault of all tables with its path.
        """
        if isinstance(definition, Schema):
            definition = {"version": definition.version, "tables": definition.tables}
        return cls(**read_schema(definition, others))

    def to_definition(self) -> Dict[str, Any]:
        """Return the definition, in a form that JSON carries, that reads back as
        this schema."""
        tables = [table.to_definition() for table in self.tables]
        if self.version is None:
            return {"tables": tables}
        return {"version": self.version, "tables": tables}

    @cached_property
    def by_name(self) -> Dict[str, Table]:
        """The tables by their names."""
        return {table.name: table for table in self.tables}

    @cached_property
    def digest(self) -> str:
        """A SHA-256, in hex, of what the schema makes of a database: neither of the
        order of tables, columns and keys, nor of the version and of former names."""
        keys = {table.name: table.primary_key for table in self.tables}
        content = [
            table_content(table, keys)
            for table in sorted(self.tables, key=lambda table: table.name)
        ]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def effective_version(self) -> str:
        """The version, else one that stands for what the schema holds."""
        if self.version is not None:
            return self.version
        return DIGEST_PREFIX + self.digest[:_DIGEST_DIGITS]


def portable_schema(definition: Any) -> Any:
    """Return a schema's definition with the Python types named, for the wire.

    Nothing of a dict is checked: whoever reads the definition does that.
    """
    if isinstance(definition, Schema):
        return Schema.from_definition(definition).to_definition()
    if not isinstance(definition, Mapping):
        return definition
    tables = definition.get("tables")
    if not isinstance(tables, (list, tuple)):
        return dict(definition)
    return {**definition, "tables": [_portable_table(table) for table in tables]}


def _portable_table(table: Any) -> Any:
    """Return a table's definition with its types named."""
    if isinstance(table, Table):
        return table.to_definition()
    return portable_definition(table) if isinstance(table, Mapping) else table
