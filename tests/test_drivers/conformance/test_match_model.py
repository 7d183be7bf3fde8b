"""Random queries over random texts, against a model in Python."""

from __future__ import annotations

from typing import List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ...test_fulltext.fulltext_model import CONTENTS, QUERIES, matches
from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database
from .examples import share
from .fulltext_tables import INDEX

_Texts = Tuple[Optional[str], Optional[str]]

_text = st.none() | CONTENTS


@pytest.fixture
def texts(database: Database) -> Database:
    """A database with an index over two columns."""
    columns = [NUMBER, column("a"), column("b")]
    database.create_table(table("t", *columns, indexes=[INDEX]))
    return database


@share(40)
@given(
    rows=st.lists(st.tuples(_text, _text), max_size=6),
    changed=st.none() | st.tuples(_text, _text),
    queries=st.lists(QUERIES, min_size=1, max_size=8),
)
def test_a_query_finds_what_the_model_says(
    texts: Database, rows: List[_Texts], changed: Optional[_Texts], queries: List[str]
) -> None:
    """Also after an update, and by ``search``."""
    texts.delete("t", {}, all_rows=True)
    ids = texts.insert_many("t", [{"a": a, "b": b} for a, b in rows])
    stored = dict(zip(ids, rows))
    if changed is not None and ids:
        stored[ids[0]] = changed
        texts.update("t", {"id": ids[0]}, {"a": changed[0], "b": changed[1]})
    for query in queries:
        expected = [key for key, row in stored.items() if matches(row, query)]
        found = texts.select("t", {"a": {"match": query}}, order_by="id")
        assert [row["id"] for row in found] == expected, query
        hits = texts.search("t", query, columns=["id"], snippet_length=0)
        assert sorted(row["id"] for row in hits) == expected, query
        others = texts.count("t", {"not": {"b": {"match": query}}})
        assert others == len(stored) - len(expected), query
