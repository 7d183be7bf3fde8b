"""Reads from a MySQL server's information_schema what tables look like."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

import attrs

from ...dialects.mysql import MySQLDialect
from ...enums import DefaultFunction, Direction, ReferenceAction
from ...schema import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    IndexColumn,
    Table,
    UniqueConstraint,
)
from ...schema.column import Default
from ..existing_table import ExistingTable
from ..mysql_session import MySQLSession
from .constraint_name import with_names
from .mysql_column import column_of, native_column
from .mysql_text import literal_text, unescaped
from .mysql_query import (
    CHECK_NAMES,
    CHECK_TEXTS,
    COLUMNS,
    FOREIGN_KEYS,
    INDEXES,
    NAMED,
    NAMES,
    ONE,
    REFERENCE_ACTIONS,
    TABLE_CHECKS,
    TABLES,
)
from .native_default import default_of
from .native_table import NativeColumn, NativeTable
from .reader import TableReader, is_hidden, is_unnumbered

_PRIMARY = "PRIMARY"
_FOREIGN, _CHECK = "f", "c"
_FUNCTIONS = {
    "utc_timestamp(6)": DefaultFunction.CURRENT_TIMESTAMP,
    "utc_date()": DefaultFunction.CURRENT_DATE,
    "utc_time(6)": DefaultFunction.CURRENT_TIME,
}
_NUMBERS = re.compile(r"(\d+)")
_ACTIONS: Mapping[str, ReferenceAction] = {
    **{action.value: action for action in ReferenceAction},
    # InnoDB takes both for the same, and MariaDB calls both RESTRICT
    "RESTRICT": ReferenceAction.NO_ACTION,
}


class MySQLReader(TableReader[MySQLSession]):
    """Reads the tables of the database that a session is connected to.

    Constraints are rows of ``"f"``, name, table referred to, actions on delete and on
    update, columns, columns referred to; or of ``"c"``, name, text.  Indexes are rows
    of name, whether several rows may have the same values, kind, columns, lengths of
    their beginnings, directions.
    """

    def __init__(self, dialect: MySQLDialect) -> None:
        """Read what the dialect has declared."""
        super().__init__(dialect)
        self._flavour = dialect.flavour

    def names(self, session: MySQLSession) -> List[str]:
        """Return the names of the tables, sorted."""
        return sorted(name for (name,) in session.query(NAMES))

    def read(
        self, session: MySQLSession, name: Optional[str] = None
    ) -> Dict[str, NativeTable]:
        """Return tables by their names.

        Who has not the lock on changes may read while one is made: a table is never
        told with keys of columns that were not there yet, or not any more.
        """
        names = [name] if name is not None else [n for (n,) in session.query(TABLES)]
        tables = {found: NativeTable(found) for found in names}
        for table_name, *row in _rows(session, COLUMNS, name):
            if table_name in tables:
                tables[table_name].add(native_column(row))
        if name is not None and not tables[name].columns:
            return {}
        for table_name, *row in _reference_rows(session, name):
            if table_name in tables:
                members = tables[table_name].constraints
                _gather(members, [_FOREIGN, *row[:-2]], row[-2:])
        for table_name, *row in sorted(self._check_rows(session, name), key=_place):
            if table_name in tables:
                tables[table_name].constraints.append([_CHECK, *row])
        for table_name, *row in _rows(session, INDEXES, name):
            if table_name in tables:
                _gather(tables[table_name].indexes, row[:3], row[3:])
        for table in tables.values():
            known = {None, *(column.name for column in table.columns + table.hidden)}
            table.indexes[:] = [i for i in table.indexes if known.issuperset(i[3])]
            table.constraints[:] = [
                c for c in table.constraints if c[0] == _CHECK or known.issuperset(c[5])
            ]
        return tables

    def _check_rows(
        self, session: MySQLSession, name: Optional[str]
    ) -> Sequence[Sequence[Any]]:
        """Return table, name and text of each check."""
        if self._flavour.tells_tables_of_checks:
            return _rows(session, TABLE_CHECKS, name)
        found = _rows(session, CHECK_NAMES, name)
        if not found:
            return []
        which, params = "", []
        if name is not None:
            which, params = NAMED, [tuple(check for _, check in found)]
        texts = {
            check: text
            for check, text in session.query(CHECK_TEXTS.format(which), params)
        }
        return [(table, check, texts.get(check, "")) for table, check in found]

    def column(self, native: NativeColumn) -> Column:
        """Return a column of a native type."""
        return column_of(native)

    def default(self, native: NativeColumn, column: Column) -> Default:
        """Return the default of a column; MariaDB tells it as SQL, MySQL a value as
        its text.

        MariaDB tells a question mark for each letter beyond the basic plane, in SHOW
        CREATE TABLE too: such a default is known only as it was stored.
        """
        text, sql = literal_text(native, self._flavour)
        if sql == "NULL":
            return None
        return default_of(column, text, sql, _FUNCTIONS)

    def named(self, table: Table, native: NativeTable) -> Table:
        """Return a table with the names that its constraints have in the database."""
        # a primary key keeps no name
        return with_names(
            table,
            None,
            _uniques(native),
            _foreign_keys(native),
            self._checks(native),
        )

    def existing(
        self,
        session: MySQLSession,
        native: NativeTable,
        stored: Optional[Table] = None,
        snapshot: Optional[str] = None,
    ) -> ExistingTable:
        """Return a table by what the database says and what was stored.

        The index that the server has made for a foreign key is called as the column
        was then.  After a rename of it only what was stored tells that nobody else
        has made the index.
        """
        found = super().existing(session, native, stored, snapshot)
        if stored is None or found.is_as_stored:
            return found
        known = {index.name for index in stored.indexes}
        keys = {key.columns for key in found.table.foreign_keys}
        indexes = tuple(
            index
            for index in found.table.indexes
            if index.name in known or index.unique or index.column_names not in keys
        )
        table = attrs.evolve(found.table, indexes=indexes)
        return attrs.evolve(found, table=table, stated=table)

    def made(
        self, session: MySQLSession, native: NativeTable, columns: Sequence[Column]
    ) -> Table:
        """Return the table with all its keys, checks and indexes as they are there.

        The server makes an index for each unique constraint and foreign key; a unique
        index is taken for such a constraint.
        """
        key: Tuple[str, ...] = ()
        foreign_keys = _foreign_keys(native)
        uniques = _uniques(native)
        made_for = {unique.name for unique in uniques}
        indexes = []
        for name, _, _, names, _, directions in native.indexes:
            if name == _PRIMARY:
                key = tuple(names)
            elif is_hidden(names):
                continue
            elif None not in names and name not in made_for:
                if not any(_is_made_for(k, name, names) for k in foreign_keys):
                    indexes.append(_index(name, names, directions))
        if is_unnumbered(key, columns):
            uniques.insert(0, UniqueConstraint(key))
            key = ()
        return Table(
            name=native.name,
            columns=tuple(columns),
            primary_key=key,
            uniques=tuple(uniques),
            foreign_keys=tuple(foreign_keys),
            checks=tuple(self._checks(native)),
            indexes=tuple(indexes),
        )

    def _checks(self, native: NativeTable) -> List[CheckConstraint]:
        """Return the checks; MySQL escapes their texts."""
        return [
            CheckConstraint(
                row[2] if self._flavour.quotes_defaults else unescaped(row[2]), row[1]
            )
            for row in native.constraints
            if row[0] == _CHECK
        ]


def _reference_rows(
    session: MySQLSession, name: Optional[str]
) -> Iterator[Sequence[Any]]:
    """Yield table, name, table referred to, actions on delete and on update, column and
    column referred to of each column of a foreign key."""
    keys = _rows(session, FOREIGN_KEYS, name)
    if not keys:
        return
    actions = {
        (table, key): rules
        for table, key, *rules in _rows(session, REFERENCE_ACTIONS, name)
    }
    for table, key, target, *columns in keys:
        # one that came or went between the two is told by neither
        if (table, key) in actions:
            yield (table, key, target, *actions[table, key], *columns)


def _rows(
    session: MySQLSession, query: str, name: Optional[str]
) -> List[Sequence[Any]]:
    """Return the rows of a query for one table, or for all where no name is given."""
    if name is None:
        return session.query(query.format(""))
    return session.query(query.format(ONE), (name, name))


def _place(row: Sequence[Any]) -> Tuple[str, List[Any]]:
    """Return the place of a check among others: by the numbers in their names."""
    parts = _NUMBERS.split(row[1])
    return row[0], [int(part) if part.isdigit() else part for part in parts]


def _gather(
    rows: List[Sequence[Any]], head: Sequence[Any], members: Sequence[Any]
) -> None:
    """Add members to the row that has the same head, which is the last one or new."""
    if not rows or list(rows[-1][: len(head)]) != list(head):
        rows.append([*head, *([] for _ in members)])
    for collected, member in zip(rows[-1][len(head) :], members):
        collected.append(member)


def _uniques(native: NativeTable) -> List[UniqueConstraint]:
    """Return the unique keys, over whole columns, but for the primary one."""
    return [
        UniqueConstraint(tuple(names), name)
        for name, non_unique, _, names, sizes, _ in native.indexes
        if not non_unique and name != _PRIMARY and None not in names and not any(sizes)
    ]


def _foreign_keys(native: NativeTable) -> List[ForeignKey]:
    """Return the foreign keys."""
    return [
        ForeignKey(
            columns=tuple(row[5]),
            table=row[2],
            references=tuple(row[6]),
            on_delete=_ACTIONS.get(row[3], ReferenceAction.NO_ACTION),
            on_update=_ACTIONS.get(row[4], ReferenceAction.NO_ACTION),
            name=row[1],
        )
        for row in native.constraints
        if row[0] == _FOREIGN
    ]


def _is_made_for(key: ForeignKey, name: str, columns: Sequence[str]) -> bool:
    """Tell whether the server has made an index for a foreign key: then it has the name
    of the key, or of its first column."""
    own = re.fullmatch(rf"{re.escape(key.columns[0])}(_\d+)?", name)
    return key.columns == tuple(columns) and (name == key.name or own is not None)


def _index(name: str, names: Sequence[str], directions: Sequence[str]) -> Index:
    """Return an index."""
    return Index(
        name=name,
        columns=tuple(
            IndexColumn(column, Direction.DESC if d == "D" else Direction.ASC)
            for column, d in zip(names, directions)
        ),
    )
