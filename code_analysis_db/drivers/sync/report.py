"""What a sync tells its caller."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Set

import attrs

from ...dialects.base import Dialect
from .plan import Plan
from .step import Step, StepKind

_MODIFYING = frozenset({StepKind.ALTER_TABLE, StepKind.REBUILD_TABLE})


@attrs.frozen
class Comparison:
    """A database beside a definition.

    Attributes:
        plan: what is to be done.
        from_version: of the database's schema, ``""`` for none.
        to_version: of the definition.
        is_newer: whether the database's is the newer one.
    """

    plan: Plan
    from_version: str
    to_version: str
    is_newer: bool

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to do."""
        return not (
            self.plan.steps
            or self.plan.obstacles
            or self.is_newer
            or self.from_version != self.to_version
        )

    @property
    def newer_fault(self) -> str:
        """What is to be said where the database is newer."""
        return (
            f"the database's schema has version {self.from_version!r}, which is newer"
            f" than the definition's {self.to_version!r}; update the program"
        )

    def faults(self) -> List[str]:
        """Return what keeps the sync from being done, in words."""
        newer = [self.newer_fault] if self.is_newer else []
        return newer + list(self.plan.obstacles)


def report(
    found: Comparison,
    dialect: Dialect,
    *,
    dry_run: bool,
    backup: Optional[str],
    seconds: float,
) -> Dict[str, Any]:
    """Return the report of a sync that was done, or of one that only looked."""
    steps = found.plan.steps
    created = _names(steps, StepKind.CREATE_TABLE)
    renamed = {
        step.table: step.result.name
        for step in steps
        if step.kind in _MODIFYING
        and step.result is not None
        and step.result.name != step.table
    }
    modified = {
        step.result.name
        for step in steps
        if step.kind in _MODIFYING and step.result is not None
    }
    return {
        "created_tables": sorted(created),
        "modified_tables": sorted(modified - created),
        "dropped_tables": sorted(_names(steps, StepKind.DROP_TABLE)),
        "renamed_tables": renamed,
        "errors": found.faults() if dry_run else [],
        "changed": not found.is_done,
        "dry_run": dry_run,
        "from_version": found.from_version,
        "to_version": found.to_version,
        "steps": [step.to_report(dialect) for step in steps],
        "left": [left.to_report() for left in found.plan.left],
        "backup": backup,
        "seconds": round(seconds, 6),
    }


def _names(steps: Sequence[Step], kind: StepKind) -> Set[str]:
    """Return the names of the tables of the steps of a kind."""
    return {step.table for step in steps if step.kind is kind}
