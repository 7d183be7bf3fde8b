"""The form in which MySQL's servers give back the SQL texts of a wanted table."""

from __future__ import annotations

from typing import Optional

import attrs

from ...dialects.mysql import MySQLDialect
from ...enums import ReferenceAction
from ...schema import ForeignKey, Table
from ..mysql_session import MySQLSession
from .mysql_text import checks_in
from .normal_form import temporary_table, with_texts


def mysql_form(session: MySQLSession, table: Table, dialect: MySQLDialect) -> Table:
    """Return the table with its texts and its foreign keys' actions as the server
    gives them back; nothing is left of the trial."""
    keys = tuple(map(_with_actions, table.foreign_keys))
    table = attrs.evolve(table, foreign_keys=keys)
    if not table.checks:
        return table
    quoted = dialect.quote(table.name)
    session.query(temporary_table(table, dialect))
    try:
        ((_, created),) = session.query(f"SHOW CREATE TABLE {quoted}")
    finally:
        if not session.is_broken:
            session.query(f"DROP TEMPORARY TABLE {quoted}")
    return with_texts(table, checks_in(created, dialect.lexicon), {})


def _with_actions(key: ForeignKey) -> ForeignKey:
    """Return a foreign key with the actions that InnoDB tells apart."""
    return attrs.evolve(
        key, on_delete=_told(key.on_delete), on_update=_told(key.on_update)
    )


def _told(action: Optional[ReferenceAction]) -> Optional[ReferenceAction]:
    """Return an action; RESTRICT is what is done where nothing is said."""
    return None if action is ReferenceAction.RESTRICT else action
