"""Fulltext indexes of PostgreSQL: a ``tsvector`` of each column's words, and a GIN
index over them.

The vectors are generated columns, so that ranking reads them instead of making them.
The words are such that the default parser takes each for one: ASCII letters and digits
that start with letters.  ``simple`` knows no stop words.

Measured on a standard library's contents: words and vectors take about the contents'
size, compressed as these are.
"""

from __future__ import annotations

from typing import Any, List, Sequence

from ..fulltext import Choice, Phrase, Query
from ..schema import Index, Table
from .column_fulltext import (
    DIGEST_LENGTH,
    ColumnFulltext,
    needed_forms,
    single_forms,
    words_columns,
)
from .fulltext import SCORE, HitsText

_RANKED = 2000
"""Hits that are ranked at most, unless more are wanted: a vector takes some 20 µs."""


class PostgresFulltext(ColumnFulltext):
    """GIN indexes over vectors."""

    def __init__(self) -> None:
        """Write as psycopg2 takes it."""
        super().__init__('"', "%s")

    # --- definitions -----------------------------------------------------------------

    def created(self, table: Table, index: Index) -> List[str]:
        """Add the columns, and index the vectors; the words come from the driver."""
        clauses: List[str] = []
        for hidden in words_columns(index):
            name = self._quote(hidden.name)
            words = f"substr({name}, {DIGEST_LENGTH + 1})"
            clauses.append(f"ADD COLUMN {name} text NOT NULL DEFAULT ''")
            clauses.append(
                f"ADD COLUMN {self._vector(hidden.name)} tsvector GENERATED ALWAYS AS"
                f" (to_tsvector('pg_catalog.simple'::regconfig, {words})) STORED"
            )
        vectors = ", ".join(self._vectors(index))
        named = self._quote(table.name)
        return [
            f"ALTER TABLE {named} {', '.join(clauses)}",
            f"CREATE INDEX {self._quote(index.name)} ON {named} USING gin ({vectors})",
        ]

    def dropped(self, table: Table, index: Index) -> List[str]:
        """Drop the index and the columns."""
        names = [self._quote(hidden.name) for hidden in words_columns(index)]
        drops = ", ".join(f"DROP COLUMN {n}" for n in (*self._vectors(index), *names))
        return [
            f"DROP INDEX {self._quote(index.name)}",
            f"ALTER TABLE {self._quote(table.name)} {drops}",
        ]

    def _digest(self, source: str) -> str:
        """Return it of the content in UTF-8, whatever the database's encoding is."""
        digest = f"encode(sha256(convert_to({source}, 'UTF8')), 'hex')"
        return f"left({digest}, {DIGEST_LENGTH})"

    def _vectors(self, index: Index) -> List[str]:
        """Return the columns of vectors."""
        return [self._vector(hidden.name) for hidden in words_columns(index)]

    def _vector(self, words: str) -> str:
        """Return the column of the vectors of a column of words."""
        return self._quote(f"{words}v")

    # --- queries ---------------------------------------------------------------------

    def condition(
        self, table: Table, index: Index, query: Query, params: List[Any]
    ) -> str:
        """Test the vectors, which the index serves, and phrases by their text."""
        tests = [self._has_one(index, choice, params) for choice in query.required]
        if query.excluded:
            tests.append(f"NOT {self._has_one(index, query.excluded, params)}")
        return f"({' AND '.join(tests)})"

    def _has_one(self, index: Index, choice: Choice, params: List[Any]) -> str:
        """Return the test for one of several phrases."""
        singles = [phrase for phrase in choice if len(phrase.words) == 1]
        tests: List[str] = []
        if singles:
            query = " | ".join(_single(phrase) for phrase in singles)
            for vector in self._vectors(index):
                params.append(query)
                tests.append(f"{vector} @@ {self._mark}::tsquery")
        for phrase in choice:
            if len(phrase.words) > 1:
                query = _all_words(phrase)
                near: List[str] = []
                for vector in self._vectors(index):
                    params.append(query)
                    near.append(f"{vector} @@ {self._mark}::tsquery")
                found = f"({' OR '.join(near)})"
                tests.append(f"({found} AND {self._has_phrase(index, phrase, params)})")
        return f"({' OR '.join(tests)})"

    def hits(
        self, table: Table, index: Index, query: Query, most: int, params: List[Any]
    ) -> HitsText:
        """Rank by ``ts_rank`` over how long the text is; of very many hits some."""
        keys = [self._quote(name) for name in table.primary_key]
        names = tuple(f"{SCORE}_{place}" for place in range(len(keys)))
        vectors = self._vectors(index)
        ranks = " + ".join(
            f"ts_rank({vector}, {self._mark}::tsquery, 1)" for vector in vectors
        )
        shown = ", ".join(f"{k} AS {self._quote(n)}" for k, n in zip(keys, names))
        wanted = " | ".join(_any_word(phrase) for phrase in query.phrases)
        params += [wanted] * len(vectors)
        where = self.condition(table, index, query, params)
        params += [max(most, _RANKED), most]
        read = ", ".join([*keys, *vectors])
        return HitsText(
            f"SELECT {shown}, {ranks} AS {self._quote(SCORE)}"
            f" FROM (SELECT {read} FROM {self._quote(table.name)} WHERE {where}"
            f" LIMIT {self._mark}) AS found"
            f" ORDER BY {self._quote(SCORE)} DESC LIMIT {self._mark}",
            names,
        )


def _single(phrase: Phrase) -> str:
    """Return a phrase of one word as a ``tsquery``."""
    return _one_of(single_forms(phrase), phrase.is_prefix)


def _all_words(phrase: Phrase) -> str:
    """Return the ``tsquery`` of all the words of a phrase."""
    *firsts, lasts = needed_forms(phrase)
    words = [first for (first,) in firsts]
    return " & ".join([*dict.fromkeys(words), _one_of(lasts, phrase.is_prefix)])


def _any_word(phrase: Phrase) -> str:
    """Return the ``tsquery`` by which a phrase is ranked."""
    return _single(phrase) if len(phrase.words) == 1 else f"({_all_words(phrase)})"


def _one_of(forms: Sequence[str], is_prefix: bool) -> str:
    """Return an OR of forms."""
    star = ":*" if is_prefix else ""
    return f"({' | '.join(f'{form}{star}' for form in forms)})"
