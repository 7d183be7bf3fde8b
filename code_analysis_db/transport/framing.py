"""The framing of ``multiprocessing.connection``, parsed without blocking.

A frame is a 4-byte big-endian signed length and the payload; the length -1 announces
an unsigned 8-byte length instead (payloads over 2 GiB).  The standard library's reader
takes memory for whatever length it is told, and cannot be used again once a frame was
over its limit.  This one refuses a length before it takes memory for it, skips such a
frame and goes on with the next.

Every payload begins with the same 9 bytes (see ``messages.codec``); of a frame that is
skipped they are kept, so that its sender can be told which request it was.
"""

from __future__ import annotations

from struct import Struct
from typing import List, Union

import attrs

from ..exceptions import ProtocolError

_SHORT = Struct(">i")
_LONG = Struct(">Q")
_LONG_MARK = -1
#: The most bytes of a payload whose length goes in 4 bytes, and that length as bytes:
#: what writes a frame for every message does without a call of :func:`frame`.
SHORT_LIMIT = 0x7FFFFFFF
short_length = _SHORT.pack
HEAD_BYTES = 9

# Up to 128 KiB the C library takes memory from its heap; beyond, every read would map
# and unmap pages (measured: 40 µs a round trip).
_SMALL_READ = 65_536
_LARGE_READ = 1_048_576

Payload = Union[bytes, bytearray, memoryview]


@attrs.frozen
class OversizedFrame:
    """A frame that was skipped because its payload is over the limit.

    Attributes:
        head: the payload's first bytes, :data:`HEAD_BYTES` at most.
        length: the payload's length in bytes.
    """

    head: bytes
    length: int


Frame = Union[Payload, OversizedFrame]


def frame(payload: bytes) -> bytes:
    """Return the payload behind its length."""
    length = len(payload)
    if length > SHORT_LIMIT:
        return _SHORT.pack(_LONG_MARK) + _LONG.pack(length) + payload
    return _SHORT.pack(length) + payload


class FrameParser:
    """Cuts a stream of bytes into payloads.

    Memory is taken only for bytes that have arrived.

    Attributes:
        max_size: the bytes that a payload may have.
        read_size: how many bytes to read at once: more while a large frame comes in.
    """

    def __init__(self, max_size: int) -> None:
        """Start a stream whose payloads may have ``max_size`` bytes."""
        self.max_size = max_size
        self.read_size = _SMALL_READ
        self._buffer = bytearray()
        self._skip = 0
        self._skipped_length = 0
        self._skipped_head = b""

    @property
    def pending(self) -> int:
        """The number of bytes that wait for the rest of their frame."""
        return len(self._buffer)

    def feed(self, data: bytes) -> List[Frame]:
        """Take what has arrived and return the frames that it completes.

        Raises:
            ProtocolError: the stream holds a length that cannot be one.
        """
        if not self._buffer and not self._skip and len(data) > 4:
            # The usual case: one whole frame and nothing else.
            length = _SHORT.unpack_from(data)[0]
            if length == len(data) - 4 and length <= self.max_size:
                return [data[4:]]
        self._buffer += data
        frames = self._parse()
        comes_in = max(len(self._buffer), self._skip)
        self.read_size = _SMALL_READ if comes_in < _SMALL_READ else _LARGE_READ
        return frames

    def _parse(self) -> List[Frame]:
        """Return every whole frame of the buffer."""
        frames: List[Frame] = []
        while True:
            if self._skip:
                if not self._skip_on(frames):
                    return frames
                continue
            buffer = self._buffer
            if len(buffer) < 4:
                return frames
            start, length = 4, _SHORT.unpack_from(buffer)[0]
            if length == _LONG_MARK:
                if len(buffer) < 12:
                    return frames
                start, length = 12, _LONG.unpack_from(buffer, 4)[0]
            if length < 0:
                raise ProtocolError(f"malformed frame: its length is {length}")
            if length > self.max_size:
                del buffer[:start]
                self._skip = self._skipped_length = length
                continue
            end = start + length
            if len(buffer) < end:
                return frames
            frames.append(self._take(start, end))

    def _take(self, start: int, end: int) -> Payload:
        """Cut ``start:end`` out of the buffer; what is before it goes too."""
        buffer = self._buffer
        if len(buffer) == end:
            # A large payload ends the buffer as a rule: hand it over uncopied.
            self._buffer = bytearray()
            return memoryview(buffer)[start:]
        payload = bytes(buffer[start:end])
        del buffer[:end]
        return payload

    def _skip_on(self, frames: List[Frame]) -> bool:
        """Drop bytes of the frame that is skipped; False when more must come."""
        buffer = self._buffer
        wanted = HEAD_BYTES - len(self._skipped_head)
        taken = min(self._skip, len(buffer))
        self._skipped_head += bytes(buffer[: min(wanted, taken)])
        del buffer[:taken]
        self._skip -= taken
        if self._skip:
            return False
        frames.append(OversizedFrame(self._skipped_head, self._skipped_length))
        self._skipped_head = b""
        return True
