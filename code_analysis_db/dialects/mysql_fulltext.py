"""Fulltext indexes of MySQL's servers: an InnoDB FULLTEXT index over columns of words.

The words are such that no server's settings lose one: three ASCII letters at least, 84
at most, none of them a stop word (``innodb_ft_min_token_size``, ``_max_token_size``,
``innodb_ft_enable_stopword``).

InnoDB puts words into such an index when the transaction commits: a search inside a
transaction does not find what it has written itself, only what it has deleted is gone.
While InnoDB moves the words of very large texts from its memory to the table (a tenth
of ``innodb_ft_cache_size``, 800 KB) it may not find these for a moment.
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


class MySQLFulltext(ColumnFulltext):
    """FULLTEXT indexes."""

    def __init__(self) -> None:
        """Write as PyMySQL takes it."""
        super().__init__("`", "%s")

    # --- definitions -----------------------------------------------------------------

    def created(self, table: Table, index: Index) -> List[str]:
        """Add the columns and the index; the words come from the driver."""
        names = [self._quote(hidden.name) for hidden in words_columns(index)]
        clauses = [
            f"ADD COLUMN {name} LONGTEXT CHARACTER SET latin1 COLLATE latin1_bin"
            " NOT NULL DEFAULT ('')"
            for name in names
        ]
        clauses.append(
            f"ADD FULLTEXT INDEX {self._quote(index.name)} ({', '.join(names)})"
        )
        return [f"ALTER TABLE {self._quote(table.name)} {', '.join(clauses)}"]

    def dropped(self, table: Table, index: Index) -> List[str]:
        """Drop the index and the columns."""
        drops = [f"DROP INDEX {self._quote(index.name)}"]
        drops += [
            f"DROP COLUMN {self._quote(hidden.name)}" for hidden in words_columns(index)
        ]
        return [f"ALTER TABLE {self._quote(table.name)} {', '.join(drops)}"]

    def _digest(self, source: str) -> str:
        """Return it in the collation of the words."""
        digest = f"LEFT(SHA2({source}, 256), {DIGEST_LENGTH})"
        return f"CONVERT({digest} USING latin1) COLLATE latin1_bin"

    # --- queries ---------------------------------------------------------------------

    def condition(
        self, table: Table, index: Index, query: Query, params: List[Any]
    ) -> str:
        """Test by the index, and phrases by their text."""
        params.append(_expression(query.required))
        tests = [self._match(index)]
        for choice in query.required:
            if any(len(phrase.words) > 1 for phrase in choice):
                tests.append(self._has_one(index, choice, params))
        if query.excluded:
            tests.append(f"NOT {self._has_one(index, query.excluded, params)}")
        return f"({' AND '.join(tests)})"

    def _match(self, index: Index) -> str:
        """Return the call that asks the index: how well a row matches, 0 for not."""
        names = ", ".join(self._quote(hidden.name) for hidden in words_columns(index))
        return f"MATCH ({names}) AGAINST ({self._mark} IN BOOLEAN MODE)"

    def _has_one(self, index: Index, choice: Choice, params: List[Any]) -> str:
        """Return the test for one of several phrases, by the text of the words."""
        tests: List[str] = []
        for phrase in choice:
            if len(phrase.words) > 1:
                tests.append(self._has_phrase(index, phrase, params))
                continue
            end = "%" if phrase.is_prefix else " %"
            for hidden in words_columns(index):
                for form in single_forms(phrase):
                    params.append(f"% {form}{end}")
                    tests.append(f"{self._quote(hidden.name)} LIKE {self._mark}")
        return f"({' OR '.join(tests)})"

    def hits(
        self, table: Table, index: Index, query: Query, most: int, params: List[Any]
    ) -> HitsText:
        """Have the server rank, by how often words are there and how rare they are."""
        names = tuple(f"{SCORE}_{place}" for place in range(len(table.primary_key)))
        shown = ", ".join(
            f"{self._quote(key)} AS {self._quote(name)}"
            for key, name in zip(table.primary_key, names)
        )
        params.append(_expression(query.required))
        where = self.condition(table, index, query, params)
        params.append(most)
        return HitsText(
            f"SELECT {shown}, {self._match(index)} AS {self._quote(SCORE)}"
            f" FROM {self._quote(table.name)} WHERE {where}"
            f" ORDER BY {self._quote(SCORE)} DESC LIMIT {self._mark}",
            names,
        )


def _expression(required: Sequence[Choice]) -> str:
    """Return what the index is asked: the words of phrases in any order."""
    return " ".join(f"+({' '.join(map(_phrase, choice))})" for choice in required)


def _phrase(phrase: Phrase) -> str:
    """Return a phrase in boolean mode."""
    star = "*" if phrase.is_prefix else ""
    if len(phrase.words) == 1:
        return " ".join(f"{form}{star}" for form in single_forms(phrase))
    *firsts, lasts = needed_forms(phrase)
    words = dict.fromkeys(first for (first,) in firsts)
    last = " ".join(f"{form}{star}" for form in lasts)
    return f"({' '.join(f'+{word}' for word in words)} +({last}))"
