"""The messages of PostgreSQL's protocol 3 that are sent to the server.

A message is a letter, four bytes of length (which counts itself, not the letter), big
end first, and so many bytes.  See
https://www.postgresql.org/docs/current/protocol-message-formats.html.
"""

from __future__ import annotations

from struct import Struct

from .express_session import MOST_ROWS

_LENGTH = Struct(">I")
_COUNT = Struct(">H")
_LENGTH_SIZE = 4

NULL = _LENGTH.pack(0xFFFFFFFF)
"""The length of a value that there is none of."""

SYNC = b"S" + _LENGTH.pack(_LENGTH_SIZE)
"""Ends statements that are one transaction; after a failure the server goes on here."""

_TEXT_ROWS = _COUNT.pack(0)
# One row more than is wanted tells whether there are more.  The portal is the unnamed
# one, and gone after SYNC.
_EXECUTE = b"\0" + _LENGTH.pack(MOST_ROWS + 1)


def message(letter: bytes, body: bytes) -> bytes:
    """Return a message."""
    return letter + _LENGTH.pack(len(body) + _LENGTH_SIZE) + body


EXECUTE = message(b"E", _EXECUTE)
"""Runs what was bound."""


def parse(name: bytes, sql: bytes) -> bytes:
    """Return what has the server parse a statement, finding out the types of its
    parameters, and describe the rows that it gives."""
    parsed = message(b"P", name + b"\0" + sql + b"\0" + _COUNT.pack(0))
    return parsed + message(b"D", b"S" + name + b"\0")


def forget(name: bytes) -> bytes:
    """Return what has the server forget a statement, if it has it."""
    return message(b"C", b"S" + name + b"\0")


def bind_head(name: bytes, parameters: int) -> bytes:
    """Return how :func:`bind` begins for a statement: all of its values are text."""
    return b"\0" + name + b"\0" + _COUNT.pack(0) + _COUNT.pack(parameters)


def value(text: bytes) -> bytes:
    """Return a value as :func:`bind` takes it."""
    return _LENGTH.pack(len(text)) + text


def bind(head: bytes, values: bytes) -> bytes:
    """Return what binds values to a statement's parameters; rows are to come as text.

    Args:
        values: of :func:`value` and :data:`NULL`, one after the other.
    """
    length = _LENGTH.pack(len(head) + len(values) + len(_TEXT_ROWS) + _LENGTH_SIZE)
    return b"".join((b"B", length, head, values, _TEXT_ROWS))
