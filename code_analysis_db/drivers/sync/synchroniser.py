"""Making a database's schema what a definition says.

1. Look, without a lock: where nothing is to be done, that is all.
2. Take the lock on changes of tables, look again: somebody else may have done it.
3. Refuse what cannot be done before anything is changed; make the backup.
4. Apply the steps, and compare once more: nothing may be left to do.
5. Keep the version, and write the history.

From 2 on it is one transaction where the database can undo definitions.  Where it
cannot, each step is in a journal (:mod:`.journal`), and a sync that was cut off goes on
when it is called again.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone
from functools import partial
from time import perf_counter
from typing import Any, Dict, Generic, List, Optional

import attrs

from ...dialects.base import Dialect
from ...exceptions import (
    DriverError,
    LockTimeoutError,
    SchemaSyncError,
    SchemaVersionError,
)
from ...progress import ProgressListener
from ...schema.schema import Schema
from ...schema.version import is_newer
from ..backup.backups import Backups
from ..catalogue import Catalogue
from ..database import Database
from ..execution_context import ExecutionContext
from ..scope import S
from ..tables import TableChanges
from .history import APPLIED, History, HistoryEntry
from .report import Comparison, report
from .step import Step, StepKind
from .wanted_schema import Definition, WantedSchema

_PATIENCE = 600.0
"""Seconds that a sync waits at most for others to let it change tables."""


@attrs.define
class _Sync:
    """A sync that is under way.

    Attributes:
        wanted: what the tables are to be.
        allow_destructive: whether data may be lost.
        backup_dir: where a backup is made first, None for none.
        progress: is told how far it is.
        started_at: in UTC.
        started: on the clock of ``time.perf_counter``.
        backup: the path of the backup, once it is made.
        found: how the database was when the lock was had.
    """

    wanted: WantedSchema
    allow_destructive: bool
    backup_dir: Optional[str]
    progress: Optional[ProgressListener]
    started_at: datetime = attrs.field(factory=partial(datetime.now, timezone.utc))
    started: float = attrs.field(factory=perf_counter)
    backup: Optional[str] = None
    found: Optional[Comparison] = None

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return perf_counter() - self.started


class Synchroniser(Generic[S]):
    """Synchronises the schema of one database."""

    def __init__(
        self,
        database: Database[S],
        catalogue: Catalogue[S],
        tables: TableChanges[S],
        backups: Backups[S],
        dialect: Dialect,
        context: ExecutionContext,
    ) -> None:
        """Compare by the catalogue, and change by ``tables``."""
        self._database = database
        self._catalogue = catalogue
        self._tables = tables
        self._backups = backups
        self._history: History[S] = History(catalogue, dialect)
        self._dialect = dialect
        self._undoes = dialect.has_transactional_ddl
        self._context = context

    def sync(
        self,
        definition: Definition,
        backup_dir: Optional[str],
        *,
        dry_run: bool,
        allow_destructive: bool,
        keep_others: bool,
        progress: Optional[ProgressListener],
    ) -> Dict[str, Any]:
        """Make the schema what the definition says, and return the report.

        See :meth:`~..base.BaseDatabaseDriver.sync_schema`.
        """
        wanted = WantedSchema(definition, keeps_others=keep_others)
        sync = _Sync(wanted, allow_destructive, backup_dir, progress)
        # under the lock the rows are counted, while nobody takes the tables away
        found = self._look(sync, counts_rows=dry_run)
        if not dry_run and not found.is_done:
            _refuse_newer(found)
            found = self._change(sync)
        return report(
            found,
            self._dialect,
            dry_run=dry_run,
            backup=sync.backup,
            seconds=sync.seconds,
        )

    def export(self) -> Dict[str, Any]:
        """Return the definition of the whole database."""
        return self._database.look(self._export).to_definition()

    def history(self) -> List[Dict[str, Any]]:
        """Return the syncs that there were, the first one first."""
        entries = self._database.look(self._history.entries)
        return [attrs.asdict(entry) for entry in entries]

    # --- with a session -----------------------------------------------------------

    def _export(self, session: S) -> Schema:
        """Return the schema that there is."""
        existing = self._catalogue.read_schema(session)
        return Schema(
            tuple(existing[name].stated for name in sorted(existing)),
            self._catalogue.version_in(session) or None,
        )

    def _look(self, sync: _Sync, *, counts_rows: bool) -> Comparison:
        """Compare without a lock; rows that cannot be counted are told as those that
        are in the way."""
        try:
            compare = partial(self._compare, sync, counts_rows=counts_rows)
            return self._database.look(compare)
        except SchemaSyncError as error:
            if not counts_rows:
                raise
            found = self._look(sync, counts_rows=False)
            plan = attrs.evolve(found.plan, rows_in_the_way=(error.message,))
            return attrs.evolve(found, plan=plan)

    def _compare(
        self, sync: _Sync, session: S, *, counts_rows: bool = True
    ) -> Comparison:
        """Compare the database with what is wanted.

        Args:
            counts_rows: look which rows are in the way.
        """
        self._backups.check_whole(session)
        existing = self._catalogue.read_schema(session)
        schema = sync.wanted.beside(existing)
        plan = self._tables.planner.plan(
            existing,
            schema,
            session,
            allow_destructive=sync.allow_destructive,
            keep_others=sync.wanted.keeps_others,
            counts_rows=counts_rows,
        )
        version = self._catalogue.version_in(session)
        wanted = sync.wanted.version(schema, version)
        return Comparison(plan, version, wanted, is_newer(version, wanted))

    def _apply(self, sync: _Sync, session: S) -> Comparison:
        """Do what is to be done, under the lock; return what that was."""
        sync.found = found = self._compare(sync, session)
        if found.is_done:
            return found
        _refuse_newer(found)
        if found.plan.obstacles:
            raise SchemaSyncError("; ".join(found.plan.obstacles))
        if sync.backup_dir is not None and sync.backup is None:
            sync.backup = self._backups.make(sync.backup_dir, sync.progress)
        self._tables.apply(session, found.plan.steps, sync.progress)
        self._verify(sync, session)
        if found.to_version != found.from_version:
            self._catalogue.store_version(session, found.to_version)
        self._history.add(session, _entry(sync, found, APPLIED, self._dialect))
        return found

    def _verify(self, sync: _Sync, session: S) -> None:
        """See that the database is what it was to become.

        What others' renames have changed in a table's text is only to be kept.

        Raises:
            SchemaSyncError: it is not.
        """
        left = self._compare(sync, session).plan.steps
        missed = [step for step in left if step.kind is not StepKind.ADOPT_TABLE]
        if missed:
            undone = "nothing was changed" if self._undoes else "what was done stays"
            raise SchemaSyncError(
                "the database does not become what the definition says:"
                f" {_listed(missed)}; {undone}, report it with the definition"
            )
        self._tables.apply(session, left)

    # --- the whole ----------------------------------------------------------------

    def _change(self, sync: _Sync) -> Comparison:
        """Change the tables while nobody else does; note it where that fails."""
        try:
            return self._change_patiently(sync)
        except DriverError as error:
            if sync.found is not None and not sync.found.is_newer:
                outcome = f"failed: {error}"
                entry = _entry(sync, sync.found, outcome, self._dialect)
                self._note_failure(entry)
            raise

    def _change_patiently(self, sync: _Sync) -> Comparison:
        """Change the tables, once whoever else does so lets us."""
        while True:
            sync.found = None
            try:
                return self._tables.change(partial(self._apply, sync))
            except LockTimeoutError:
                # waiting for the lock ends at the request's deadline, if it has one
                if sync.seconds > _PATIENCE:
                    raise

    def _note_failure(self, entry: HistoryEntry) -> None:
        """Write a failure into the history, though the caller's time may be over."""
        deadline, self._context.deadline = self._context.deadline, None
        try:
            with suppress(DriverError):
                self._database.write(
                    partial(self._history.add, entry=entry), several=self._undoes
                )
        finally:
            self._context.deadline = deadline


def _refuse_newer(found: Comparison) -> None:
    """Refuse a database that is newer than the definition.

    Raises:
        SchemaVersionError: it is.
    """
    if found.is_newer:
        raise SchemaVersionError(found.newer_fault)


def _entry(
    sync: _Sync, found: Comparison, outcome: str, dialect: Dialect
) -> HistoryEntry:
    """Return what the history keeps of a sync."""
    return HistoryEntry(
        sync.started_at,
        found.from_version,
        found.to_version,
        [step.to_report(dialect) for step in found.plan.steps],
        sync.seconds,
        outcome,
    )


def _listed(steps: List[Step]) -> str:
    """Return what steps do, in words."""
    return "; ".join(f"table {step.table!r}: {step.description}" for step in steps)
