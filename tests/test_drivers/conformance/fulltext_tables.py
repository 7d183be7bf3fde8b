"""Tables with fulltext indexes, and what is found in them."""

from __future__ import annotations

from typing import Any, Dict, List

from ..unified.definitions import column, table
from ..unified.interface import Database, Rows

KEY: Dict[str, Any] = column("id", primary_key=True, length=20)
INDEX: Dict[str, Any] = {"name": "by_words", "columns": ["a", "b"], "fulltext": True}

TEXTS = table("texts", KEY, column("a"), column("b"), indexes=[INDEX])
"""Two columns in one index."""


def found(rows: Rows, query: str, name: str = "texts") -> List[str]:
    """Return the keys of the rows that a query matches, sorted."""
    return sorted(row["id"] for row in rows.select(name, {"a": {"match": query}}))


def put(database: Database, **texts: str) -> None:
    """Insert rows of key and text."""
    database.insert_many("texts", [{"id": k, "a": text} for k, text in texts.items()])
