"""Indexing with SQLAlchemy: every worker with sessions of its own on the same file."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Dict, List, Sequence, Type

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, registry

from code_analysis_db.objects import FileAnalysis

from .indexer import PARTS, TABLES, Indexer, Opener, Save
from .indexing_tables import CLASSES, engine_of, make_tables


class Models:
    """A mapped class for each table, and how objects become theirs."""

    def __init__(self) -> None:
        """Map the classes."""
        self.metadata = make_tables()
        mapping = registry(metadata=self.metadata)
        self.classes: Dict[str, Type[Any]] = {}
        self._columns: Dict[str, List[str]] = {}
        for name in CLASSES:
            table = self.metadata.tables[name]
            self.classes[name] = type(name, (), {})
            mapping.map_imperatively(self.classes[name], table)
            self._columns[name] = [column.name for column in table.columns]

    def made(self, name: str, obj: object) -> Any:
        """Return an object as one of a table's class."""
        model = self.classes[name]()
        for column in self._columns[name]:
            setattr(model, column, getattr(obj, column))
        return model


def open_sessions(path: str) -> Save:
    """Open the file in a worker."""
    engine = engine_of(path)
    models = Models()

    def save(analyses: Sequence[FileAnalysis]) -> None:
        """Replace what is known of some files, in one session and transaction."""
        with Session(engine) as session, session.begin():
            for analysis in analyses:
                replace(session, models, analysis)

    return save


def replace(session: Session, models: Models, analysis: FileAnalysis) -> None:
    """Replace what is known of a file."""
    file = analysis.file
    file_class = models.classes["files"]
    error_class = models.classes["indexing_errors"]
    session.execute(
        delete(file_class).where(
            file_class.project_id == file.project_id, file_class.path == file.path
        )
    )
    session.execute(
        delete(error_class).where(
            error_class.project_id == file.project_id,
            error_class.file_path == file.path,
        )
    )
    session.add(models.made("files", file))
    if analysis.error is not None:
        session.add(models.made("indexing_errors", analysis.error))
    # in the order of the references
    for part in PARTS:
        session.flush()
        session.add_all(models.made(part, found) for found in getattr(analysis, part))


class IndexingORM(Indexer):
    """Workers with SQLAlchemy's sessions."""

    name: ClassVar[str] = "SQLAlchemy ORM in each worker"

    def start(self) -> None:
        """Make the tables."""
        models = Models()
        engine = engine_of(self.path)
        models.metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            session.add(models.made("projects", self.project))
        engine.dispose()

    @property
    def opener(self) -> Opener:
        """Opens the file."""
        return partial(open_sessions, self.path)

    def counts(self) -> Dict[str, int]:
        """Count by SQL."""
        tables = make_tables().tables
        counts = {}
        with engine_of(self.path).connect() as connection:
            for name in TABLES:
                count = select(func.count()).select_from(tables[name])
                counts[name] = connection.execute(count).scalar_one()
        return counts
