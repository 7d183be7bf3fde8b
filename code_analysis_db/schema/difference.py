"""What is to happen to a table so that it becomes another."""

from __future__ import annotations

from typing import Mapping, Optional, Tuple

import attrs

from .column import Column
from .constraint import CheckConstraint, ForeignKey, UniqueConstraint
from .index import Index
from .table import Table


@attrs.frozen(slots=True)
class ColumnChange:
    """A column that stays and becomes another, but for its name.

    Attributes:
        before: as it is, by its name before.
        after: as it is to be.
        native: the type that the database has for it, where that is not the one which
            the dialect declares ``before`` with (a table made by others); else None.
    """

    before: Column
    after: Column
    native: Optional[str] = None


@attrs.frozen(slots=True)
class TableDifference:
    """The difference between two states of one table.

    What is dropped is as it was ``before``, with the names that the database has for
    constraints; what is added is as it will be ``after``.

    Attributes:
        before: the table as it is.
        after: the table as it is to be; its name may differ.
        renamed_columns: old names to new.
        added_columns: in the order of ``after``.
        dropped_columns: in the order of ``before``.
        changed_columns: of which more than the name differs.
        has_new_primary_key: whether the primary key is another, renames aside.
        added_uniques, dropped_uniques: unique constraints.
        added_foreign_keys, dropped_foreign_keys: foreign keys.
        added_checks, dropped_checks: checks.
        added_indexes, dropped_indexes: indexes; one that changes is dropped and added.
    """

    before: Table
    after: Table
    renamed_columns: Mapping[str, str] = attrs.field(factory=dict)
    added_columns: Tuple[Column, ...] = ()
    dropped_columns: Tuple[Column, ...] = ()
    changed_columns: Tuple[ColumnChange, ...] = ()
    has_new_primary_key: bool = False
    added_uniques: Tuple[UniqueConstraint, ...] = ()
    dropped_uniques: Tuple[UniqueConstraint, ...] = ()
    added_foreign_keys: Tuple[ForeignKey, ...] = ()
    dropped_foreign_keys: Tuple[ForeignKey, ...] = ()
    added_checks: Tuple[CheckConstraint, ...] = ()
    dropped_checks: Tuple[CheckConstraint, ...] = ()
    added_indexes: Tuple[Index, ...] = ()
    dropped_indexes: Tuple[Index, ...] = ()

    @property
    def renamed_to(self) -> Optional[str]:
        """The table's new name, None where it keeps its own."""
        return self.after.name if self.after.name != self.before.name else None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return self.renamed_to is None and not any(
            (
                self.renamed_columns,
                self.added_columns,
                self.dropped_columns,
                self.changed_columns,
                self.has_new_primary_key,
                self.added_uniques,
                self.dropped_uniques,
                self.added_foreign_keys,
                self.dropped_foreign_keys,
                self.added_checks,
                self.dropped_checks,
                self.added_indexes,
                self.dropped_indexes,
            )
        )
