"""The rows of a search, with rank and snippet."""

from __future__ import annotations

from typing import Any, List, Sequence

from ..dialects.search_statement import RANK, SNIPPET, Search
from ..fulltext import SnippetMaker
from ..rows import RowBlock


def shown_hits(
    search: Search, rows: Sequence[Sequence[Any]], snippet_length: int
) -> RowBlock:
    """Return the rows that the statement of a search has found, as its caller sees
    them.

    Args:
        search: what was searched for.
        rows: of its columns, its texts and the score.
        snippet_length: the letters of a snippet's line.
    """
    maker = SnippetMaker(search.query, snippet_length)
    count = len(search.columns)
    shown: List[Sequence[Any]] = []
    for row in rows:
        snippet = maker.make(dict(zip(search.texts, row[count:-1])))
        described = None if snippet is None else snippet._asdict()
        if described is not None:
            described["ranges"] = [list(span) for span in described["ranges"]]
        shown.append([*row[:count], float(row[-1]), described])
    return RowBlock([*search.columns, RANK, SNIPPET], shown)
