"""Changes of a table in as few statements as can be, since each commits by itself."""

from __future__ import annotations

from typing import Dict, List, Mapping, Sequence, Tuple

import attrs

from ..schema import Index, Table
from .base import Dialect
from .ddl import column_definition, create_index


@attrs.frozen
class MergedChange:
    """A change of a table that is made of statements for its parts.

    Attributes:
        before: the table as it is.
        after: as it is to be, by its name before.
        renamed_columns: old names to new.
        dialect: of the database.
    """

    before: Table
    after: Table
    renamed_columns: Mapping[str, str]
    dialect: Dialect

    def merged(self, statements: Sequence[str]) -> List[str]:
        """Return the statements as one ALTER TABLE; where columns are renamed, what
        goes, what is renamed and what comes each in one, since the clauses of a
        statement do not all take the new names.

        Columns that come into a key, or out of one, get the type that goes with it, and
        indexes over columns of other types take as much of them as goes with these.
        """
        alter = f"ALTER TABLE {self.dialect.quote(self.before.name)} "
        indexes = self._added_indexes()
        clauses = [indexes.get(sql) or sql[len(alter) :] for sql in statements]
        refits = self._refitted(clauses)
        refits += self._reindexed(clauses)
        goes = self._indexes_of_references()
        renames: List[str] = []
        comes: List[str] = []
        for clause in clauses:
            if clause.startswith("RENAME COLUMN "):
                renames.append(clause)
            elif clause.startswith("DROP "):
                goes.append(clause)
            else:
                comes.append(clause)
        groups = [goes, renames, refits + comes] if renames else [goes + refits + comes]
        return [alter + ", ".join(group) for group in groups if group]

    def _indexes_of_references(self) -> List[str]:
        """Return the clauses that give a foreign key an index of its own, in place of
        one that goes; the server makes that by itself only for a new foreign key."""
        old_names = {new: old for old, new in self.renamed_columns.items()}

        def as_before(names: Sequence[str]) -> Tuple[str, ...]:
            """Return columns by their names before the change."""
            return tuple(old_names.get(name, name) for name in names)

        had = _indexed(self.before)
        has = list(map(as_before, _indexed(self.after)))
        clauses: List[str] = []
        for key in self.after.foreign_keys:
            for columns in _orders(had, as_before(key.columns)):
                if not _begins(has, columns):
                    listed = ", ".join(map(self.dialect.quote, columns))
                    clauses.append(f"ADD INDEX ({listed})")
        return clauses

    def _added_indexes(self) -> Dict[str, str]:
        """Return the clause for each statement that creates an index."""
        clauses: Dict[str, str] = {}
        for index in self.after.indexes:
            if not index.fulltext:
                sql = create_index(self.after, index, self.dialect)
                clauses[sql] = self._added_index(index)
        return clauses

    def _added_index(self, index: Index) -> str:
        """Return the clause that creates an index."""
        sql = create_index(self.after, index, self.dialect)
        on_table = f" ON {self.dialect.quote(self.before.name)} "
        head, _, columns = sql.partition(on_table)
        return f"ADD{head[len('CREATE') :]} {columns}"

    def _reindexed(self, clauses: Sequence[str]) -> List[str]:
        """Return the clauses that make the indexes anew which take another share of a
        column now."""
        dialect, names = self.dialect, self.renamed_columns
        old = {index.name: index for index in self.before.indexes}
        anew: List[str] = []
        for index in self.after.indexes:
            was = old.get(index.name)
            if was is None or index.fulltext or was.fulltext:
                continue
            if index.column_names != tuple(names.get(n, n) for n in was.column_names):
                continue
            shares = [
                [term.rpartition("`")[2] for term in dialect.index_terms(table, one)]
                for table, one in (
                    (dialect.fitted(self.before), was),
                    (dialect.fitted(self.after), index),
                )
            ]
            clause = self._added_index(index)
            if shares[0] != shares[1] and clause not in clauses:
                anew += [f"DROP INDEX {dialect.quote(index.name)}", clause]
        return anew

    def _refitted(self, clauses: Sequence[str]) -> List[str]:
        """Return the clauses that give columns the length that their keys ask for
        now."""
        dialect = self.dialect
        old = dialect.fitted(self.before).by_name
        new = dialect.fitted(self.after)
        names = {self.renamed_columns.get(name, name): name for name in old}
        refits: List[str] = []
        for column in new.columns:
            if column.name not in names:
                continue
            was = old[names[column.name]]
            start = f"MODIFY COLUMN {dialect.quote(column.name)} "
            if dialect.native_type(was) != dialect.native_type(column) and not any(
                clause.startswith(start) for clause in clauses
            ):
                definition = column_definition(new, column, dialect)
                refits.append(f"MODIFY COLUMN {definition}")
        return refits


def _indexed(table: Table) -> List[Tuple[str, ...]]:
    """Return the columns of each index."""
    return [*table.unique_keys, *(index.column_names for index in table.indexes)]


def _orders(
    indexes: Sequence[Tuple[str, ...]], columns: Tuple[str, ...]
) -> List[Tuple[str, ...]]:
    """Return the orders in which indexes begin with the columns of a foreign key: the
    server may have the key in another order than the definition."""
    wanted = sorted(columns)
    heads = (index[: len(columns)] for index in indexes)
    return list(dict.fromkeys(head for head in heads if sorted(head) == wanted))


def _begins(indexes: Sequence[Tuple[str, ...]], columns: Tuple[str, ...]) -> bool:
    """Tell whether an index begins with the columns, in this order."""
    return any(index[: len(columns)] == columns for index in indexes)
