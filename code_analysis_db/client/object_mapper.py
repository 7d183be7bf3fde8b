"""Objects to rows and back.

Conversion goes column by column and never through a converter a row: the types of a
plain column's values are checked as a set, and only JSON columns are looked into.
Nothing is dropped on the way out: None and empty lists are values.  On the way in,
columns that the class does not know are left out, and a value that the class cannot
have is an error that names the table, the row and the column.
"""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import (
    Any,
    Callable,
    Dict,
    Generic,
    Iterable,
    List,
    Mapping,
    NoReturn,
    Optional,
    Sequence,
    Tuple,
    Type,
    TypeVar,
)

from cattrs import transform_error
from cattrs.v import format_exception

from ..exceptions import InvalidValueError, UnknownColumnError
from ..rows import Row
from ..schema.hint import near_hint
from .mapping.column_model import ColumnModel
from .mapping.identity import utc_now
from .mapping.table_model import TableModel, table_model
from .mapping.value_converter import make_value_converter

_T = TypeVar("_T")
_Values = Sequence[Any]


class ObjectMapper(Generic[_T]):
    """The conversions of one mapped class.

    Attributes:
        model: the class's table.
        table_name: the table's name.
        columns: the columns' names, in the order of the values.
    """

    def __init__(self, cls: Type[_T]) -> None:
        """Prepare the conversions of ``cls``.

        Raises:
            SchemaDefinitionError: the class's declaration has a fault.
        """
        self.model: TableModel = table_model(cls)
        self.table_name = self.model.name
        self.columns = self.model.column_names
        self._cls = cls
        self._values_of = _tuple_getter(attrgetter, self.columns)
        self._values_in = _tuple_getter(itemgetter, self.columns)
        self._aliases = [column.alias for column in self.model.columns]
        converter = make_value_converter()
        json_columns = [column for column in self.model.columns if column.is_json]
        self._to_json: Dict[str, Callable[[Any], Any]] = {
            column.name: converter.get_unstructure_hook(column.annotation)
            for column in json_columns
        }
        self._from_json: Dict[str, Callable[[Any, Any], Any]] = {
            column.name: converter.get_structure_hook(column.annotation)
            for column in json_columns
        }

    # --- objects to rows -----------------------------------------------------------

    def to_row(self, obj: _T) -> Row:
        """Return an object as a row, every column in it."""
        row = dict(zip(self.columns, self._values_of(obj)))
        for name, convert in self._to_json.items():
            if row[name] is not None:
                row[name] = convert(row[name])
        return row

    def to_rows(self, objects: Iterable[_T]) -> List[Row]:
        """Return objects as rows, every column in each."""
        return [self.to_row(obj) for obj in objects]

    def to_changes(self, changes: Mapping[str, Any]) -> Row:
        """Return some attributes as a part of a row, the time of the update added.

        Raises:
            UnknownColumnError: the class has no such attribute.
        """
        unknown = [name for name in changes if name not in self.columns]
        if unknown:
            raise UnknownColumnError(
                f"{self._cls.__name__!r} has no attribute {unknown[0]!r}"
                f"{near_hint(unknown[0], self.columns)}",
                table=self.table_name,
                column=unknown[0],
            )
        row: Row = dict.fromkeys(self.model.updated_columns, utc_now())
        for name, value in changes.items():
            convert = self._to_json.get(name)
            row[name] = value if convert is None or value is None else convert(value)
        return row

    def key_of(self, obj: _T) -> Any:
        """Return an object's key."""
        return getattr(obj, self.model.key.name)

    def touch(self, objects: Iterable[_T]) -> None:
        """Set the objects' times of update to now."""
        if self.model.updated_columns:
            now = utc_now()
            for obj in objects:
                for name in self.model.updated_columns:
                    setattr(obj, name, now)

    # --- rows to objects -----------------------------------------------------------

    def from_rows(self, rows: Sequence[Mapping[str, Any]]) -> List[_T]:
        """Return rows as objects, in their order.

        Raises:
            InvalidValueError: a stored value is none that the class can have; the
                message names the table, the row's key and the column.
            UnknownColumnError: the rows lack a column of the class.
        """
        if not rows:
            return []
        try:
            values = list(map(self._values_in, rows))
        except KeyError as error:
            raise UnknownColumnError(
                f"rows of table {self.table_name!r} lack column {error.args[0]!r} of"
                f" {self._cls.__name__!r}: the table is older than the class",
                table=self.table_name,
                column=str(error.args[0]),
            ) from None
        by_column = list(zip(*values))
        checked = [
            self._check(position, by_column)
            for position in range(len(self.model.columns))
        ]
        cls, aliases = self._cls, self._aliases
        return [cls(**dict(zip(aliases, row))) for row in zip(*checked)]

    def _check(self, position: int, by_column: Sequence[_Values]) -> _Values:
        """Return a column's values as the class's attribute has them."""
        column = self.model.columns[position]
        values = by_column[position]
        if column.is_json:
            return self._structured(column, values, by_column)
        if not set(map(type, values)) <= column.stored_types:
            row = next(
                i for i, v in enumerate(values) if type(v) not in column.stored_types
            )
            wanted = " or ".join(sorted(t.__name__ for t in column.stored_types))
            self._refuse(
                column, row, by_column, f"expected {wanted}, got {values[row]!r}"
            )
        return values

    def _structured(
        self, column: ColumnModel, values: _Values, by_column: Sequence[_Values]
    ) -> List[Any]:
        """Return a JSON column's values, each made what the class declares."""
        convert = self._from_json[column.name]
        structured: List[Any] = []
        for value in values:
            if value is None and column.nullable:
                structured.append(None)
                continue
            try:
                structured.append(convert(value, column.annotation))
            except Exception as error:
                faults = "; ".join(transform_error(error, column.name, _described))
                self._refuse(column, len(structured), by_column, faults, error)
        return structured

    def _refuse(
        self,
        column: ColumnModel,
        row: int,
        by_column: Sequence[_Values],
        fault: str,
        cause: Optional[BaseException] = None,
    ) -> NoReturn:
        """Raise the error of a stored value that the class cannot have."""
        key = self.model.key.name
        key_value = by_column[self.columns.index(key)][row]
        raise InvalidValueError(
            f"table {self.table_name!r}, row {key}={str(key_value)!r}, column"
            f" {column.name!r}: {fault}",
            table=self.table_name,
            column=column.name,
        ) from cause


def _described(error: BaseException, wanted: Optional[Type[Any]]) -> str:
    """Say what is wrong with a value inside JSON, the value included where known."""
    if isinstance(error, TypeError):
        return str(error)
    return format_exception(error, wanted)


def _tuple_getter(
    make: Callable[..., Callable[[Any], Any]], names: Sequence[str]
) -> Callable[[Any], Tuple[Any, ...]]:
    """Return what ``make``, an ``attrgetter`` or ``itemgetter``, gives for several
    names, a tuple, for one name as well."""
    getter = make(*names)
    if len(names) > 1:
        return getter
    return lambda source: (getter(source),)


_mappers: Dict[Type[Any], ObjectMapper[Any]] = {}


def mapper_of(cls: Type[_T]) -> ObjectMapper[_T]:
    """Return the mapper of a class; it is made once."""
    mapper = _mappers.get(cls)
    if mapper is None:
        mapper = _mappers[cls] = ObjectMapper(cls)
    return mapper
