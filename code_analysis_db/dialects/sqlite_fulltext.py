"""Fulltext indexes of SQLite: FTS5, fed by triggers.

For an index there are two hidden tables and three triggers on the indexed table:

- the *words*: a row for each row of the table, with its key and the words of each
  column.  It has numbers of its own unless the table's key is one: the rowids of a
  table without an INTEGER PRIMARY KEY may change with a VACUUM, and one WITHOUT ROWID
  has none;
- the *search*: an FTS5 table over the words ("external content").  What it has of a
  row is taken out by the very words that it was put in with, which an analysis made
  anew would not guarantee: another Python knows other letters;
- the triggers call the SQL function :data:`~.sqlite_functions.WORDS`.  So the index
  follows whatever writes (cascades and raw SQL too), within its transaction.  A
  program that has not this function cannot insert or change texts; it can delete.

``INSERT OR REPLACE`` fires no trigger for the row that goes; so an insert first takes
out what is there under its key.

Measured on the texts of a standard library (1,790 files, 31 MB): the words take 0.8 of
the texts' size, the index 0.3; indexing takes 1.8 ms of CPU for 9 KB, of which three
quarters are the analysis.
"""

from __future__ import annotations

from typing import Any, Iterable, List, Tuple

from ..enums import LogicalType
from ..fulltext import PLAIN, Choice, Phrase, Query
from ..schema import INTERNAL_PREFIX, Index, Table
from .fulltext import SCORE, Fulltext, HitsText, fulltext_indexes
from .sqlite_functions import DECIMAL_COLLATION, WORDS
from .sqlite_storage import declared_type


class SQLiteFulltext(Fulltext):
    """FTS5 indexes."""

    # --- definitions -----------------------------------------------------------------

    def created(self, table: Table, index: Index) -> List[str]:
        """Make the tables, fill them, and set the triggers."""
        words, search = words_table(index), search_table(index)
        texts = [f"text_{place}" for place in range(len(index.columns))]
        keys = [f"{name} {_key_type(table, column)}" for name, column in _keys(table)]
        unique = [f"UNIQUE ({_listed(keys_of(table))})"] if keys else []
        columns = ["doc INTEGER PRIMARY KEY", *keys, *texts, *unique]
        return [
            *self.dropped(table, index),
            f"CREATE TABLE {_quote(words)} ({', '.join(columns)})",
            f"CREATE VIRTUAL TABLE {_quote(search)} USING fts5({', '.join(texts)},"
            f" content={_quote(words)}, content_rowid='doc',"
            " tokenize=\"ascii tokenchars '_'\")",
            f"INSERT INTO {_quote(words)} ({_listed(self._filled(table, index))})"
            f" SELECT {_listed(self._values(table, index, ''))}"
            f" FROM {_quote(table.name)}",
            f"INSERT INTO {_quote(search)} ({_quote(search)}) VALUES ('rebuild')",
            *self._triggers(table, index),
        ]

    def dropped(self, table: Table, index: Index) -> List[str]:
        """Drop the triggers and the tables."""
        triggers = [
            f"DROP TRIGGER IF EXISTS {_quote(trigger_name(index.name, event))}"
            for event in ("insert", "update", "delete")
        ]
        return [*triggers, *_tables_dropped(index)]

    def dropped_with_table(self, table: Table) -> List[str]:
        """Triggers go with their table; the hidden tables do not."""
        return [
            sql for index in fulltext_indexes(table) for sql in _tables_dropped(index)
        ]

    def _triggers(self, table: Table, index: Index) -> List[str]:
        """Return the triggers."""
        taken, put = self._taken(table, index, "old"), self._put(table, index)
        on = f"ON {_quote(table.name)}"
        inserted, updated, deleted = (
            _quote(trigger_name(index.name, event))
            for event in ("insert", "update", "delete")
        )
        watched = dict.fromkeys((*table.primary_key, *index.column_names))
        changed = " OR ".join(
            f"old.{_quote(c)} IS NOT new.{_quote(c)}" for c in watched
        )
        cleared = self._taken(table, index, "new")
        return [
            f"CREATE TRIGGER {inserted} AFTER INSERT {on} BEGIN {cleared} {put} END",
            f"CREATE TRIGGER {updated} AFTER UPDATE OF {_listed(map(_quote, watched))}"
            f" {on} WHEN {changed} BEGIN {taken} {cleared} {put} END",
            f"CREATE TRIGGER {deleted} AFTER DELETE {on} BEGIN {taken} END",
        ]

    def _put(self, table: Table, index: Index) -> str:
        """Return the statements that put the new row in."""
        words, search = _quote(words_table(index)), _quote(search_table(index))
        texts = _listed(f"text_{place}" for place in range(len(index.columns)))
        return (
            f"INSERT INTO {words} ({_listed(self._filled(table, index))})"
            f" VALUES ({_listed(self._values(table, index, 'new.'))});"
            f" INSERT INTO {search} (rowid, {texts}) SELECT doc, {texts} FROM {words}"
            f" WHERE {self._is(table, 'new')};"
        )

    def _taken(self, table: Table, index: Index, row: str) -> str:
        """Return the statements that take what is there of a row out."""
        words, search = _quote(words_table(index)), _quote(search_table(index))
        texts = _listed(f"text_{place}" for place in range(len(index.columns)))
        there = f"FROM {words} WHERE {self._is(table, row)};"
        return (
            f"INSERT INTO {search} ({search}, rowid, {texts})"
            f" SELECT 'delete', doc, {texts} {there} DELETE {there}"
        )

    def _is(self, table: Table, row: str) -> str:
        """Return the test for the words of a row."""
        pairs = _keys(table) or [("doc", table.primary_key[0])]
        return " AND ".join(f"{name} = {row}.{_quote(c)}" for name, c in pairs)

    def _filled(self, table: Table, index: Index) -> List[str]:
        """Return the columns of the words that are filled."""
        texts = [f"text_{place}" for place in range(len(index.columns))]
        return [*(keys_of(table) or ["doc"]), *texts]

    def _values(self, table: Table, index: Index, row: str) -> List[str]:
        """Return what they are filled with."""
        keys = [f"{row}{_quote(column)}" for column in table.primary_key]
        words = [f"{WORDS}({row}{_quote(c)})" for c in index.column_names]
        return keys + words

    # --- queries ---------------------------------------------------------------------

    def condition(
        self, table: Table, index: Index, query: Query, params: List[Any]
    ) -> str:
        """Test by the key; SQLite looks the hits up by it, or the other way round."""
        params.append(match_expression(query))
        keys = keys_of(table)
        search = _quote(search_table(index))
        found = f"SELECT rowid FROM {search} WHERE {search} MATCH ?"
        if keys:
            words = _quote(words_table(index))
            found = f"SELECT {_listed(keys)} FROM {words} WHERE doc IN ({found})"
        key = _listed(map(_quote, table.primary_key))
        return f"({key}) IN ({found})" if len(keys) > 1 else f"{key} IN ({found})"

    def hits(
        self, table: Table, index: Index, query: Query, most: int, params: List[Any]
    ) -> HitsText:
        """Have FTS5 rank by its ``bm25``, of which less is better."""
        params += [match_expression(query), most]
        search = _quote(search_table(index))
        best = (
            f"SELECT rowid AS doc, rank AS score FROM {search}"
            f" WHERE {search} MATCH ? ORDER BY rank LIMIT ?"
        )
        keys = keys_of(table)
        names = tuple(f"{INTERNAL_PREFIX}key_{p}" for p in range(len(keys) or 1))
        if not keys:
            return HitsText(
                f"SELECT doc AS {names[0]}, -score AS {SCORE} FROM ({best})", names
            )
        shown = _listed(f"w.{key} AS {name}" for key, name in zip(keys, names))
        words = _quote(words_table(index))
        return HitsText(
            f"SELECT {shown}, -h.score AS {SCORE} FROM ({best}) AS h"
            f" JOIN {words} AS w ON w.doc = h.doc",
            names,
        )


def match_expression(query: Query) -> str:
    """Return a query in FTS5's language, every word of it quoted."""
    required = " AND ".join(f"({_choice(choice)})" for choice in query.required)
    if not query.excluded:
        return required
    return f"({required}) NOT ({_choice(query.excluded)})"


def _choice(choice: Choice) -> str:
    """Return an OR of phrases."""
    return " OR ".join(form for phrase in choice for form in _forms(phrase))


def _forms(phrase: Phrase) -> List[str]:
    """Return how a phrase may stand there."""
    star = " *" if phrase.is_prefix else ""
    if len(phrase.words) > 1:
        words = [*map(PLAIN.part, phrase.words)]
        return [" + ".join(f'"{word}"' for word in words) + star]
    (word,) = phrase.words
    return [f'"{PLAIN.part(word)}"{star}', f'"{PLAIN.whole(word)}"{star}']


def words_table(index: Index) -> str:
    """Return the name of the table of an index's words."""
    return f"{INTERNAL_PREFIX}words_{index.name}"


def search_table(index: Index) -> str:
    """Return the name of the FTS5 table of an index."""
    return f"{INTERNAL_PREFIX}search_{index.name}"


def trigger_name(index_name: str, event: str) -> str:
    """Return the name of a trigger of an index."""
    return f"{INTERNAL_PREFIX}{event}_{index_name}"


def keys_of(table: Table) -> List[str]:
    """Return the columns of the words that hold the table's key; none where that is
    the number of the row."""
    return [name for name, _ in _keys(table)]


def _keys(table: Table) -> List[Tuple[str, str]]:
    """Return those columns, each with the table's."""
    if table.numbered_key is not None:
        return []
    return [(f"key_{place}", name) for place, name in enumerate(table.primary_key)]


def _tables_dropped(index: Index) -> List[str]:
    """Return the statements that drop the hidden tables."""
    return [
        f"DROP TABLE IF EXISTS {_quote(name)}"
        for name in (search_table(index), words_table(index))
    ]


def _key_type(table: Table, name: str) -> str:
    """Return how the words declare a column of the key: it compares as the table's."""
    column = table.by_name[name]
    declared = declared_type(column)
    if column.type is LogicalType.DECIMAL:
        return f"{declared} COLLATE {DECIMAL_COLLATION}"
    return declared


def _listed(names: Iterable[str]) -> str:
    """Return names that are quoted already as a list."""
    return ", ".join(names)


def _quote(name: str) -> str:
    """Return a name as SQL text."""
    return '"' + name.replace('"', '""') + '"'
