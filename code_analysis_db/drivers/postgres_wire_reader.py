"""What a PostgreSQL server sends in answer to statements, taken apart as it comes.

No socket here: bytes in, replies out, wherever the bytes were cut.
"""

from __future__ import annotations

from collections import deque
from struct import Struct
from typing import Any, Callable, Deque, List, Optional, Sequence

from ..exceptions import DriverConnectionError, InvalidValueError
from .express_session import MOST_ROWS, Reply, Result
from .postgres_error import ENDED, POSTGRES_ERRORS
from .postgres_wire_statement import WireStatement
from .postgres_wire_value import Decoder, decode_rows

_HEADER = Struct(">BI")
_HEADER_SIZE = 5
_COUNT = Struct(">H")
# of a column in a RowDescription, after its name: table, column number, type, size,
# modifier, format
_FIELD = Struct(">IHIHIH")
_BEFORE_ROW = 7

_ROW, _ROWS, _DONE, _READY = ord("D"), ord("T"), ord("C"), ord("Z")
_MORE, _NO_ROWS, _ERROR, _EMPTY = ord("s"), ord("n"), ord("E"), ord("I")


class WireResult(Result):
    """What one statement gave, its rows as they came."""

    __slots__ = ("_bodies", "_decoders")

    def __init__(
        self, decoders: Sequence[Decoder], bodies: List[bytes], count: int, whole: bool
    ) -> None:
        """Keep the rows."""
        self.count = count
        self.is_whole = whole
        self._decoders = decoders
        self._bodies = bodies

    def rows(self) -> List[Sequence[Any]]:
        """Decode the rows."""
        try:
            return list(decode_rows(self._decoders, self._bodies))
        except POSTGRES_ERRORS as error:
            raise InvalidValueError(
                f"a value is none of the interface: {' '.join(str(error).split())}"
            ) from error


class WireReply(Reply):
    """A reply that is awaited.

    Attributes:
        statements: that were sent.
    """

    __slots__ = ("statements",)

    def __init__(self, statements: Sequence[WireStatement]) -> None:
        """Wait for the results of ``statements``."""
        super().__init__()
        self.statements = statements


class WireReader:
    """Puts replies together.

    Attributes:
        awaited: the replies that have not come, in the order in which they will.
        ending: why the server has ended the connection, where it said so.
    """

    def __init__(self, decoder_of: Callable[[int], Decoder]) -> None:
        """Await nothing.

        Args:
            decoder_of: returns the decoder of a type's values.
        """
        self.awaited: Deque[WireReply] = deque()
        self.ending: Optional[DriverConnectionError] = None
        self._decoder_of = decoder_of
        self._parts: List[bytes] = []
        self._size = 0
        self._needed = 0
        self._bodies: List[bytes] = []

    def feed(self, data: bytes) -> List[WireReply]:
        """Take what was received and return the replies that are complete by now.

        Raises:
            DriverConnectionError: this is no answer to what was sent.
        """
        self._size += len(data)
        if self._parts:
            self._parts.append(data)
            if self._size < self._needed:
                return []
            data = b"".join(self._parts)
            self._parts.clear()
        done: List[WireReply] = []
        unpack, bodies = _HEADER.unpack_from, self._bodies
        at, size = 0, len(data)
        needed = _HEADER_SIZE
        while size - at >= _HEADER_SIZE:
            letter, length = unpack(data, at)
            end = at + 1 + length
            if end > size:
                needed = 1 + length
                break
            if letter == _ROW:
                bodies.append(data[at + _BEFORE_ROW : end])
            elif letter == _READY:
                done.append(self._next())
            elif letter in _NOTED:
                self._note(letter, data[at + _HEADER_SIZE : end])
                bodies = self._bodies
            # the others say that a step was done, or what nobody asked for: a notice,
            # a setting that has changed
            at = end
        self._size, self._needed = size - at, needed
        if at < size:
            self._parts.append(data[at:] if at else data)
        return done

    def _next(self) -> WireReply:
        """Return the reply that is complete now."""
        if not self.awaited:
            raise DriverConnectionError("the server sent an answer to nothing")
        return self.awaited.popleft()

    def _note(self, letter: int, body: bytes) -> None:
        """Note what a message tells of the statement whose turn it is."""
        if letter == _ERROR:
            self._fail(body)
            return
        if not self.awaited:
            raise DriverConnectionError("the server sent an answer to nothing")
        reply = self.awaited[0]
        place = len(reply.results)
        if place >= len(reply.statements):
            raise DriverConnectionError("the server sent an answer too many")
        statement = reply.statements[place]
        if letter == _ROWS:
            statement.decoders = [self._decoder_of(n) for n in _types(body)]
        elif letter == _NO_ROWS:
            statement.decoders = ()
        else:
            self._finish(reply, statement, letter, body)

    def _finish(
        self, reply: WireReply, statement: WireStatement, letter: int, body: bytes
    ) -> None:
        """Note the end of a statement."""
        bodies, self._bodies = self._bodies, []
        count = _affected(body) if letter == _DONE else len(bodies)
        whole = letter != _MORE and len(bodies) <= MOST_ROWS
        reply.results.append(WireResult(statement.decoders or (), bodies, count, whole))

    def _fail(self, body: bytes) -> None:
        """Note a failure; what is awaited goes on with the next reply."""
        self._bodies = []
        fields = {
            field[:1]: field[1:].decode("utf-8", "replace")
            for field in body.split(b"\0")
            if field
        }
        code = fields.get(b"C", "")
        message = " ".join(fields.get(b"M", "").split())
        if self.awaited and code not in ENDED:
            self.awaited[0].code = code
            self.awaited[0].message = message
        else:
            self.ending = DriverConnectionError(message, database_code=code or None)


def _types(body: bytes) -> List[int]:
    """Return the types' numbers of a RowDescription."""
    (count,) = _COUNT.unpack_from(body, 0)
    at = _COUNT.size
    types: List[int] = []
    for _ in range(count):
        at = body.index(b"\0", at) + 1
        types.append(_FIELD.unpack_from(body, at)[2])
        at += _FIELD.size
    return types


def _affected(body: bytes) -> int:
    """Return how many rows a statement met, as the last word of its tag says."""
    word = body[:-1].rpartition(b" ")[2]
    return int(word) if word.isdigit() else 0


_NOTED = frozenset({_ROWS, _DONE, _MORE, _NO_ROWS, _ERROR, _EMPTY})
