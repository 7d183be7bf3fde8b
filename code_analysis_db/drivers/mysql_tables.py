"""The changes of a MySQL database's tables."""

from __future__ import annotations

from typing import List

import attrs

from ..dialects.alter import Alteration
from ..dialects.ddl import create_table, foreign_key
from ..dialects.mysql import MySQLDialect
from ..dialects.mysql_alter import merged
from ..enums import ReferenceAction
from ..exceptions import UnsupportedError
from ..schema import ForeignKey, Table
from .mysql_catalogue import MySQLCatalogue
from .mysql_session import MySQLSession
from .pooled.database import PooledDatabase
from .pooled.tables import PooledTables


class MySQLTables(PooledTables[MySQLSession]):
    """Makes, changes and drops tables."""

    def __init__(
        self,
        database: PooledDatabase[MySQLSession],
        catalogue: MySQLCatalogue,
        dialect: MySQLDialect,
    ) -> None:
        """Work on the database and keep the catalogue right."""
        super().__init__(database, catalogue, dialect)
        self._mysql = dialect

    def _apply_create(
        self, table: Table, statements: List[str], session: MySQLSession
    ) -> None:
        """Run the statements of a new table; MySQL wants its foreign keys to name the
        columns that they refer to."""
        keys = tuple(self._spelt_out(table, key, session) for key in table.foreign_keys)
        if keys != table.foreign_keys:
            table = attrs.evolve(table, foreign_keys=keys)
            statements = create_table(table, self._mysql)
        super()._apply_create(table, statements, session)

    def _spelt_out(
        self, table: Table, key: ForeignKey, session: MySQLSession
    ) -> ForeignKey:
        """Return a foreign key with the columns that it refers to.

        Raises:
            UnsupportedError: it does what InnoDB does not.
        """
        if ReferenceAction.SET_DEFAULT in (key.on_delete, key.on_update):
            raise UnsupportedError(
                f"{self._mysql.name} offers no SET DEFAULT (foreign key on"
                f" {list(key.columns)} of table {table.name!r})",
                table=table.name,
            )
        if key.references:
            return key
        target = table
        if key.table != table.name:
            target = self._catalogue.describe_in(session, key.table).table
        return attrs.evolve(key, references=target.primary_key)

    def _apply_alter(
        self, name: str, alteration: Alteration, session: MySQLSession
    ) -> None:
        """Run a change in as few statements as can be."""
        before = self._catalogue.describe_in(session, name).table
        if alteration.statements:
            spelt = self._with_references(before, alteration, session)
            statements = tuple(merged(before, spelt, self._mysql))
            alteration = attrs.evolve(alteration, statements=statements)
        super()._apply_alter(name, alteration, session)

    def _with_references(
        self, before: Table, alteration: Alteration, session: MySQLSession
    ) -> Alteration:
        """Return a change whose new foreign keys name the columns they refer to."""
        table = alteration.table
        clauses = {}
        for key in table.foreign_keys:
            if key not in before.foreign_keys:
                spelt = self._spelt_out(table, key, session)
                clauses[foreign_key(key, self._mysql)] = foreign_key(spelt, self._mysql)
        alter = f"ALTER TABLE {self._mysql.quote(before.name)} ADD "
        statements = [
            (
                alter + clauses.get(sql[len(alter) :], sql[len(alter) :])
                if sql.startswith(alter)
                else sql
            )
            for sql in alteration.statements
        ]
        return attrs.evolve(alteration, statements=statements)
