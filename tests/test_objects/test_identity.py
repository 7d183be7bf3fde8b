"""Ids and time stamps that a client makes."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from uuid import RFC_4122, UUID

import pytest

from code_analysis_db.client.mapping import new_id, utc_now


def test_ids_have_the_layout_of_version_7() -> None:
    """Version, variant and the time in the first 48 bits."""
    before = time.time_ns() // 1_000_000
    made = new_id()
    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000 + 1


def test_ids_sort_by_the_time_they_were_made() -> None:
    """Later ids are greater, as values and as text, however fast they are made."""
    made = [new_id() for _ in range(10_000)]
    assert made == sorted(made)
    assert [str(one) for one in made] == sorted(map(str, made))
    assert len(set(made)) == len(made)


def test_ids_go_on_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order holds even so."""
    first = new_id()
    past = time.time_ns() - 10**12
    monkeypatch.setattr(time, "time_ns", lambda: past)
    assert first < new_id() < new_id()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_makes_other_ids() -> None:
    """Parent and child do not draw the same random bits."""
    new_id()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, new_id().bytes)
        os._exit(0)
    mine = new_id()
    theirs = UUID(bytes=os.read(reader, 16))
    os.waitpid(child, 0)
    os.close(reader)
    os.close(writer)
    random_bits = (1 << 62) - 1
    assert mine.int & random_bits != theirs.int & random_bits


def test_time_stamps_are_aware_and_in_utc() -> None:
    """A moment, not a local clock's reading."""
    assert utc_now().utcoffset() == timedelta(0)
