"""The frame parser takes any stream apart, and no length on trust."""

from __future__ import annotations

import struct
from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.exceptions import ProtocolError
from code_analysis_db.transport.framing import FrameParser, OversizedFrame, frame

_LIMIT = 64


def _feed(parser: FrameParser, stream: bytes, cuts: List[int]) -> "list[object]":
    """Feed the stream in pieces that end at ``cuts``."""
    found: List[object] = []
    bounds = [0, *sorted({cut % (len(stream) + 1) for cut in cuts}), len(stream)]
    for start, end in zip(bounds, bounds[1:]):
        if start != end:
            for item in parser.feed(stream[start:end]):
                found.append(item if isinstance(item, OversizedFrame) else bytes(item))
    return found


@given(
    st.lists(st.binary(max_size=2 * _LIMIT), max_size=6),
    st.lists(st.integers(0, 10_000), max_size=12),
)
def test_frames_come_out_however_the_stream_is_cut(
    payloads: List[bytes], cuts: List[int]
) -> None:
    """Payloads within the limit come whole, the others as notices, in their order."""
    stream = b"".join(map(frame, payloads))
    expected = [
        p if len(p) <= _LIMIT else OversizedFrame(p[:9], len(p)) for p in payloads
    ]
    parser = FrameParser(_LIMIT)
    assert _feed(parser, stream, cuts) == expected
    assert parser.pending == 0


@given(st.binary(max_size=200))
def test_any_bytes_end_in_frames_or_a_protocol_error(stream: bytes) -> None:
    """A hostile stream never raises anything else, and holds no more than it sent."""
    parser = FrameParser(_LIMIT)
    try:
        parser.feed(stream)
    except ProtocolError:
        return
    assert parser.pending <= len(stream)


def test_long_form_of_the_length_is_understood() -> None:
    """The form for payloads over 2 GiB works for small ones as well."""
    stream = struct.pack(">iQ", -1, 3) + b"abc"
    (payload,) = FrameParser(_LIMIT).feed(stream)
    assert payload == b"abc"


@pytest.mark.parametrize("length", [-2, -7, -(2**31)])
def test_negative_length_is_refused(length: int) -> None:
    """Only -1 has a meaning."""
    with pytest.raises(ProtocolError, match=f"length is {length}"):
        FrameParser(_LIMIT).feed(struct.pack(">i", length) + b"x")


def test_huge_length_takes_no_memory_and_the_stream_goes_on() -> None:
    """A frame of an exabyte is skipped as its bytes come, not allocated."""
    parser = FrameParser(_LIMIT)
    assert parser.feed(struct.pack(">iQ", -1, 2**60)) == []
    assert parser.feed(b"x" * 1000) == []
    assert parser.pending == 0
    small = FrameParser(_LIMIT)
    found = small.feed(frame(b"y" * 1000) + frame(b"next"))
    assert found == [OversizedFrame(b"y" * 9, 1000), b"next"]
