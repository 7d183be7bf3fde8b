"""What a table is after a difference was applied to it, as values."""

from __future__ import annotations

from typing import List, Sequence, Tuple, TypeVar

import attrs

from code_analysis_db.schema import Table, TableDifference
from code_analysis_db.schema.rename import renamed_table

Part = TypeVar("Part")


def _without(parts: Sequence[Part], dropped: Sequence[Part]) -> Tuple[Part, ...]:
    """Return the parts that stay; each that goes must have been there."""
    left: List[Part] = list(parts)
    for part in dropped:
        left.remove(part)
    return tuple(left)


def applied(difference: TableDifference) -> Table:
    """Return ``before`` with what the difference says done to it, and nothing else."""
    changed = {change.before: change.after for change in difference.changed_columns}
    kept = attrs.evolve(
        difference.before,
        uniques=_without(difference.before.uniques, difference.dropped_uniques),
        foreign_keys=_without(
            difference.before.foreign_keys, difference.dropped_foreign_keys
        ),
        checks=_without(difference.before.checks, difference.dropped_checks),
        indexes=_without(difference.before.indexes, difference.dropped_indexes),
    )
    stays = _without(difference.before.columns, difference.dropped_columns)
    now = renamed_table(kept, difference.after.name, difference.renamed_columns)
    names = {
        old.name: new.name for old, new in zip(difference.before.columns, now.columns)
    }
    after = difference.after
    key = after if difference.has_new_primary_key else now
    return attrs.evolve(
        now,
        columns=(
            *(
                changed.get(column) or attrs.evolve(column, name=names[column.name])
                for column in stays
            ),
            *difference.added_columns,
        ),
        primary_key=key.primary_key,
        primary_key_name=key.primary_key_name,
        uniques=(*now.uniques, *difference.added_uniques),
        foreign_keys=(*now.foreign_keys, *difference.added_foreign_keys),
        checks=(*now.checks, *difference.added_checks),
        indexes=(*now.indexes, *difference.added_indexes),
    )
