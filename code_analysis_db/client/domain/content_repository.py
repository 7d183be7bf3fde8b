"""The texts of files and definitions, which can be searched."""

from __future__ import annotations

from typing import List, Optional, Sequence

from ..objects import CodeContent, SearchHit
from ..repository import Repository
from ..repository_steps import Key
from .content_steps import ContentSteps


class ContentRepository(Repository[CodeContent]):
    """All stored texts."""

    steps: ContentSteps

    def search(
        self,
        query: str,
        *,
        project_id: Optional[Key] = None,
        kinds: Optional[Sequence[str]] = None,
        limit: int = 20,
        offset: Optional[int] = None,
    ) -> List[SearchHit]:
        """Return the texts that a query finds, the best first.

        Any text is a query: words, of which all must be there; ``"words in quotes"``
        one after the other; ``-word`` must not be there; ``this OR that``; ``word*``
        for any word that starts so.  Case does not matter, and the parts of
        identifiers are words.  Files that are marked deleted are left out.

        Args:
            project_id: the project to search in; None for all of them.
            kinds: the ``entity_type`` of the texts, any of them; None for all.
            limit: the most to return.
            offset: how many of the best to leave out first.
        """
        return self._run(
            self.steps.search(
                query, project_id=project_id, kinds=kinds, limit=limit, offset=offset
            )
        )
