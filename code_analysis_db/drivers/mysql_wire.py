"""Statements and their results over the socket of a connection that PyMySQL has opened.

PyMySQL shakes hands; what comes after is spoken here, since a cursor of PyMySQL's takes
a hundred microseconds for what the server answers in forty, and three times as long for
rows.  Statements go as text (COM_QUERY), one at a time.

A packet is three bytes of length, little end first, one that counts the packets of a
statement, and so many bytes; one of :data:`_LONGEST` bytes goes on in the next.  See
https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_command_phase.html.
"""

from __future__ import annotations

import socket
from typing import Any, List, NamedTuple, NoReturn, Optional, Sequence, Tuple

from .mysql_fault import ConnectionLost, ServerFault
from .mysql_result import (
    ResultColumn,
    read_column,
    read_columns,
    rows_of,
    take_length,
)

_LONGEST = 0xFFFFFF
_QUERY = b"\x03"
_QUIT = b"\x01\0\0\0\x01"
_OK, _LOCAL_FILE, _END, _ERROR = 0x00, 0xFB, 0xFE, 0xFF
_SHORT_END = 9
_HEADER = 4
_NULL = 251
_MORE_RESULTS = 0x0008
_PORTION = 65536

IN_TRANSACTION = 0x0001
NO_BACKSLASH_ESCAPES = 0x0200


class Reply(NamedTuple):
    """What a statement gave.

    Attributes:
        affected: rows that it met.
        last_id: the number that the first row inserted got, 0 for none.
        columns: of the result, empty where there is none.
        rows: of the result.
    """

    affected: int
    last_id: int
    columns: Sequence[ResultColumn]
    rows: List[Sequence[Any]]


class MySQLWire:
    """The conversation over one socket; one thread at a time.

    Attributes:
        status: the server's flags, as of its last answer.
    """

    __slots__ = ("status", "_at", "_data", "_socket", "_was_sent")

    def __init__(self, connection: socket.socket) -> None:
        """Go on where the handshake has ended."""
        self.status = 0
        self._socket = connection
        self._data = b""
        self._at = 0
        self._was_sent = False

    # --- sending ------------------------------------------------------------------

    def send(self, statement: bytes) -> None:
        """Send a statement, whose answer is to be read next.

        Raises:
            ConnectionLost: it was not sent as a whole.
        """
        self._was_sent = False
        self._data, self._at = b"", 0
        try:
            if len(statement) < _LONGEST - 1:
                size = len(statement) + 1
                header = size.to_bytes(3, "little") + b"\0" + _QUERY
                self._socket.sendall(header + statement)
            else:
                self._send_parts(_QUERY + statement)
        except OSError as error:
            self._lose(str(error))
        self._was_sent = True

    def _send_parts(self, payload: bytes) -> None:
        """Send what is too long for one packet."""
        whole = memoryview(payload)
        for number, start in enumerate(range(0, len(payload) + 1, _LONGEST)):
            part = whole[start : start + _LONGEST]
            self._socket.sendall(
                len(part).to_bytes(3, "little") + bytes([number % 256])
            )
            self._socket.sendall(part)

    def quit(self) -> None:
        """Tell the server that it was the last statement, and close the socket."""
        try:
            self._socket.sendall(_QUIT)
        except OSError:
            pass
        self._socket.close()

    def fileno(self) -> int:
        """Return the socket's descriptor, -1 where it is closed."""
        return self._socket.fileno()

    # --- reading ------------------------------------------------------------------

    def reply(self) -> Reply:
        """Read all that a statement gave; of several results (CALL) the first one.

        Raises:
            ServerFault: it failed.
            ConnectionLost: the answer did not come.
        """
        found: Optional[Reply] = None
        while True:
            reply = self._one_reply()
            if found is None or (reply.columns and not found.columns):
                found = reply
            if not self.status & _MORE_RESULTS:
                return found

    def _one_reply(self) -> Reply:
        """Read one result."""
        packet = self._packet()
        if packet[0] == _OK:
            affected, at = take_length(packet, 1)
            last_id, at = take_length(packet, at)
            self.status = packet[at] | packet[at + 1] << 8
            return Reply(affected, last_id, (), [])
        columns = self._columns(packet)
        rows, _ = self.rows(columns)
        return Reply(len(rows), 0, columns, rows)

    def columns(self) -> Sequence[ResultColumn]:
        """Read the columns of a result whose rows are to be read by :meth:`rows`;
        none of a statement that has no result."""
        packet = self._packet()
        if packet[0] == _OK:
            _, at = take_length(packet, 1)
            _, at = take_length(packet, at)
            self.status = packet[at] | packet[at + 1] << 8
            return ()
        return self._columns(packet)

    def _columns(self, packet: bytes) -> Sequence[ResultColumn]:
        """Read the columns that a packet announces, and the packet that ends them."""
        if packet[0] == _LOCAL_FILE:
            self._lose("the server asked for a file")
        count, _ = take_length(packet, 0)
        data, at = self._data, self._at
        last = len(data) - _HEADER
        for _ in range(count):
            if at > last:
                break
            at += _HEADER + (data[at] | data[at + 1] << 8 | data[at + 2] << 16)
        if at <= last and at + _HEADER + data[at] <= len(data):
            block = data[self._at : at]
            self._at = at + _HEADER + data[at]
            return read_columns(block)
        # not all of them have come yet
        columns = [read_column(self._packet()) for _ in range(count)]
        self._packet()
        return columns

    def rows(
        self, columns: Sequence[ResultColumn], most: Optional[int] = None
    ) -> Tuple[List[Sequence[Any]], bool]:
        """Read rows, ``most`` at most, and tell whether that was the end of them."""
        cells: List[Optional[bytes]] = []
        append = cells.append
        width = len(columns)
        limit = -1 if most is None else most * width
        data, at = self._data, self._at
        size = len(data)
        while len(cells) != limit:
            if size - at < 4:
                data, at = self._fill(data, at, 4)
                size = len(data)
            length = data[at] | data[at + 1] << 8 | data[at + 2] << 16
            if length == _LONGEST or size - at - 4 < length:
                data, at, length = self._whole(data, at)
                size = len(data)
            at += 4
            end = at + length
            kind = data[at]
            if kind >= _END and (kind == _ERROR or length < _SHORT_END):
                self._data, self._at = data, end
                self._end_of_rows(data[at:end])
                return rows_of(columns, cells) if cells else [], True
            while at < end:
                length = data[at]
                at += 1
                if length > 250:
                    if length == _NULL:
                        append(None)
                        continue
                    length, at = take_length(data, at - 1)
                stop = at + length
                append(data[at:stop])
                at = stop
        self._data, self._at = data, at
        return rows_of(columns, cells) if cells else [], False

    def _end_of_rows(self, packet: bytes) -> None:
        """Note what the packet after the rows says.

        Raises:
            ServerFault: the statement failed on its way.
        """
        if packet[0] == _ERROR:
            _raise_fault(packet)
        self.status = packet[3] | packet[4] << 8

    # --- packets ------------------------------------------------------------------

    def _packet(self) -> bytes:
        """Read a packet that is no row.

        Raises:
            ServerFault: it tells of an error.
        """
        data, at = self._data, self._at
        if len(data) - at < _HEADER:
            data, at = self._fill(data, at, _HEADER)
        length = data[at] | data[at + 1] << 8 | data[at + 2] << 16
        if length == _LONGEST or len(data) - at - _HEADER < length:
            data, at, length = self._whole(data, at)
        start = at + _HEADER
        self._data, self._at = data, start + length
        packet = data[start : start + length]
        if not packet:
            self._lose("the server sent an empty packet")
        if packet[0] == _ERROR:
            _raise_fault(packet)
        return packet

    def _whole(self, data: bytes, at: int) -> Tuple[bytes, int, int]:
        """Return data that holds all of a packet, where it starts, and its length.

        A packet that goes on in others is put together, under the first one's header.
        """
        data, at = self._fill(data, at, 4)
        length = int.from_bytes(data[at : at + 3], "little")
        data, at = self._fill(data, at, 4 + length)
        if length < _LONGEST:
            return data, at, length
        parts = [data[at : at + 4 + length]]
        at += 4 + length
        more = _LONGEST
        while more == _LONGEST:
            data, at = self._fill(data, at, 4)
            more = int.from_bytes(data[at : at + 3], "little")
            data, at = self._fill(data, at, 4 + more)
            parts.append(data[at + 4 : at + 4 + more])
            at += 4 + more
            length += more
        parts.append(data[at:])
        return b"".join(parts), 0, length

    def _fill(self, data: bytes, at: int, size: int) -> Tuple[bytes, int]:
        """Return data with so many bytes from ``at`` on, which is where it says."""
        missing = size - (len(data) - at)
        if missing <= 0:
            return data, at
        parts = [data[at:]]
        while missing > 0:
            try:
                part = self._socket.recv(max(_PORTION, min(missing, 16 * _PORTION)))
            except OSError as error:
                self._lose(str(error))
            if not part:
                self._lose("the server has closed it")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts), 0

    def _lose(self, reason: str) -> NoReturn:
        """Give the connection up."""
        raise ConnectionLost(reason, was_sent=self._was_sent)


def _raise_fault(packet: bytes) -> NoReturn:
    """Raise the error that a packet tells of."""
    number = int.from_bytes(packet[1:3], "little")
    state, start = "HY000", 3
    if packet[3:4] == b"#":
        state, start = packet[4:9].decode("ascii", "replace"), 9
    raise ServerFault(number, state, packet[start:].decode("utf-8", "replace"))
