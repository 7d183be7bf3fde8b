"""One step of a plan: what happens to one table, as SQL."""

from __future__ import annotations

from enum import Enum
from typing import Any, Dict, Optional, Tuple

import attrs

from ...dialects.base import Dialect
from ...schema import Table


class StepKind(str, Enum):
    """What a step does."""

    CREATE_TABLE = "create_table"
    DROP_TABLE = "drop_table"
    ALTER_TABLE = "alter_table"
    REBUILD_TABLE = "rebuild_table"
    ADOPT_TABLE = "adopt_table"
    """Only the catalogue learns of a table that is right as it is."""


class Cost(str, Enum):
    """What a step may cost those who use the table."""

    READS_ROWS = "reads_rows"
    """Every row is looked at: an index is made, a constraint checked."""
    REWRITES_TABLE = "rewrites_table"
    """Every row is written anew."""
    BLOCKS_WRITES = "blocks_writes"
    """Writes of the table wait until the step is done."""
    BLOCKS_READS = "blocks_reads"
    """Reads of the table wait too."""
    LOSES_DATA = "loses_data"
    """Something that is stored is gone after it."""


@attrs.frozen(slots=True)
class Step:
    """A step.

    Attributes:
        kind: what it does.
        table: the table's name, before a rename.
        description: in words: ``adds column 'x', drops index 'i'``.
        statements: the SQL, in order; none for a table that is only adopted.
        result: the table after the step, as the catalogue keeps it; None for a drop.
        costs: what it may cost.
    """

    kind: StepKind
    table: str
    description: str
    statements: Tuple[str, ...]
    result: Optional[Table]
    costs: Tuple[Cost, ...] = ()

    def to_report(self, dialect: Dialect) -> Dict[str, Any]:
        """Return the step as the report of a sync shows it, its SQL in a form that
        any tool of the database takes."""
        return {
            "kind": self.kind.value,
            "table": self.table,
            "description": self.description,
            "sql": list(map(dialect.shown, self.statements)),
            "costs": [cost.value for cost in self.costs],
        }
