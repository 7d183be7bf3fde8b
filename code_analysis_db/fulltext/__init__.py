"""Words: of contents, of queries, and of what is shown of a hit.

Pure Python without a database, so that a query finds the same contents on all of them.
What a database makes of it is in ``dialects``.
"""

from .form import ENCODED, PLAIN, Form
from .query import Choice, Phrase, Query, parse_query
from .snippet import Snippet, SnippetMaker
from .words_text import WordsText

__all__ = [
    "parse_query",
    "Query",
    "Choice",
    "Phrase",
    "WordsText",
    "Snippet",
    "SnippetMaker",
    "Form",
    "PLAIN",
    "ENCODED",
]
