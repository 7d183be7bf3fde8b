"""What files define: classes, methods and functions."""

from __future__ import annotations

from typing import List, Optional, TypeVar

from ..repository import Repository
from ..repository_steps import Key
from .definition_steps import DefinitionSteps

T = TypeVar("T")


class DefinitionRepository(Repository[T]):
    """All stored definitions of one kind."""

    steps: DefinitionSteps[T]

    def search(
        self,
        pattern: str,
        *,
        project_id: Optional[Key] = None,
        case_sensitive: bool = False,
        limit: Optional[int] = None,
    ) -> List[T]:
        """Return definitions by their names, in the order of these.

        Those in files and projects that are marked deleted are left out.

        Args:
            pattern: with ``*`` for any characters or ``?`` for one it is for the whole
                name, as ``"Http*"``; without, it is a text that the name contains.  No
                other character has a meaning: ``%`` and ``_`` are themselves.
            project_id: the project to search in; None for all of them.
            case_sensitive: whether ``"http*"`` leaves out ``HttpServer``; letters
                beyond ASCII may be told apart in either case.
            limit: the most to return.
        """
        return self._run(
            self.steps.search(
                pattern,
                project_id=project_id,
                case_sensitive=case_sensitive,
                limit=limit,
            )
        )
