"""Rows to the objects of a class.

Conversion goes column by column and never through a converter a row: the types of a
plain column's values are checked as a set, and only other columns are looked into.
Columns that the class does not know are left out.  A value that the class cannot
have is an error that names the table, the row and the column.
"""

from __future__ import annotations

from itertools import starmap
from operator import itemgetter
from typing import (
    Any,
    Callable,
    Generic,
    List,
    NoReturn,
    Optional,
    Sequence,
    Type,
    TypeVar,
)

from cattrs import transform_error
from cattrs.v import format_exception

from ...exceptions import InvalidValueError, UnknownColumnError
from .column_model import ColumnModel
from .stored_row import row_keeper
from .table_model import TableModel

T = TypeVar("T")
_Values = Sequence[Any]


class RowReader(Generic[T]):
    """Makes the objects of a mapped class."""

    def __init__(self, cls: Type[T], model: TableModel) -> None:
        """Prepare for the columns of ``model``, which is the class's."""
        self._model = model
        self._names = model.column_names
        self._make = _constructor(cls, [column.alias for column in model.columns])
        self._keep = row_keeper(cls)

    def read(self, names: Sequence[str], rows: Sequence[_Values]) -> List[T]:
        """Return rows as objects, in their order; each keeps its row.

        Args:
            names: the columns of the rows.

        Raises:
            InvalidValueError: a stored value is none that the class can have; the
                message names the table, the row's key and the column.
            UnknownColumnError: the rows lack a column of the class.
        """
        if not rows:
            return []
        if names != self._names:
            rows = self._picked(names, rows)
        values = self._converted(rows)
        try:
            objects = list(starmap(self._make, values))
        except Exception:
            self._refuse_object(rows, values)
            raise
        for obj, row in zip(objects, rows):
            self._keep(obj, row)
        return objects

    def _picked(self, names: Sequence[str], rows: Sequence[_Values]) -> List[_Values]:
        """Return the values of the class's columns, out of rows with others."""
        missing = [name for name in self._names if name not in names]
        if missing:
            raise UnknownColumnError(
                f"rows of table {self._model.name!r} lack column {missing[0]!r} of"
                f" {self._model.cls.__name__!r}: the table is older than the class",
                table=self._model.name,
                column=missing[0],
            )
        places = [names.index(name) for name in self._names]
        if len(places) == 1:
            return [(row[places[0]],) for row in rows]
        return list(map(itemgetter(*places), rows))

    def _converted(self, rows: Sequence[_Values]) -> Sequence[_Values]:
        """Return the values as the class's attributes have them."""
        by_column: List[_Values] = list(zip(*rows))
        are_plain = True
        for place, column in enumerate(self._model.columns):
            self._check(column, by_column[place], rows)
            if column.form.read is not None:
                are_plain = False
                by_column[place] = self._read(column, by_column[place], rows)
        return rows if are_plain else list(zip(*by_column))

    def _check(
        self, column: ColumnModel, values: _Values, rows: Sequence[_Values]
    ) -> None:
        """Refuse values of another type than the column's."""
        if column.is_json or column.stored_types.issuperset(map(type, values)):
            return
        types = column.stored_types
        place = next(i for i, v in enumerate(values) if type(v) not in types)
        wanted = " or ".join(sorted(t.__name__ for t in types))
        self._refuse(column, rows[place], f"expected {wanted}, got {values[place]!r}")

    def _read(
        self, column: ColumnModel, values: _Values, rows: Sequence[_Values]
    ) -> List[Any]:
        """Return a column's values, each made what the class declares."""
        read: Any = column.form.read
        made: List[Any] = []
        for value in values:
            if value is None and column.nullable:
                made.append(None)
                continue
            try:
                made.append(read(value))
            except Exception as error:
                fault = described(error, column.name)
                self._refuse(column, rows[len(made)], fault, error)
        return made

    def _refuse_object(
        self, rows: Sequence[_Values], values: Sequence[_Values]
    ) -> None:
        """Name the row that the class's constructor refuses."""
        for row, of_object in zip(rows, values):
            try:
                self._make(*of_object)
            except Exception as error:
                raise InvalidValueError(
                    f"{self._row(row)}: {self._model.cls.__name__!r} refuses it:"
                    f" {error}",
                    table=self._model.name,
                ) from error

    def _refuse(
        self,
        column: ColumnModel,
        row: _Values,
        fault: str,
        cause: Optional[BaseException] = None,
    ) -> NoReturn:
        """Raise the error of a stored value that the class cannot have."""
        raise InvalidValueError(
            f"{self._row(row)}, column {column.name!r}: {fault}",
            table=self._model.name,
            column=column.name,
        ) from cause

    def _row(self, row: _Values) -> str:
        """Return what names a row."""
        key = self._model.key.name
        value = str(row[self._names.index(key)])
        return f"table {self._model.name!r}, row {key}={value!r}"


def described(error: BaseException, column_name: str) -> str:
    """Say what is wrong with a value, and where inside of it where it is JSON."""
    return "; ".join(transform_error(error, column_name, _message))


def _message(error: BaseException, wanted: Optional[Type[Any]]) -> str:
    """Say what is wrong with a value, the value included where known."""
    if isinstance(error, (TypeError, ValueError)):
        return str(error)
    return format_exception(error, wanted)


def _constructor(cls: Type[T], aliases: Sequence[str]) -> Callable[..., T]:
    """Return a function that makes an object of the values in their order.

    It is compiled, as attrs does with the constructors that it calls: a call with
    named arguments is three times as fast as one with a dict of them.
    """
    arguments = [f"value_{place}" for place in range(len(aliases))]
    named = ", ".join(map("{}={}".format, aliases, arguments))
    source = f"lambda {', '.join(arguments)}: cls({named})"
    make: Callable[..., T] = eval(source, {"cls": cls})
    return make
