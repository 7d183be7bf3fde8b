"""What a sync is to make of a database: all of its tables, or some."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Union

from ...exceptions import SchemaDefinitionError
from ...schema import Schema
from ..existing_table import ExistingTable

Definition = Union[Mapping[str, Any], Schema]


class WantedSchema:
    """A definition, which is read beside the tables that it leaves alone.

    Attributes:
        keeps_others: whether it is of some tables only, and those that it has not stay.
    """

    def __init__(self, definition: Definition, *, keeps_others: bool) -> None:
        """Read a definition of all tables now.

        Raises:
            SchemaDefinitionError: names every fault with its path.
        """
        self.keeps_others = keeps_others
        self._definition = definition
        self._whole: Optional[Schema] = None
        if not keeps_others:
            self._whole = Schema.from_definition(definition)

    def beside(self, existing: Mapping[str, ExistingTable]) -> Schema:
        """Return the schema of the tables that are wanted.

        Args:
            existing: the tables that there are, to which one of some may refer.

        Raises:
            SchemaDefinitionError: names every fault with its path.
        """
        if self._whole is not None:
            return self._whole
        others = [found.stated for found in existing.values()]
        schema = Schema.from_definition(self._definition, others)
        if schema.version is not None:
            raise SchemaDefinitionError(
                f"version: {schema.version!r} is of a whole schema; where other tables"
                " are kept (keep_others=True) the database's stays, so leave it out"
            )
        return schema

    def version(self, schema: Schema, stored: str) -> str:
        """Return the version that the database is to have.

        Args:
            schema: what :meth:`beside` has returned.
            stored: the version that it has.
        """
        return stored if self.keeps_others else schema.effective_version
