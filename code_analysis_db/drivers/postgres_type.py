"""How psycopg2 turns what PostgreSQL sends into Python values.

Its own typecasters give what the interface promises for most types.  Those of this
module stand in their place for the rest, on the driver's connections only: bytes for
``bytea``, UUIDs for ``uuid``, JSON decoded with the standard library, and the server's
text for types that the interface has no values for.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, Optional, Union
from uuid import UUID

from psycopg2 import BINARY
from psycopg2.extensions import (
    PYDATETIMETZ,
    connection,
    cursor,
    new_array_type,
    new_type,
    register_type,
)

# object ids of the server's src/include/catalog/pg_type.dat
_BYTEA, _BYTEA_ARRAY = 17, 1001
_UUID, _UUID_ARRAY = 2950, 2951
_JSON, _JSON_ARRAY = (114, 3802), (199, 3807)
_INSTANT, _INSTANT_ARRAY = 1184, 1185
_AS_TEXT = (
    1186,  # interval
    1266,  # timetz
    3904,  # int4range
    3906,  # numrange
    3908,  # tsrange
    3910,  # tstzrange
    3912,  # daterange
    3926,  # int8range
)


Sent = Union[str, bytes, None]
"""A value as the server sent it: text, in the connection's encoding."""


def _bytes(text: Sent, cur: cursor) -> Optional[bytes]:
    """Return bytes, which psycopg2 would give as a memoryview."""
    return None if text is None else bytes(BINARY(text, cur))


def _uuid(text: Sent, cur: cursor) -> Optional[UUID]:
    """Return a UUID."""
    return None if text is None else UUID(str(text))


def _json(text: Sent, cur: cursor) -> Any:
    """Return a JSON value."""
    return None if text is None else json.loads(text)


def _instant(text: Sent, cur: cursor) -> Optional[datetime]:
    """Return an aware datetime in UTC, whatever the session's time zone."""
    value: Optional[datetime] = PYDATETIMETZ(text, cur)
    if value is None or value.tzinfo is timezone.utc:
        return value
    return value.astimezone(timezone.utc)


def _text(text: Sent, cur: cursor) -> Sent:
    """Return what the server sent."""
    return text


_BYTES_TYPE = new_type((_BYTEA,), "CODE_ANALYSIS_DB_BYTES", _bytes)
_UUID_TYPE = new_type((_UUID,), "CODE_ANALYSIS_DB_UUID", _uuid)
_JSON_TYPE = new_type(_JSON, "CODE_ANALYSIS_DB_JSON", _json)
_INSTANT_TYPE = new_type((_INSTANT,), "CODE_ANALYSIS_DB_INSTANT", _instant)

_TYPES = (
    _BYTES_TYPE,
    _UUID_TYPE,
    _JSON_TYPE,
    _INSTANT_TYPE,
    new_type(_AS_TEXT, "CODE_ANALYSIS_DB_TEXT", _text),
    new_array_type((_BYTEA_ARRAY,), "CODE_ANALYSIS_DB_BYTES_ARRAY", _BYTES_TYPE),
    new_array_type((_UUID_ARRAY,), "CODE_ANALYSIS_DB_UUID_ARRAY", _UUID_TYPE),
    new_array_type(_JSON_ARRAY, "CODE_ANALYSIS_DB_JSON_ARRAY", _JSON_TYPE),
    new_array_type((_INSTANT_ARRAY,), "CODE_ANALYSIS_DB_INSTANTS", _INSTANT_TYPE),
)


def register_types(made: connection) -> None:
    """Make a connection give the interface's values."""
    for kind in _TYPES:
        register_type(kind, made)
