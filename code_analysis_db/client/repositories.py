"""One repository for each class of objects, as attributes of a client.

:class:`Repositories` is a base of the database client and of a transaction:
``client.files`` works on its own, ``tx.files`` within the transaction.
"""

from __future__ import annotations

from functools import cached_property
from typing import Type, TypeVar

from .domain.chunk_repository import ChunkRepository
from .domain.chunk_steps import ChunkSteps
from .domain.class_repository import ClassRepository
from .domain.content_repository import ContentRepository
from .domain.content_steps import ContentSteps
from .domain.definition_repository import DefinitionRepository
from .domain.definition_steps import ClassSteps, DefinitionSteps
from .domain.duplicate_repository import DuplicateRepository
from .domain.duplicate_steps import DuplicateSteps
from .domain.file_repository import FileRepository
from .domain.file_steps import FileSteps
from .domain.project_repository import ProjectRepository
from .domain.project_steps import ProjectSteps
from .object_tables import ObjectTables
from .objects import (
    AstTree,
    Class,
    ComprehensiveAnalysisResult,
    CstTree,
    DuplicateOccurrence,
    EntityCrossRef,
    Function,
    Import,
    IndexingError,
    Issue,
    Method,
    Usage,
    VectorIndexEntry,
)
from .repository import Repository
from .repository_steps import RepositorySteps
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
        return Repository(RepositorySteps(cls, self._tables), self._session)

    # --- projects and files ----------------------------------------------------------

    @cached_property
    def projects(self) -> ProjectRepository:
        """The projects."""
        return ProjectRepository(ProjectSteps(self._tables), self._session)

    @cached_property
    def files(self) -> FileRepository:
        """The source files of all projects, and the saving of their analyses."""
        return FileRepository(FileSteps(self._tables), self._session)

    @cached_property
    def indexing_errors(self) -> Repository[IndexingError]:
        """The files that could not be analysed, and why."""
        return self.repository(IndexingError)

    # --- what a file has -------------------------------------------------------------

    @cached_property
    def classes(self) -> ClassRepository:
        """The classes that files define."""
        return ClassRepository(ClassSteps(Class, self._tables), self._session)

    @cached_property
    def methods(self) -> DefinitionRepository[Method]:
        """The methods of classes."""
        steps = DefinitionSteps(Method, self._tables)
        return DefinitionRepository(steps, self._session)

    @cached_property
    def functions(self) -> DefinitionRepository[Function]:
        """The functions that files define."""
        steps = DefinitionSteps(Function, self._tables)
        return DefinitionRepository(steps, self._session)

    @cached_property
    def imports(self) -> Repository[Import]:
        """The names that files import."""
        return self.repository(Import)

    @cached_property
    def usages(self) -> Repository[Usage]:
        """The places where files use names."""
        return self.repository(Usage)

    @cached_property
    def issues(self) -> Repository[Issue]:
        """What is worth a look."""
        return self.repository(Issue)

    @cached_property
    def code_content(self) -> ContentRepository:
        """The texts of files and definitions, which can be searched."""
        return ContentRepository(ContentSteps(self._tables), self._session)

    @cached_property
    def ast_trees(self) -> Repository[AstTree]:
        """The abstract syntax trees of files."""
        return self.repository(AstTree)

    @cached_property
    def cst_trees(self) -> Repository[CstTree]:
        """The concrete syntax trees of files."""
        return self.repository(CstTree)

    @cached_property
    def comprehensive_analysis_results(
        self,
    ) -> Repository[ComprehensiveAnalysisResult]:
        """What analyses of whole files came to."""
        return self.repository(ComprehensiveAnalysisResult)

    # --- between files ---------------------------------------------------------------

    @cached_property
    def entity_cross_ref(self) -> Repository[EntityCrossRef]:
        """The references from one definition to another."""
        return self.repository(EntityCrossRef)

    @cached_property
    def code_duplicates(self) -> DuplicateRepository:
        """The pieces of code that occur more than once."""
        return DuplicateRepository(DuplicateSteps(self._tables), self._session)

    @cached_property
    def duplicate_occurrences(self) -> Repository[DuplicateOccurrence]:
        """The places of duplicates."""
        return self.repository(DuplicateOccurrence)

    @cached_property
    def code_chunks(self) -> ChunkRepository:
        """The pieces of files that are embedded as vectors."""
        return ChunkRepository(ChunkSteps(self._tables), self._session)

    @cached_property
    def vector_index(self) -> Repository[VectorIndexEntry]:
        """Where objects' embeddings are in an index of vectors."""
        return self.repository(VectorIndexEntry)
