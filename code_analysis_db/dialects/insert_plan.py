"""Inserting many rows: their values checked and converted by columns, and the
statements that insert several rows each.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, groupby
from typing import (
    Any,
    Callable,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

from ..enums import RowIdSource
from ..exceptions import DriverQueryError
from .column_codec import ColumnCodec
from .fulltext import HiddenColumn, hidden_writer
from .insertion import Insertion
from .storage import RowsDecoder, turned

Rows = Sequence[Sequence[Any]]


class EncodedRows(List[Sequence[Any]]):
    """Rows in stored form that were encoded together.

    Attributes:
        columns: the same values, by columns.
    """

    def __init__(
        self, rows: Iterable[Sequence[Any]], columns: Sequence[Sequence[Any]]
    ) -> None:
        """Keep both."""
        super().__init__(rows)
        self.columns = columns


class InsertStep(NamedTuple):
    """A statement of an insert.

    Attributes:
        sql: the text.
        params: the values of its rows.
        row_count: how many rows it has.
        row_ids: their ids where ``source`` is GIVEN, else None.
        source: where their ids come from.
    """

    sql: str
    params: Sequence[Any]
    row_count: int
    row_ids: Optional[Sequence[Any]]
    source: RowIdSource


class InsertPlan:
    """How rows with certain columns are inserted into a table.

    Attributes:
        insertion: what is to be done, for a driver that does it in a way of its own.
        codecs: of the columns that the rows have.
        columns: the columns that the rows have.
        returning_columns: what each row returns, empty for nothing.
        decode: decodes returned rows, None where they are as they should be.
        rows_per_statement: 1 where the rows must be told apart by what they return,
            since a statement may return its rows in any order.
    """

    def __init__(
        self,
        insertion: Insertion,
        codecs: Sequence[ColumnCodec],
        write: Callable[[int], str],
        *,
        rows_per_statement: int,
        source: RowIdSource,
        decode: Optional[RowsDecoder],
        hidden: Sequence[HiddenColumn] = (),
    ) -> None:
        """Put a plan together.

        Args:
            hidden: the last of the columns, which are made of the rows.
            insertion: what is to be done.
            codecs: of the columns that the rows have.
            write: makes the statement for a number of rows.
            rows_per_statement: at most.
            source: where the ids come from.
            decode: of what is returned.
        """
        self.insertion = insertion
        self.codecs = tuple(codecs)
        self.columns = insertion.columns
        self.returning_columns = insertion.returning
        self.decode = decode
        self.rows_per_statement = rows_per_statement
        self.sql = lru_cache(maxsize=None)(write)
        self._source = source
        self._encoders = [codec.encode_present for codec in codecs]
        self._hidden = [
            hidden_writer(column, insertion.table, self.columns) for column in hidden
        ]
        #: The place of a key that a row may leave to the database.
        self._open_key: Optional[int] = None
        if source is RowIdSource.GIVEN and insertion.numbered:
            self._open_key = insertion.key

    def encode(self, rows: Rows) -> List[Sequence[Any]]:
        """Check and convert the values of rows.

        Raises:
            InvalidValueError: a value that does not go into its column.
            DriverQueryError: a row with more or fewer values than there are columns.
        """
        if self._hidden:
            rows = self._with_hidden(rows)
        codecs = self.codecs
        if len(rows) == 1 and len(rows[0]) == len(codecs):
            pairs = zip(self._encoders, rows[0])
            return [[None if v is None else encode(v) for encode, v in pairs]]
        if set(map(len, rows)) - {len(codecs)}:
            odd = next(place for place, r in enumerate(rows) if len(r) != len(codecs))
            name = self.insertion.table.name
            raise DriverQueryError(
                f"row {odd} for table {name!r} has {len(rows[odd])} values"
                f" for {len(codecs) - len(self._hidden)} columns",
                table=name,
            )
        columns = turned(rows)
        changed = False
        for place, (codec, values) in enumerate(zip(codecs, columns)):
            stored = codec.encode(values)
            if stored is not values:
                columns[place] = stored
                changed = True
        return EncodedRows(zip(*columns) if changed else rows, columns)

    def _with_hidden(self, rows: Rows) -> Rows:
        """Return rows with the values of hidden columns; one with more or fewer values
        than it may have is left for who refuses it."""
        count = len(self.codecs) - len(self._hidden)
        return [
            (
                [*row, *(write(row) for write in self._hidden)]
                if len(row) == count
                else row
            )
            for row in rows
        ]

    def steps(self, encoded: List[Sequence[Any]]) -> Iterable[InsertStep]:
        """Return the statements for encoded rows, in their order."""
        if len(encoded) == 1 and self._open_key is None:
            return (self._step(self._source, encoded),)
        return self._steps(encoded)

    def _steps(self, encoded: List[Sequence[Any]]) -> Iterator[InsertStep]:
        """Yield the statements for encoded rows, in their order."""
        for source, run in self._runs(encoded):
            size = self.rows_per_statement
            for start in range(0, len(run), size):
                yield self._step(source, run[start : start + size])

    def _step(self, source: RowIdSource, rows: List[Sequence[Any]]) -> InsertStep:
        """Return the statement for some rows."""
        count = len(rows)
        params = rows[0] if count == 1 else list(chain.from_iterable(rows))
        row_ids: Optional[Sequence[Any]] = None
        if source is RowIdSource.GIVEN:
            key = self.insertion.key
            row_ids = [0] * count if key is None else [row[key] for row in rows]
        return InsertStep(self.sql(count), params, count, row_ids, source)

    def _runs(
        self, rows: List[Sequence[Any]]
    ) -> Iterator[Tuple[RowIdSource, List[Sequence[Any]]]]:
        """Yield neighbouring rows whose ids come from the same source."""
        key = self._open_key
        if key is None:
            yield self._source, rows
            return
        for generated, run in groupby(rows, key=lambda row: row[key] is None):
            source = RowIdSource.GENERATED if generated else RowIdSource.GIVEN
            yield source, list(run)
