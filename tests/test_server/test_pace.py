"""What was seen of statements tells which are short."""

from __future__ import annotations

import pytest

from code_analysis_db.request import (
    CountRequest,
    ExecuteRequest,
    InsertRequest,
    SyncSchemaRequest,
)
from code_analysis_db.server.pace import Pace, is_short_by_nature

_SHAPE = "reads by key"


def _pace(*took: float) -> Pace:
    """Return the pace after statements that took so long, the last ending at 100."""
    pace = Pace()
    for seconds in took:
        pace.note(_SHAPE, 100.0 - seconds, 100.0)
    return pace


@pytest.mark.parametrize("alone", [True, False])
def test_a_single_long_one_says_nothing(alone: bool) -> None:
    """The process may have lost its core; two in a row are believed."""
    for took, expected in [
        ((), True),
        ((1.0,), True),
        ((0.0001, 1.0), True),
        ((1.0, 0.0001), True),
        ((1.0, 1.0), False),
    ]:
        assert _pace(*took).is_short(_SHAPE, 100.0, alone=alone) is expected


def test_beside_others_a_statement_must_take_hardly_any_time() -> None:
    """A millisecond is short for who is alone."""
    pace = _pace(0.001, 0.001)
    assert pace.is_short(_SHAPE, 100.0, alone=True)
    assert not pace.is_short(_SHAPE, 100.0, alone=False)


def test_what_was_long_is_tried_again_after_a_while() -> None:
    """Once; if it is long still it is left alone for a while more."""
    pace = _pace(1.0, 1.0)
    assert pace.is_short(_SHAPE, 101.0, alone=True)
    pace.note(_SHAPE, 101.0, 102.0)
    assert not pace.is_short(_SHAPE, 102.0, alone=True)
    pace.note(_SHAPE, 103.0, 103.0001)
    assert pace.is_short(_SHAPE, 103.0, alone=True)


def test_shapes_are_told_apart_and_forgotten_in_the_end() -> None:
    """What it knows does not grow for ever."""
    pace = _pace(1.0, 1.0)
    assert pace.is_short("another", 100.0, alone=True)
    for number in range(5000):
        pace.note(number, 100.0, 100.0)
    assert pace.is_short(_SHAPE, 100.0, alone=True)


def test_what_may_take_any_time_is_not_tried() -> None:
    """Raw SQL and changes of the schema are for the threads."""
    assert is_short_by_nature(CountRequest("t"))
    assert is_short_by_nature(InsertRequest("t", {}))
    assert not is_short_by_nature(ExecuteRequest("SELECT 1"))
    assert not is_short_by_nature(SyncSchemaRequest({}))
