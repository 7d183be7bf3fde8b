"""Operations as calls: what they want done, and what becomes of errors."""

from __future__ import annotations

from typing import Any, List

import pytest

from code_analysis_db.client.asking import ask
from code_analysis_db.client.batch_operations import BatchOperations
from code_analysis_db.client.steps import Call, Steps, run
from code_analysis_db.exceptions import UniqueViolationError


def counted(sent: List[Any]) -> Any:
    """Return what notes each call's request and gives how many there were."""

    def perform(call: Call[Any]) -> int:
        """Note the request."""
        sent.append(call.request)
        return len(sent)

    return perform


def both_counts() -> Steps[List[int]]:
    """Count two tables."""
    first = yield from ask(lambda rpc: rpc.count("a", timeout=3.0))
    second = yield from ask(lambda rpc: rpc.count("b"))
    return [first, second]


def test_calls_are_made_in_their_order() -> None:
    """Each gets what came of it; the operation's value is the last word."""
    sent: List[Any] = []
    assert run(both_counts(), counted(sent)) == [1, 2]
    assert [request.table_name for request in sent] == ["a", "b"]


def test_a_call_has_what_its_method_was_given() -> None:
    """The request, the reader and the timeout."""
    call = next(both_counts())
    assert (call.request.name, call.timeout) == ("count", 3.0)


def test_an_error_is_raised_inside_the_operation() -> None:
    """It may go on after it, or not."""

    def careful() -> Steps[str]:
        """Count, and take an error for an answer."""
        try:
            yield from ask(lambda rpc: rpc.count("a"))
        except UniqueViolationError:
            return "caught"
        return "done"

    def fail(call: Call[Any]) -> Any:
        """Fail."""
        raise UniqueViolationError("there is one")

    assert run(careful(), fail) == "caught"
    with pytest.raises(UniqueViolationError):
        run(both_counts(), fail)


def test_an_empty_batch_is_no_call() -> None:
    """Nothing is sent for nothing."""
    sent: List[Any] = []
    run(BatchOperations().steps(), counted(sent))
    assert sent == []
