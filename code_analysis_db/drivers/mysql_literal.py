"""Statements with their parameters in place, as the bytes that go to the server.

Values are in the dialect's stored form.  The connection's ``sql_mode`` lets a backslash
escape inside of strings.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any, Callable, Dict, Sequence

from ..dialects.mysql import quoted_text


def _text(value: str) -> bytes:
    """Return a text."""
    return quoted_text(value).encode()


def _integer(value: int) -> bytes:
    """Return an integer."""
    return b"%d" % value


def _real(value: float) -> bytes:
    """Return a double; without an exponent it would be a decimal."""
    text = repr(value)
    return (text if "e" in text else f"{text}e0").encode()


def _decimal(value: Decimal) -> bytes:
    """Return a decimal, never with an exponent, which would make it a double."""
    return format(value, "f").encode()


def _bytes(value: bytes) -> bytes:
    """Return bytes as they are, but for the two that end a string."""
    escaped = value.replace(b"\\", b"\\\\").replace(b"'", b"''")
    return b"_binary'" + escaped + b"'"


def _null(value: None) -> bytes:
    """Return NULL."""
    return b"NULL"


def _list(values: Sequence[Any]) -> bytes:
    """Return the members of a list."""
    return b",".join(map(literal, values))


_LITERALS: Dict[type, Callable[[Any], bytes]] = {
    str: _text,
    int: _integer,
    float: _real,
    Decimal: _decimal,
    bytes: _bytes,
    type(None): _null,
    tuple: _list,
}


def literal(value: Any) -> bytes:
    """Return a value in stored form as SQL; a tuple is the list of its members."""
    write = _LITERALS.get(type(value))
    if write is None:
        write = next(_LITERALS[k] for k in type(value).__mro__ if k in _LITERALS)
    return write(value)


def statement(sql: str, params: Sequence[Any]) -> bytes:
    """Return a statement with its parameters in the places of ``%s``."""
    return _template(sql) % tuple(map(literal, params))


@lru_cache(maxsize=1024)
def _short_template(sql: str) -> bytes:
    """Encode a statement that may come again."""
    return sql.encode()


_LONG = 20_000


def _template(sql: str) -> bytes:
    """Encode a statement; those that were made for many rows are not kept."""
    return _short_template(sql) if len(sql) < _LONG else sql.encode()
