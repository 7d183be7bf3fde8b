"""Opening the connections over which statements are sent ahead."""

from __future__ import annotations

from .execution_context import ExecutionContext
from .express_session import ExpressSession
from .postgres_config import PostgresConfig
from .postgres_connection import open_asynchronously
from .postgres_express import PostgresExpressSession
from .postgres_libpq import is_encrypted
from .postgres_wire_session import PostgresWireSession

_LONGEST_LOCK_WAIT = "SET lock_timeout = 50"
"""Milliseconds.  Whoever waits for a lock here keeps others waiting, who may hold what
the lock's owner waits for; it is done again on a connection of its own."""


def open_express(config: PostgresConfig, context: ExecutionContext) -> ExpressSession:
    """Connect and set the connection up, waiting for the server.

    Behind a pooler that gives each transaction another connection (where statements
    are not to be prepared) settings would be other clients', too; so there is no limit
    to waiting there, hence no groups.

    Raises:
        DriverConnectionError: no host could be reached or would have us.
    """
    prepares = config.prepared_statements
    settings = [config.session_settings(), *([_LONGEST_LOCK_WAIT] if prepares else [])]
    made = open_asynchronously(config, ";".join(settings))
    try:
        if is_encrypted(made):
            return PostgresExpressSession(made, context, prepares=prepares)
        return PostgresWireSession(made, named=prepares, groups=prepares)
    except BaseException:
        made.close()
        raise
