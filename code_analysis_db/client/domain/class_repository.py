"""The classes that files define."""

from __future__ import annotations

from typing import Optional, Union

from ..objects import Class, ClassStructure
from ..repository_steps import Key
from .definition_repository import DefinitionRepository
from .definition_steps import ClassSteps


class ClassRepository(DefinitionRepository[Class]):
    """All stored classes."""

    steps: ClassSteps

    def with_methods(self, target: Union[Class, Key]) -> Optional[ClassStructure]:
        """Return a class, given itself or by its key, and its methods as they are
        stored at one moment; None where it is gone."""
        return self._run(self.steps.with_methods(target))
