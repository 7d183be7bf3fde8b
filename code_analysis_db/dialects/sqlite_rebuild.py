"""What makes a SQLite table another one where its ALTER TABLE cannot.

The order is the one of https://www.sqlite.org/lang_altertable.html#otheralter: a new
table, the rows copied, the old table dropped, the new one renamed.  The new table has
the text of the old one but for what is to be different, so that what the driver has no
words for (collations, generated columns, conflict clauses, STRICT) stays.
"""

from __future__ import annotations

from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from ..enums import ReferenceAction
from ..exceptions import UnsupportedError
from ..schema import INTERNAL_PREFIX, CheckConstraint, Column, ForeignKey
from ..schema.difference import ColumnChange, TableDifference
from .base import Dialect
from .ddl import check, column_definition, foreign_key, primary_key, unique_key
from .sqlite_conversion import converted
from .sqlite_create import ColumnText, ConstraintText, CreateText
from .sqlite_create_reader import pieces_of, unquoted

_NO_ACTION = ReferenceAction.NO_ACTION.value


def new_name(name: str) -> str:
    """Return what a table is called until it takes the place of the old one."""
    return f"{INTERNAL_PREFIX}new_{name}"


def copy_statement(
    before: CreateText, after: CreateText, change: TableDifference, dialect: Dialect
) -> str:
    """Return the INSERT of the old table's rows into the new one; it keeps the numbers
    of rows that no column holds."""
    changes = {c.after.name: c for c in change.changed_columns}
    added = {column.name for column in change.added_columns}
    names: List[str] = []
    values: List[str] = []
    rowid = before.free_rowid
    if rowid is not None and rowid == after.free_rowid:
        if before.rowid_column is None and after.rowid_column is None:
            names, values = [rowid], [rowid]
    for column in after.columns:
        if column.is_generated or column.name in added:
            continue
        quoted = dialect.quote(column.name)
        names.append(quoted)
        values.append(_value(quoted, changes.get(column.name)))
    return (
        f"INSERT INTO {dialect.quote(new_name(change.after.name))}"
        f" ({', '.join(names)}) SELECT {', '.join(values)}"
        f" FROM {dialect.quote(change.after.name)}"
    )


def _value(quoted: str, change: Optional[ColumnChange]) -> str:
    """Return a column's value as the new table has it."""
    if change is None:
        return quoted
    return converted(quoted, change.before, change.after)


class TableEditor:
    """Changes the text of a table whose renames were done already."""

    def __init__(
        self,
        text: CreateText,
        change: TableDifference,
        renames: Mapping[str, str],
        dialect: Dialect,
    ) -> None:
        """Edit ``text`` in place.

        Args:
            renames: what the columns of ``change.before`` are called in the text.
        """
        self._text = text
        self._change = change
        self._renames: Dict[str, str] = dict(renames)
        self._dialect = dialect

    def edit(self) -> None:
        """Make all changes.

        Raises:
            UnsupportedError: what is to be dropped is not found in the text.
        """
        change = self._change
        for unique in change.dropped_uniques:
            self._drop_unique(self._names(unique.columns))
        for key in change.dropped_foreign_keys:
            self._drop_foreign_key(key)
        for dropped in change.dropped_checks:
            self._drop_check(dropped)
        for column in change.dropped_columns:
            self._text.columns.remove(self._column(self._names([column.name])[0]))
        if change.has_new_primary_key:
            self._drop_primary_key()
        for altered in change.changed_columns:
            self._change_column(altered)
        self._add_columns()
        self._add_constraints()
        self._drop_qualifiers()

    def _names(self, names: Sequence[str]) -> Tuple[str, ...]:
        """Return columns of the table before as they are called in the text."""
        return tuple(self._renames.get(name, name) for name in names)

    def _column(self, name: str) -> ColumnText:
        """Return the column of that name."""
        column = self._text.column(name)
        if column is None:
            raise self._missing(f"column {name!r}")
        return column

    def _missing(self, subject: str) -> UnsupportedError:
        """Return the error for what is to be dropped and cannot be found."""
        table = self._change.before.name
        return UnsupportedError(
            f"{subject} is not found in the text of table {table!r}", table=table
        )

    # --- what goes ----------------------------------------------------------------

    def _drop_unique(self, columns: Tuple[str, ...]) -> None:
        """Drop a unique key; a primary key that is no rowid is described as one."""
        wanted = _folded(columns)
        for kind in ("UNIQUE", "PRIMARY"):
            if self._drop_key(kind, wanted):
                return
        raise self._missing(f"the unique key of {list(columns)}")

    def _drop_key(self, kind: str, wanted: Tuple[str, ...]) -> bool:
        """Drop the keys of a kind over columns, and tell whether there were any."""
        kept = [
            part
            for part in self._text.constraints
            if part.kind != kind or _folded(part.columns) != wanted
        ]
        found = len(kept) < len(self._text.constraints)
        self._text.constraints = kept
        if len(wanted) == 1:
            column = self._column(wanted[0])
            found |= column.remove(lambda part: part.kind == kind)
        return found

    def _drop_primary_key(self) -> None:
        """Drop the primary key, wherever it stands."""
        self._text.constraints = [
            part for part in self._text.constraints if part.kind != "PRIMARY"
        ]
        for column in self._text.columns:
            column.remove(lambda part: part.kind == "PRIMARY")

    def _drop_foreign_key(self, key: ForeignKey) -> None:
        """Drop one foreign key: the one that is most like it."""
        wanted = sorted(_folded(self._names(key.columns)))
        found: List[Tuple[int, Optional[ColumnText], ConstraintText]] = []
        for owner in [None, *self._text.columns]:
            parts = self._text.constraints if owner is None else owner.constraints
            for part in parts:
                columns = part.columns if owner is None else (owner.name,)
                if part.kind == "REFERENCES" and sorted(_folded(columns)) == wanted:
                    found.append((_likeness(part, key), owner, part))
        if not found:
            raise self._missing(f"the foreign key on {list(key.columns)}")
        _, owner, part = max(found, key=lambda item: item[0])
        if owner is None:
            self._text.constraints.remove(part)
        else:
            owner.remove(lambda other: other is part)

    def _drop_check(self, dropped: CheckConstraint) -> None:
        """Drop one check, by its name or its text."""
        for column in [None, *self._text.columns]:
            parts = self._text.constraints if column is None else column.constraints
            for part in parts:
                if part.kind == "CHECK" and self._is_check(part, dropped):
                    if column is None:
                        self._text.constraints.remove(part)
                    else:
                        column.remove(lambda other: other is part)
                    return
        raise self._missing(f"the check {dropped.name or dropped.expression!r}")

    def _is_check(self, part: ConstraintText, dropped: CheckConstraint) -> bool:
        """Whether a check is the one that is to go."""
        if dropped.name is not None:
            return part.name is not None and part.name.lower() == dropped.name.lower()
        return part.expression.split() == dropped.expression.split()

    # --- what changes and comes ---------------------------------------------------

    def _change_column(self, change: ColumnChange) -> None:
        """Change the type, the nullability and the default of a column."""
        before, after, dialect = change.before, change.after, self._dialect
        column = self._column(after.name)
        native = self._native_type(after)
        if change.native is not None or self._native_type(before) != native:
            column.type_name = native
            column.source = ""
            if dialect.column_extras(before) != dialect.column_extras(after):
                column.put("COLLATE", dialect.column_extras(after))
        if before.nullable != after.nullable:
            column.remove(lambda part: part.kind in ("NOT", "NULL"))
            column.put("NOT", "" if after.nullable else "NOT NULL")
        if before.default != after.default or before.type is not after.type:
            default = dialect.default_text(after)
            column.put("DEFAULT", "" if default is None else f"DEFAULT {default}")

    def _native_type(self, column: Column) -> str:
        """Return the declared type; a STRICT table knows SQLite's own only."""
        native = self._dialect.native_type(column)
        return native.partition("(")[0].split()[-1] if self._text.is_strict else native

    def _add_columns(self) -> None:
        """Add columns, and make the new primary key number the rows if it does."""
        after, change, dialect = self._change.after, self._change, self._dialect
        for column in change.added_columns:
            made = column_definition(after, column, dialect)
            if self._text.is_strict:
                native = dialect.native_type(column)
                made = made.replace(native, self._native_type(column), 1)
            self._text.columns.append(ColumnText(column.name, source=made))
        numbered = after.numbered_key
        if not change.has_new_primary_key or not after.primary_key:
            return
        if numbered is None:
            self._add("PRIMARY", primary_key(after, dialect))
        elif numbered not in {column.name for column in change.added_columns}:
            key = self._column(numbered)
            key.remove(lambda part: part.kind in ("NOT", "NULL", "DEFAULT"))
            key.type_name = "INTEGER"
            key.put("PRIMARY", "PRIMARY KEY AUTOINCREMENT NOT NULL")

    def _add_constraints(self) -> None:
        """Add constraints of the table."""
        change, dialect = self._change, self._dialect
        for unique in change.added_uniques:
            self._add("UNIQUE", unique_key(unique, dialect))
        for key in change.added_foreign_keys:
            self._add("REFERENCES", foreign_key(key, dialect))
        for added in change.added_checks:
            self._add("CHECK", check(added, dialect))

    def _add(self, kind: str, text: str) -> None:
        """Add a constraint of the table."""
        self._text.constraints.append(ConstraintText(kind, text))

    def _drop_qualifiers(self) -> None:
        """Write ``column`` for ``table.column`` in checks: the new table has another
        name at first, which the last rename would leave there."""
        from_name = self._text.name
        for part in self._text.constraints:
            if part.kind == "CHECK":
                part.text = unqualified(part.text, from_name, self._dialect)
        for column in self._text.columns:
            for part in column.of_kind("CHECK"):
                text = unqualified(part.text, from_name, self._dialect)
                if text != part.text:
                    part.text, column.source = text, ""


def unqualified(sql: str, table: str, dialect: Dialect) -> str:
    """Return an expression without the table's name before its columns."""
    pieces = pieces_of(sql, dialect.lexicon)
    cuts = [
        (first.start, dot.start + 1)
        for first, dot in zip(pieces, pieces[1:])
        if dot.text == "."
        and first.kind in ("word", "name")
        and unquoted(first.text).lower() == table.lower()
    ]
    for start, end in reversed(cuts):
        sql = sql[:start] + sql[end:]
    return sql


def _folded(names: Sequence[str]) -> Tuple[str, ...]:
    """Return names as SQLite compares them."""
    return tuple(name.lower() for name in names)


def _likeness(part: ConstraintText, key: ForeignKey) -> int:
    """Return how like a foreign key of the text is to another."""
    return (
        4 * (part.target.lower() == key.table.lower())
        + 2 * (sorted(_folded(part.references)) == sorted(_folded(key.references)))
        + (part.actions.get("DELETE", _NO_ACTION) == _action(key.on_delete))
        + (part.actions.get("UPDATE", _NO_ACTION) == _action(key.on_update))
    )


def _action(action: Optional[ReferenceAction]) -> str:
    """Return the word of an action."""
    return _NO_ACTION if action is None else action.value
