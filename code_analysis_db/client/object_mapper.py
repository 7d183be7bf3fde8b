"""Objects to rows, and what a client keeps of their rows.

Nothing is dropped on the way out: None and empty lists are values.  What could not be
read again is refused.  :mod:`.mapping.row_reader` is the way back.
"""

from __future__ import annotations

from collections import deque
from operator import attrgetter
from typing import (
    Any,
    Callable,
    Dict,
    Generic,
    Iterable,
    List,
    Mapping,
    Sequence,
    Tuple,
    Type,
    TypeVar,
)

import attrs
from attrs.exceptions import FrozenError

from ..enums import LogicalType
from ..exceptions import InvalidRequestError, InvalidValueError, UnknownColumnError
from ..messages.data_result import DataResult
from ..rows import Row, RowBlock
from ..schema.hint import near_hint
from .mapping.identity import id_texts, utc_now
from .mapping.row_reader import RowReader, described
from .mapping.stored_row import row_keeper, stored_row
from .mapping.table_model import TableModel, table_model

_T = TypeVar("_T")
_UNCHANGEABLE = (str, int, float, type(None))


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
        self._key = self.model.key.name
        self._by_name = {column.name: column for column in self.model.columns}
        self._values_of = _values_getter(self.columns)
        self._writers: Dict[str, Callable[[Any], Any]] = {
            column.name: column.form.write
            for column in self.model.columns
            if column.form.write is not None
        }
        self._id_places = [
            place
            for place, column in enumerate(self.model.columns)
            if column.logical_type is LogicalType.UUID
        ]
        self._reader = RowReader(cls, self.model)
        self._keep = row_keeper(cls)

    # --- objects to rows -----------------------------------------------------------

    def to_row(self, obj: _T) -> Row:
        """Return an object as a row, every column in it but a key to be numbered.

        Raises:
            InvalidValueError: a value is none that its attribute is declared to have.
        """
        row = dict(zip(self.columns, self._values_of(obj)))
        for name in self._writers:
            row[name] = self.to_stored(name, row[name])
        if self.model.is_numbered and row[self._key] is None:
            del row[self._key]
        return row

    def to_rows(self, objects: Iterable[_T]) -> List[Row]:
        """Return objects as rows."""
        return [self.to_row(obj) for obj in objects]

    def to_block(self, objects: Iterable[_T]) -> RowBlock:
        """Return objects that have their keys as a block, every column in it: for many
        it is half the work of :meth:`to_rows`.

        Raises:
            InvalidValueError: a value is none that its attribute is declared to have.
        """
        rows: List[Sequence[Any]] = list(map(self._values_of, objects))
        if rows and self._writers:
            by_column: List[Sequence[Any]] = list(zip(*rows))
            for place, name in enumerate(self.columns):
                if name in self._writers:
                    values = by_column[place]
                    by_column[place] = [self.to_stored(name, v) for v in values]
            rows = list(zip(*by_column))
        return RowBlock(self.columns, rows)

    def to_sent(self, block: RowBlock) -> RowBlock:
        """Return a block of :meth:`to_block` as it travels with the least work on both
        sides: with texts for UUIDs, which is what the driver makes of them anyway."""
        if not block.rows or not self._id_places:
            return block
        by_column: List[Sequence[Any]] = list(zip(*block.rows))
        for place in self._id_places:
            by_column[place] = id_texts(by_column[place])
        return RowBlock(block.columns, list(zip(*by_column)))

    def to_stored(self, name: str, value: Any) -> Any:
        """Return an attribute's value as its column has it."""
        write = self._writers.get(name)
        if write is None or value is None:
            return value
        try:
            return write(value)
        except Exception as error:
            raise InvalidValueError(
                f"{self._cls.__name__!r} cannot be stored in table"
                f" {self.table_name!r}: {described(error, name)}",
                table=self.table_name,
                column=name,
            ) from error

    def to_changes(self, changes: Mapping[str, Any]) -> Row:
        """Return some attributes as a part of a row, the time of the update added.

        Raises:
            UnknownColumnError: the class has no such attribute.
        """
        unknown = [name for name in changes if name not in self._by_name]
        if unknown:
            raise UnknownColumnError(
                f"{self._cls.__name__!r} has no attribute {unknown[0]!r}"
                f"{near_hint(unknown[0], self.columns)}",
                table=self.table_name,
                column=unknown[0],
            )
        row: Row = dict.fromkeys(self.model.updated_columns, utc_now())
        for name, value in changes.items():
            row[name] = self.to_stored(name, value)
        return row

    def key_of(self, obj: _T) -> Any:
        """Return an object's key."""
        return getattr(obj, self._key)

    # --- what is stored of an object -----------------------------------------------

    def touch(self, objects: Iterable[_T]) -> List[_T]:
        """Set the objects' times of update to now; return them, of frozen ones
        copies."""
        names = self.model.updated_columns
        if not names:
            return list(objects)
        now = dict.fromkeys(names, utc_now())
        return [self.changed(obj, now) for obj in objects]

    def changed(self, obj: _T, values: Mapping[str, Any]) -> _T:
        """Set attributes of an object and return it, a copy where it is frozen."""
        try:
            for name, value in values.items():
                setattr(obj, name, value)
            return obj
        except FrozenError:
            arguments = {self._by_name[name].alias: v for name, v in values.items()}
            # mypy does not know that a mapped class is one of attrs
            return attrs.evolve(obj, **arguments)  # type: ignore[misc]

    def stored(self, obj: _T, row: Row, key: Any = None) -> _T:
        """Note that an object is stored as ``row`` now, and return it, a copy where it
        is frozen and the database has given its ``key``."""
        if self._key not in row:
            row = {self._key: key, **row}
            obj = self.changed(obj, {self._key: key})
        self._keep(obj, list(map(row.__getitem__, self.columns)))
        return obj

    def stored_block(self, objects: Iterable[_T], block: RowBlock) -> None:
        """Note that objects are stored as the rows of a block of :meth:`to_block`."""
        deque(map(self._keep, objects, block.rows), maxlen=0)

    def updated(self, obj: _T, now: _T, names: Iterable[str]) -> None:
        """Give an object the attributes ``names`` as another has just been read;
        a frozen object stays as it is."""
        row, fresh = stored_row(obj), stored_row(now)
        try:
            for name in names:
                setattr(obj, name, getattr(now, name))
        except FrozenError:
            return
        if row is not None and fresh is not None:
            merged = dict(zip(self.columns, row))
            merged.update((name, fresh[self.columns.index(name)]) for name in names)
            self._keep(obj, list(merged.values()))

    def differences(self, obj: _T) -> Row:
        """Return the attributes of an object that differ from what was read or saved
        last.

        A list or dict whose declaration does not say what is inside counts as
        different: it may have been changed in place, and the row with it.

        Raises:
            InvalidRequestError: the object was neither read nor saved.
        """
        row = stored_row(obj)
        if row is None:
            raise InvalidRequestError(
                f"update: what has changed in {self._cls.__name__!r}"
                f" {self._key}={str(self.key_of(obj))!r} is not known, for it was"
                " neither read from the database nor saved: name the changes, or save"
                " it"
            )
        return {
            column.name: value
            for column, value, stored in zip(
                self.model.columns, self._values_of(obj), row
            )
            if self._differs(column.name, value, stored)
        }

    def _differs(self, name: str, value: Any, stored: Any) -> bool:
        """Tell whether an attribute's value is another than the stored one."""
        if self._by_name[name].form.aliases and not isinstance(value, _UNCHANGEABLE):
            return True
        value = self.to_stored(name, value)
        return type(value) is not type(stored) or bool(value != stored)

    # --- rows to objects -----------------------------------------------------------

    def read(self, result: DataResult) -> List[_T]:
        """Return the objects of a result; see :meth:`RowReader.read`."""
        return self._reader.read(result.columns, result.rows)

    def from_rows(self, rows: Sequence[Mapping[str, Any]]) -> List[_T]:
        """Return rows as objects, in their order; see :meth:`RowReader.read`."""
        if not rows:
            return []
        names = list(rows[0])
        return self._reader.read(names, [[row[n] for n in names] for row in rows])


def _values_getter(names: Sequence[str]) -> Callable[[Any], Tuple[Any, ...]]:
    """Return what gets the values of attributes, a tuple, of one attribute as well."""
    getter = attrgetter(*names)
    if len(names) > 1:
        return getter
    return lambda obj: (getter(obj),)


_mappers: Dict[Type[Any], ObjectMapper[Any]] = {}


def mapper_of(cls: Type[_T]) -> ObjectMapper[_T]:
    """Return the mapper of a class; it is made once."""
    mapper = _mappers.get(cls)
    if mapper is None:
        mapper = _mappers[cls] = ObjectMapper(cls)
    return mapper
