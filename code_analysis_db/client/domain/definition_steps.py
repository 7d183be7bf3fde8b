"""The operations of what files define: classes, methods and functions."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypeVar, Union

from ..object_mapper import mapper_of
from ..objects import Class, ClassStructure, File, Method
from ..batch_operations import BatchOperations
from ..repository_steps import Key, RepositorySteps
from ..steps import Steps
from .name_pattern import name_condition

T = TypeVar("T")
_METHODS = mapper_of(Method)


class DefinitionSteps(RepositorySteps[T]):
    """The operations of one kind of definitions."""

    def search(
        self,
        pattern: str,
        *,
        project_id: Optional[Key] = None,
        case_sensitive: bool = False,
        limit: Optional[int] = None,
    ) -> Steps[List[T]]:
        """Find definitions by their names."""
        file: Dict[str, Any] = {"deleted": False}
        if project_id is None:
            file["project_id"] = {"refers_to": {"deleted": False}}
        else:
            file["project_id"] = project_id
        where = {
            "name": name_condition(pattern, case_sensitive),
            **self._in_files({"refers_to": file}),
        }
        return self.find(where, order_by=["name", "line", "id"], limit=limit)

    def _in_files(self, file: Any) -> Dict[str, Any]:
        """Return the condition that a definition's file is ``file``."""
        column = self.mapper.model.reference_to(File)
        if column is not None:
            return {column: file}
        return {"class_id": {"refers_to": {"file_id": file}}}


class ClassSteps(DefinitionSteps[Class]):
    """The operations of classes."""

    def with_methods(
        self, target: Union[Class, Key]
    ) -> Steps[Optional[ClassStructure]]:
        """Return a class and its methods."""
        key = target.id if isinstance(target, Class) else target
        yield from self.tables.ensure(Class, Method)
        batch = BatchOperations()
        found = batch.select(self._name, {"id": key}, self.mapper.columns)
        methods = batch.select(
            _METHODS.table_name,
            {"class_id": key},
            _METHODS.columns,
            order_by=["line", "id"],
        )
        yield from batch.steps()
        classes = self.mapper.from_rows(found.result)
        if not classes:
            return None
        return ClassStructure(
            definition=classes[0], methods=_METHODS.from_rows(methods.result)
        )
