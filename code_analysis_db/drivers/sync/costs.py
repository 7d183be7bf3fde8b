"""What a change of a table may cost those who use it, on each kind of database.

What is said here was tried on the servers: whether PostgreSQL gives the table another
file and what it locks, and which ``ALGORITHM`` and ``LOCK`` MySQL and MariaDB take for
the statement.  A wait of a moment, until running transactions are over, is no cost.
Sources: https://www.postgresql.org/docs/current/sql-altertable.html (Notes),
https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html,
https://mariadb.com/kb/en/innodb-online-ddl-overview/.
"""

from __future__ import annotations

from typing import Set, Tuple

from ...dialects.base import Dialect
from ...enums import LogicalType
from ...schema import (
    Column,
    ColumnChange,
    Conversion,
    DefaultExpression,
    NativeDefault,
    TableDifference,
    conversion,
)
from .step import Cost

_SHORT_VARCHAR = 63
"""Characters of four bytes whose number of bytes is itself kept in one byte."""


def costs(difference: TableDifference, dialect: Dialect) -> Tuple[Cost, ...]:
    """Return what a change without a rebuild may cost, but for its foreign keys."""
    found: Set[Cost] = set()
    if difference.dropped_columns:
        found.add(Cost.LOSES_DATA)
    if difference.added_indexes or difference.added_uniques or difference.added_checks:
        found.add(Cost.READS_ROWS)
    if difference.has_new_primary_key:
        found.add(Cost.READS_ROWS)
    if not dialect.alters_in_place:
        found |= _in_a_file(difference)
    elif dialect.has_transactional_ddl:
        found |= _until_the_commit(difference)
    else:
        found |= _by_statements(difference, dialect)
    return _ordered(found)


def reference_costs(is_added: bool, dialect: Dialect) -> Tuple[Cost, ...]:
    """Return what it may cost to add or to drop foreign keys."""
    if is_added and dialect.has_transactional_ddl:
        return _ordered({Cost.READS_ROWS, Cost.BLOCKS_WRITES})
    if is_added:
        return _ordered({Cost.READS_ROWS, Cost.REWRITES_TABLE, Cost.BLOCKS_WRITES})
    if dialect.has_transactional_ddl:
        return _ordered({Cost.BLOCKS_WRITES, Cost.BLOCKS_READS})
    return ()


def _in_a_file(difference: TableDifference) -> Set[Cost]:
    """Return the costs of SQLite's own ALTER TABLE: it has one writer, whom the sync
    keeps waiting, and readers go on; the rows without a column are written anew."""
    if difference.dropped_columns:
        return {Cost.BLOCKS_WRITES, Cost.REWRITES_TABLE}
    return {Cost.BLOCKS_WRITES}


def _until_the_commit(difference: TableDifference) -> Set[Cost]:
    """Return the costs on PostgreSQL, which keeps its locks until the sync is over."""
    found = {Cost.BLOCKS_WRITES}
    if not _only_adds_indexes(difference):
        found.add(Cost.BLOCKS_READS)
    for change in difference.changed_columns:
        before, after = change.before, change.after
        if _has_new_values(change):
            found.add(Cost.REWRITES_TABLE)
        is_narrowed = conversion(before, after) is Conversion.NARROWING
        if is_narrowed or before.nullable and not after.nullable:
            found.add(Cost.READS_ROWS)
    for column in difference.added_columns:
        if column.autoincrement or isinstance(column.default, NativeDefault):
            found.add(Cost.REWRITES_TABLE)
    if any(index.fulltext for index in difference.added_indexes):
        found |= {Cost.REWRITES_TABLE, Cost.BLOCKS_READS}
    return found


def _has_new_values(change: ColumnChange) -> bool:
    """Tell whether PostgreSQL writes every row anew: it does not for longer texts and
    more digits before the point, nor for a time zone that is UTC as the session's."""
    before, after = change.before, change.after
    needed = conversion(before, after)
    return (
        change.native is not None
        or needed is Conversion.NARROWING
        or before.type is not after.type
        or before.scale != after.scale
    )


def _by_statements(difference: TableDifference, dialect: Dialect) -> Set[Cost]:
    """Return the costs on MySQL and MariaDB: a table that is copied cannot be written
    meanwhile, all else is done under the eyes of readers and writers."""
    is_copied = bool(
        difference.added_checks
        or difference.has_new_primary_key
        or any(index.fulltext for index in difference.added_indexes)
        or any(map(_is_filled_by_copying, difference.added_columns))
        or any(
            change.native is not None
            or conversion(change.before, change.after) is Conversion.NARROWING
            for change in difference.changed_columns
        )
        or _is_retyped(difference, dialect)
    )
    if is_copied:
        return {Cost.REWRITES_TABLE, Cost.BLOCKS_WRITES}
    is_rebuilt = difference.dropped_columns or any(
        change.before.nullable is not change.after.nullable
        for change in difference.changed_columns
    )
    return {Cost.REWRITES_TABLE} if is_rebuilt else set()


def _is_filled_by_copying(column: Column) -> bool:
    """Tell whether a new column has a default that is an expression, to MySQL: that of
    a long text is one, too."""
    if isinstance(column.default, (DefaultExpression, NativeDefault)):
        return True
    has_literal = column.type not in _WITHOUT_LITERALS
    return column.default is not None and not has_literal


_WITHOUT_LITERALS = frozenset(
    {
        LogicalType.TEXT,
        LogicalType.JSON,
        LogicalType.BLOB,
        LogicalType.UUID,
        LogicalType.DATE,
        LogicalType.TIME,
        LogicalType.DATETIME,
    }
)
"""The types whose defaults stand in parentheses (see ``MySQLDialect.literal``)."""


def _is_retyped(difference: TableDifference, dialect: Dialect) -> bool:
    """Tell whether a column gets another type, also by coming into a key or out of
    one."""
    new_names = difference.renamed_columns
    after = dialect.fitted(difference.after).by_name
    for column in dialect.fitted(difference.before).columns:
        wanted = after.get(new_names.get(column.name, column.name))
        if wanted is None or _is_longer_varchar(column, wanted):
            continue
        if dialect.native_type(column) != dialect.native_type(wanted):
            return True
    return False


def _is_longer_varchar(before: Column, after: Column) -> bool:
    """Tell whether a short text only gets longer, such that its length takes as many
    bytes as before."""
    if before.length is None or after.length is None:
        return False
    is_short = before.length <= _SHORT_VARCHAR
    return before.length <= after.length and is_short is (
        after.length <= _SHORT_VARCHAR
    )


def _only_adds_indexes(difference: TableDifference) -> bool:
    """Tell whether the table itself stays as it is."""
    return not (
        difference.renamed_to
        or difference.renamed_columns
        or difference.dropped_indexes
        or difference.dropped_uniques
        or difference.dropped_checks
        or difference.dropped_columns
        or difference.changed_columns
        or difference.added_columns
        or difference.added_uniques
        or difference.added_checks
        or difference.has_new_primary_key
    )


def _ordered(found: Set[Cost]) -> Tuple[Cost, ...]:
    """Return costs in the order in which they are declared."""
    return tuple(cost for cost in Cost if cost in found)
