"""One repository for each class of objects, as attributes of a client.

:class:`Repositories` is a base of the database client and of a transaction:
``client.files`` works on its own, ``tx.files`` within the transaction.
"""

from __future__ import annotations

from functools import cached_property
from typing import Type, TypeVar

from .file_repository import FileRepository
from .object_tables import ObjectTables
from .objects import (
    Class,
    Function,
    Import,
    IndexingError,
    Method,
    Project,
)
from .repository import Repository
from .session import Session

_T = TypeVar("_T")


class Repositories:
    """The repositories that work through the same table operations."""

    def __init__(self, session: Session, tables: ObjectTables) -> None:
        """Make repositories.

        Args:
            session: what they read and write through.
            tables: what sees to their tables.
        """
        self._session = session
        self._tables = tables

    def repository(self, cls: Type[_T]) -> Repository[_T]:
        """Return the repository of any mapped class."""
        return Repository(cls, self._session, self._tables)

    @cached_property
    def projects(self) -> Repository[Project]:
        """The projects."""
        return self.repository(Project)

    @cached_property
    def files(self) -> FileRepository:
        """The source files of all projects, and the saving of their analyses."""
        return FileRepository(self._session, self._tables)

    @cached_property
    def classes(self) -> Repository[Class]:
        """The classes that files define."""
        return self.repository(Class)

    @cached_property
    def methods(self) -> Repository[Method]:
        """The methods of classes."""
        return self.repository(Method)

    @cached_property
    def functions(self) -> Repository[Function]:
        """The functions that files define."""
        return self.repository(Function)

    @cached_property
    def imports(self) -> Repository[Import]:
        """The names that files import."""
        return self.repository(Import)

    @cached_property
    def indexing_errors(self) -> Repository[IndexingError]:
        """The files that could not be analysed, and why."""
        return self.repository(IndexingError)
