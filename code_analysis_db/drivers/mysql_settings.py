"""What the driver relies on in a session, whatever the server's administrator has set,
and what it has to know of the server.
"""

from __future__ import annotations

from typing import Dict, List, Optional

import attrs

from ..dialects.mysql_flavour import MARIADB, MYSQL, MySQLFlavour

_MODES = (
    "STRICT_TRANS_TABLES",
    "STRICT_ALL_TABLES",
    "NO_ZERO_IN_DATE",
    "NO_ZERO_DATE",
    "ERROR_FOR_DIVISION_BY_ZERO",
    "NO_ENGINE_SUBSTITUTION",
    # a 0 in a numbered key is a 0
    "NO_AUTO_VALUE_ON_ZERO",
)
_OWN_MODES = {MYSQL: ("ONLY_FULL_GROUP_BY",), MARIADB: ()}
"""What each server has by default, beyond."""

_SETTINGS: Dict[str, str] = {
    "time_zone": "'+00:00'",
    # a caller may take its time over the rows of a stream
    "net_write_timeout": "86400",
    # texts are told apart beyond their first kilobyte when they are sorted; MariaDB
    # wants room for fifteen of them
    "max_sort_length": "65535",
    "sort_buffer_size": "CAST(GREATEST(@@sort_buffer_size, 2097152) AS UNSIGNED)",
    "div_precision_increment": "4",
    "lc_messages": "'en_US'",
    "autocommit": "1",
    "completion_type": "'NO_CHAIN'",
    "sql_safe_updates": "0",
    "foreign_key_checks": "1",
    "unique_checks": "1",
}

ISOLATION = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"

FACTS = (
    "SELECT CONNECTION_ID(), CONCAT(@@hostname, ':', @@port, ':', @@datadir),"
    " @@max_allowed_packet, @@auto_increment_increment, @@lower_case_table_names"
)
IDENTITY = "SELECT CONCAT(@@hostname, ':', @@port, ':', @@datadir)"


@attrs.frozen(slots=True)
class MySQLFacts:
    """What the server says of itself.

    Attributes:
        connection_id: of this connection, for KILL.
        identity: tells this server from others behind the same address.
        max_packet: bytes of a statement or a row.
        stride: between numbers that the server gives to the rows of one statement.
        folds_table_names: whether ``T`` and ``t`` are one table.
    """

    connection_id: int
    identity: str
    max_packet: int
    stride: int
    folds_table_names: int


def flavour_of(version: str) -> MySQLFlavour:
    """Return the flavour of a server, by the version that it greets with."""
    return MARIADB if "mariadb" in version.lower() else MYSQL


def settings(flavour: MySQLFlavour, statement_timeout: Optional[float]) -> str:
    """Return the statement that sets a new session up."""
    modes = ",".join(_MODES + _OWN_MODES[flavour])
    parts: List[str] = [
        f"NAMES utf8mb4 COLLATE {flavour.collation}",
        f"sql_mode = '{modes}'",
    ]
    parts += [f"{name} = {value}" for name, value in _SETTINGS.items()]
    if statement_timeout is not None and flavour is MARIADB:
        parts.append(f"max_statement_time = {statement_timeout:f}")
    elif statement_timeout is not None:
        parts.append(f"max_execution_time = {max(1, round(statement_timeout * 1000))}")
    return f"SET {', '.join(parts)}"
