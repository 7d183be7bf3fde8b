"""The servers that speak MySQL's SQL, as far as their SQL differs."""

from __future__ import annotations

import attrs


@attrs.frozen(slots=True)
class MySQLFlavour:
    """What a server's SQL has of its own.

    Attributes:
        name: the product, for messages.
        collation: of utf8mb4, by code point; trailing spaces count.
        has_row_alias: an upsert names the new row by an alias (MySQL 8.0.19); where it
            is lacking, by ``VALUES()``, which MySQL means to take away.
        quotes_defaults: information_schema shows defaults as SQL.
        qualifies_keys: errors name a key after its table.
        tells_tables_of_checks: information_schema has the table of each check, and
            tells one that stands at a column.
    """

    name: str
    collation: str
    has_row_alias: bool
    quotes_defaults: bool
    qualifies_keys: bool
    tells_tables_of_checks: bool


MYSQL = MySQLFlavour(
    "MySQL",
    "utf8mb4_0900_bin",
    has_row_alias=True,
    quotes_defaults=False,
    qualifies_keys=True,
    tells_tables_of_checks=False,
)
MARIADB = MySQLFlavour(
    "MariaDB",
    "utf8mb4_nopad_bin",
    has_row_alias=False,
    quotes_defaults=True,
    qualifies_keys=False,
    tells_tables_of_checks=True,
)
