"""The product's tables as SQLAlchemy declares them, for the peers that use it.

They are made of the same declarations, so that columns, keys and indexes are the same.
The full-text index is what one writes by hand: an FTS5 table over the content's columns
and a trigger for each change.
"""

from __future__ import annotations

from typing import Any, Dict, Optional, Type

import sqlalchemy
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    create_engine,
    event,
)
from sqlalchemy.types import TypeEngine

from code_analysis_db.client.mapping.column_model import ColumnModel
from code_analysis_db.client.mapping.declaration import ForeignKey, PrimaryKey
from code_analysis_db.client.mapping.table_model import (
    TableModel,
    in_reference_order,
    table_model,
)
from code_analysis_db.objects import (
    Class,
    CodeContent,
    File,
    Function,
    Import,
    IndexingError,
    Issue,
    Method,
    Project,
    Usage,
)
from code_analysis_db.enums import LogicalType

#: the classes with their tables' names, what is referred to first
CLASSES: Dict[str, Type[Any]] = {
    "projects": Project,
    "files": File,
    "classes": Class,
    "methods": Method,
    "functions": Function,
    "imports": Import,
    "usages": Usage,
    "issues": Issue,
    "code_content": CodeContent,
    "indexing_errors": IndexingError,
}

_TYPES: Dict[LogicalType, TypeEngine[Any]] = {
    LogicalType.TEXT: Text(),
    LogicalType.INTEGER: Integer(),
    LogicalType.REAL: Float(),
    LogicalType.BOOLEAN: Boolean(),
    LogicalType.DATETIME: DateTime(),
    LogicalType.UUID: Uuid(),
    # None is NULL, as it is for the product
    LogicalType.JSON: JSON(none_as_null=True),
}
_FULLTEXT = (
    "CREATE VIRTUAL TABLE code_content_words USING fts5("
    "entity_name, content, docstring, content='code_content')",
    "CREATE TRIGGER code_content_inserted AFTER INSERT ON code_content BEGIN"
    " INSERT INTO code_content_words (rowid, entity_name, content, docstring)"
    " VALUES (new.rowid, new.entity_name, new.content, new.docstring); END",
    "CREATE TRIGGER code_content_deleted AFTER DELETE ON code_content BEGIN"
    " INSERT INTO code_content_words"
    " (code_content_words, rowid, entity_name, content, docstring)"
    " VALUES ('delete', old.rowid, old.entity_name, old.content, old.docstring); END",
)


def engine_of(path: str) -> Engine:
    """Open the file as the driver does: WAL, every commit on disk, 30 s of patience."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30.0})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        """Set what SQLite forgets with each connection."""
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


def make_tables() -> MetaData:
    """Return the tables; ``create_all`` makes the full-text index with them."""
    metadata = MetaData()
    for model in in_reference_order(list(CLASSES.values())):
        _table(model, metadata)
    event.listen(metadata, "after_create", _make_fulltext)
    return metadata


def _make_fulltext(_: MetaData, connection: Connection, **__: Any) -> None:
    """Make the full-text index of tables that were made just now."""
    for statement in _FULLTEXT:
        connection.exec_driver_sql(statement)


def _table(model: TableModel, metadata: MetaData) -> None:
    """Declare a class's table."""
    references = {column.name: reference for column, reference in model.references}
    table = Table(
        model.name,
        metadata,
        *(_column(column, references.get(column.name)) for column in model.columns),
        *(UniqueConstraint(*group) for group in model.options.unique),
    )
    for index in model.options.indexes:
        if index.fulltext:
            continue
        name = "_".join(("ix", model.name, *index.columns, *(index.where or ())))
        Index(
            name,
            *(table.c[column] for column in index.columns),
            sqlite_where=(
                and_(*(table.c[c] == v for c, v in index.where.items()))
                if index.where
                else None
            ),
        )


def _column(column: ColumnModel, reference: Optional[ForeignKey]) -> Column[Any]:
    """Return an attribute's column."""
    constraints = []
    if reference is not None:
        target = table_model(reference.target)
        constraints.append(
            sqlalchemy.ForeignKey(
                f"{target.name}.{target.key.name}", ondelete=reference.on_delete.value
            )
        )
    return Column(
        column.name,
        _TYPES[column.logical_type],
        *constraints,
        primary_key=column.marker(PrimaryKey) is not None,
        nullable=column.nullable,
    )
