"""The rows that stand in the way of a change, counted before anything is changed.

Tables and columns go by the names that they are to have, as the constraints name them:
where one is renamed, it is read through a query that gives it its new name.  What
concerns columns whose values are yet to come is left to the database.
"""

from __future__ import annotations

from typing import FrozenSet, Generic, List, Mapping, Optional, Sequence, Tuple

from ...dialects.base import Dialect
from ...dialects.ddl import partial_condition
from ...dialects.sql_scanner import check_expression
from ...schema import (
    CheckConstraint,
    ForeignKey,
    Index,
    Table,
    TableDifference,
)
from ..scope import S
from .retention import names_any


class Preflight(Generic[S]):
    """Counts rows through one session."""

    def __init__(
        self, session: S, dialect: Dialect, differences: Mapping[str, TableDifference]
    ) -> None:
        """Know what is to become of the tables that there are.

        Args:
            session: reads.
            dialect: of the database.
            differences: by the tables' names after the sync; empty ones among them.
        """
        self._session = session
        self._dialect = dialect
        self._differences = differences

    def obstacles(self, difference: TableDifference) -> List[str]:
        """Return which rows stand in the way of a difference, in words."""
        found = [
            *self._nulls(difference),
            *self._missing_values(difference),
            *self._misfits(difference),
            *self._long_texts(difference),
            *self._twins(difference),
            *(self._orphans(difference, key) for key in difference.added_foreign_keys),
            *(self._failures(difference, c) for c in difference.added_checks),
        ]
        return [obstacle for obstacle in found if obstacle is not None]

    # --- what is counted ----------------------------------------------------------

    def _nulls(self, difference: TableDifference) -> List[Optional[str]]:
        """Count NULLs in columns that take none any more."""
        return [
            self._said(
                f"SELECT COUNT(*) FROM {self._named(difference.before)}"
                f" WHERE {self._quoted(change.before.name)} IS NULL",
                f"column {change.before.name!r} of table {difference.before.name!r} is"
                " NULL in {rows}, and is to be NOT NULL",
            )
            for change in difference.changed_columns
            if change.before.nullable and not change.after.nullable
        ]

    def _missing_values(self, difference: TableDifference) -> List[Optional[str]]:
        """Count the rows that lack a value for a new column."""
        return [
            self._said(
                f"SELECT COUNT(*) FROM {self._named(difference.before)}",
                f"column {column.name!r} is new in table {difference.before.name!r},"
                " takes no NULL and has no default; there is no value for it in {rows}",
            )
            for column in difference.added_columns
            if not column.nullable
            and column.default is None
            and not column.autoincrement
        ]

    def _misfits(self, difference: TableDifference) -> List[Optional[str]]:
        """Count the values that are no values of their column, which SQLite takes from
        others, and would become anything."""
        found: List[Optional[str]] = []
        for change in difference.changed_columns:
            before, after = change.before, change.after
            test = self._dialect.misfit(self._quoted(before.name), before, after)
            if test is not None:
                found.append(
                    self._said(
                        f"SELECT COUNT(*) FROM {self._named(difference.before)}"
                        f" WHERE {test}",
                        f"column {before.name!r} of table {difference.before.name!r}"
                        f" has no {before.type.value} value in {{rows}}",
                    )
                )
        return found

    def _long_texts(self, difference: TableDifference) -> List[Optional[str]]:
        """Count the texts that are longer than the keys which they come into take."""
        names = difference.renamed_columns
        before = self._dialect.fitted(difference.before).by_name
        after = self._dialect.fitted(difference.after).by_name
        changed = {change.before.name for change in difference.changed_columns}
        found: List[Optional[str]] = []
        for name, column in before.items():
            wanted = after.get(names.get(name, name))
            if wanted is None or name in changed or wanted.length is None:
                continue
            if column.length is None or column.length > wanted.length:
                found.append(
                    self._said(
                        f"SELECT COUNT(*) FROM {self._named(difference.before)}"
                        f" WHERE CHAR_LENGTH({self._quoted(name)}) > {wanted.length}",
                        f"column {name!r} of table {difference.before.name!r} comes"
                        f" into a key, which takes {wanted.length} characters, and has"
                        " more in {rows}",
                    )
                )
        return found

    def _twins(self, difference: TableDifference) -> List[Optional[str]]:
        """Count the rows that are the same by what is to be unique."""
        keys: List[Tuple[Sequence[str], Optional[Index]]] = [
            (unique.columns, None) for unique in difference.added_uniques
        ]
        keys += [(i.column_names, i) for i in difference.added_indexes if i.unique]
        if difference.has_new_primary_key:
            keys.append((difference.after.primary_key, None))
        return [self._twins_of(difference, columns, i) for columns, i in keys]

    def _twins_of(
        self,
        difference: TableDifference,
        columns: Sequence[str],
        index: Optional[Index],
    ) -> Optional[str]:
        """Count the rows that are the same by some columns, within an index."""
        if not columns or not self._are_there(difference, columns):
            return None
        table = difference.after
        tests = [f"{self._quoted(name)} IS NOT NULL" for name in columns]
        if index is not None and index.where is not None:
            where = index.where
            if where.sql is not None and self._is_to_come(difference, where.sql):
                return None
            if where.where is not None and difference.added_columns:
                return None
            tests.append(f"({partial_condition(table, where, self._dialect)}\n)")
        terms = ", ".join(self._dialect.term(table.by_name[name]) for name in columns)
        source = self._source(difference)
        return self._said(
            f"SELECT COALESCE(SUM(n), 0) FROM (SELECT COUNT(*) AS n FROM {source}"
            f" WHERE {' AND '.join(tests)} GROUP BY {terms} HAVING COUNT(*) > 1) AS c",
            f"{_listed(columns)} of table {difference.before.name!r} is the same as in"
            " another row in {rows}, and is to be unique",
        )

    def _orphans(self, difference: TableDifference, key: ForeignKey) -> Optional[str]:
        """Count the rows that refer to no row."""
        if not self._are_there(difference, key.columns):
            return None
        parent = self._differences.get(key.table)
        tests = [f"c.{self._quoted(name)} IS NOT NULL" for name in key.columns]
        if parent is not None:
            names = key.references or parent.after.primary_key
            if not self._are_there(parent, names):
                return None
            child, target = difference.after.by_name, parent.after.by_name
            if any(
                child[one].type is not target[other].type
                for one, other in zip(key.columns, names)
            ):
                return None
            same = " AND ".join(
                f"p.{self._quoted(other)} = c.{self._quoted(one)}"
                for one, other in zip(key.columns, names)
            )
            source = self._source(parent, "p")
            tests.append(f"NOT EXISTS (SELECT 1 FROM {source} WHERE {same})")
        return self._said(
            f"SELECT COUNT(*) FROM {self._source(difference, 'c')}"
            f" WHERE {' AND '.join(tests)}",
            f"{_listed(key.columns)} of table {difference.before.name!r} refers to no"
            f" row of table {key.table!r} in {{rows}}, and is to be a foreign key",
        )

    def _failures(
        self, difference: TableDifference, check: CheckConstraint
    ) -> Optional[str]:
        """Count the rows that a check refuses."""
        if self._is_to_come(difference, check.expression):
            return None
        sql = self._dialect.escape_raw(
            check_expression(check.expression, self._dialect.lexicon, "a check")
        )
        return self._said(
            f"SELECT COUNT(*) FROM {self._source(difference)} WHERE NOT ({sql}\n)",
            f"check ({check.expression.strip()}) of table {difference.before.name!r}"
            " fails in {rows}",
        )

    # --- the parts of the queries -------------------------------------------------

    def _said(self, sql: str, text: str) -> Optional[str]:
        """Return the text with the number of rows that a query counts, None for no
        row."""
        ((count,),) = self._session.query(sql)
        rows = int(count)
        if not rows:
            return None
        return text.replace("{rows}", f"{rows} row" if rows == 1 else f"{rows} rows")

    def _source(self, difference: TableDifference, alias: str = "t") -> str:
        """Return what stands in a FROM for a table, by its names after."""
        renamed = difference.renamed_columns
        table = self._named(difference.before)
        name = alias if alias != "t" else self._quoted(difference.after.name)
        if not renamed:
            return f"{table} AS {name}"
        terms = ", ".join(
            f"{self._quoted(column)} AS {self._quoted(renamed.get(column, column))}"
            for column in difference.before.column_names
        )
        return f"(SELECT {terms} FROM {table}) AS {name}"

    def _are_there(self, difference: TableDifference, columns: Sequence[str]) -> bool:
        """Tell whether the columns have the values already that they are to have."""
        return _to_come(difference).isdisjoint(columns)

    def _is_to_come(self, difference: TableDifference, sql: str) -> bool:
        """Tell whether SQL names a column whose values are yet to come."""
        return names_any(sql, _to_come(difference), self._dialect.lexicon)

    def _named(self, table: Table) -> str:
        """Return a table's name as SQL."""
        return self._quoted(table.name)

    def _quoted(self, name: str) -> str:
        """Return a name as SQL."""
        return self._dialect.quote(name)


def _to_come(difference: TableDifference) -> FrozenSet[str]:
    """Return the columns that are new, or get values of another type."""
    return frozenset(
        [column.name for column in difference.added_columns]
        + [
            change.after.name
            for change in difference.changed_columns
            if change.before.type is not change.after.type
        ]
    )


def _listed(columns: Sequence[str]) -> str:
    """Return columns in words."""
    names = ", ".join(map(repr, columns))
    return f"column {names}" if len(columns) == 1 else f"the group of columns {names}"
