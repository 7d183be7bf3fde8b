"""The statement of a search: the best rows that a query finds, with their texts."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Sequence, Tuple

import attrs

from ..exceptions import DriverQueryError, UnsupportedError
from ..fulltext import Query
from ..schema import Index, Table
from .base import Dialect
from .column_codec import ColumnCodec
from .column_list import read_names
from .condition import FALSE, TRUE
from .fulltext import SCORE, HitsText, index_of_name
from .ordering import read_row_count
from .statement import Statement
from .storage import rows_decoder
from .table_conditions import TableConditions

RANK = "rank"
SNIPPET = "snippet"
_ALL = 2**31 - 1
_CANDIDATES = (256, 8192, _ALL)
"""How many of the best hits are looked at for those that match a ``where``; more where
these are too few."""


@attrs.frozen(slots=True)
class Search:
    """What a search is for.

    Attributes:
        index: the index that is asked.
        query: what it is asked for.
        columns: of the result.
        texts: the columns that a snippet may be of, none for no snippets.
        tries: the statements to run, each of which finds more than the one before; the
            first that finds :attr:`limit` rows is enough.  Their rows have the columns,
            the texts, and the score.
        limit: how many rows are wanted.
    """

    index: Index
    query: Query
    columns: Tuple[str, ...]
    texts: Tuple[str, ...]
    tries: Sequence[Statement]
    limit: int


class SearchMaker:
    """Makes the searches of one table."""

    def __init__(
        self,
        table: Table,
        dialect: Dialect,
        codecs: Mapping[str, ColumnCodec],
        conditions: TableConditions,
    ) -> None:
        """Make statements of the table's parts."""
        self._table = table
        self._dialect = dialect
        self._codecs = codecs
        self._conditions = conditions

    def make(
        self,
        query: Query,
        index: Optional[str],
        where: Optional[Mapping[str, Any]],
        columns: Optional[Sequence[str]],
        limit: int,
        offset: Optional[int],
        with_snippets: bool,
    ) -> Search:
        """Make a search.

        Raises:
            DriverQueryError: an argument that does not fit the table.
            UnsupportedError: the database has no full-text search.
        """
        fulltext = self._dialect.fulltext
        if fulltext is None:
            raise UnsupportedError(
                f"{self._dialect.name} offers no full-text search",
                table=self._table.name,
            )
        chosen = index_of_name(self._table, index)
        names = self._shown(columns)
        texts = chosen.column_names if with_snippets else ()
        count = read_row_count("limit", limit)
        skipped = read_row_count("offset", offset or 0)
        params: List[Any] = []
        condition = self._conditions.read(where, params)
        tries: List[Statement] = []
        if query.required and condition is not FALSE and count:
            clause = " ".join(self._conditions.clause(condition))
            decoders = [self._codecs[name].decode for name in (*names, *texts)]
            shown = (*names, *texts, SCORE)
            decode = rows_decoder(self._table.name, shown, [*decoders, None])
            wanted = count + skipped
            known = {wanted}
            if condition is not TRUE:
                known = {max(wanted, candidates) for candidates in _CANDIDATES}
            for most in sorted(known):
                found: List[Any] = []
                hits = fulltext.hits(self._table, chosen, query, most, found)
                found += [*params, count, skipped]
                sql = self._text(hits, clause, (*names, *texts))
                tries.append(Statement(sql, found, shown, decode))
        return Search(chosen, query, names, texts, tries, count)

    def _shown(self, columns: Optional[Sequence[str]]) -> Tuple[str, ...]:
        """Return the columns of the result, in which two more have their names."""
        names = self._table.column_names
        if columns is not None:
            names = read_names(columns, self._table)
        for name in (RANK, SNIPPET):
            if name in names:
                raise DriverQueryError(
                    f"a search gives a column {name!r} of its own; leave that of table"
                    f" {self._table.name!r} out of columns",
                    table=self._table.name,
                    column=name,
                )
        return names

    def _text(self, hits: HitsText, clause: str, shown: Sequence[str]) -> str:
        """Return the text: first which rows, then what is in them, so that no text is
        read of a row that is not shown."""
        quote = self._dialect.quote
        table = quote(self._table.name)
        keys = [quote(key) for key in hits.keys]
        score = quote(SCORE)
        same = " AND ".join(
            f"{table}.{quote(name)} = {{0}}.{key}"
            for name, key in zip(self._table.primary_key, keys)
        )
        order = ", ".join([f"{score} DESC", *keys])
        listed = ", ".join([*keys, score])
        chosen = (
            f"SELECT {listed} FROM ({hits.sql}) AS hits JOIN {table}"
            f" ON {same.format('hits')} {clause} ORDER BY {order}"
            f" {self._dialect.limit(True, True)}"
        )
        terms = ", ".join([*(self._codecs[name].term for name in shown), score])
        return (
            f"SELECT {terms} FROM ({chosen}) AS chosen JOIN {table}"
            f" ON {same.format('chosen')} ORDER BY {order}"
        )
