"""One connection: what comes back, and when it is given up."""

from __future__ import annotations

import time
import traceback
from pathlib import Path
from typing import Any, Iterator, List

import pytest

from code_analysis_db.client import channel as channel_module
from code_analysis_db.client.channel import Channel, ReplyLostError
from code_analysis_db.client.result_reading import field, rows_of
from code_analysis_db.exceptions import (
    DriverUnavailableError,
    HandshakeError,
    InvalidValueError,
    MessageTooLargeError,
    ProtocolError,
    UniqueViolationError,
)
from code_analysis_db.messages.codec import HEADER, Kind, encode_greeting, encode_result
from code_analysis_db.request import (
    InsertManyRequest,
    InsertRequest,
    SelectRequest,
)
from code_analysis_db.result import DataResult, ErrorResult, SuccessResult
from code_analysis_db.rows import RowBlock
from code_analysis_db.transport.client_socket import ClientSocket
from code_analysis_db.transport.endpoint import Endpoint

from .scripted_driver import DONE, LIMIT, Answer, Hangup, ScriptedDriver, Seen

done = field("done")


def open_channel(driver: ScriptedDriver) -> Channel:
    """Connect to a scripted driver."""
    return Channel.open(driver.endpoint, 10)


@pytest.fixture
def answers() -> List[Answer]:
    """What the driver answers, first to last."""
    return []


@pytest.fixture
def driver(answers: List[Answer], socket_path: Path) -> Iterator[ScriptedDriver]:
    """A driver that gives ``answers``, and hangs up when there are none left."""

    def script(_: Seen) -> Answer:
        if not answers:
            raise Hangup
        return answers.pop(0)

    with ScriptedDriver(script, socket_path) as scripted:
        yield scripted


@pytest.fixture
def channel(driver: ScriptedDriver) -> Iterator[Channel]:
    """A channel to the driver."""
    opened = open_channel(driver)
    yield opened
    opened.close()


def test_parts_of_a_long_result_are_joined_in_their_order(
    channel: Channel, answers: List[Answer]
) -> None:
    parts = [DataResult(["a"], [[n], [n + 1]]) for n in (1, 3, 5)]
    answers.append(parts)
    rows = channel.call(SelectRequest("t"), rows_of)
    assert rows == [{"a": n} for n in range(1, 7)]


def test_error_after_parts_is_raised_and_the_channel_lives_on(
    channel: Channel, driver: ScriptedDriver, answers: List[Answer]
) -> None:
    part = DataResult(["a"], [[1]])
    error = ErrorResult("message_too_large", "the result is over the limit", {})
    answers += [[part, error], DONE]  # type: ignore[list-item]
    with pytest.raises(MessageTooLargeError):
        channel.call(SelectRequest("t"), rows_of)
    assert channel.call(SelectRequest("t"), done)
    assert not channel.closed


def test_error_is_raised_as_its_class_with_its_details_and_nothing_behind_it(
    channel: Channel, answers: List[Answer]
) -> None:
    details = {"table": "files", "column": "path", "database_code": "SQLITE_CONSTRAINT"}
    answers.append(ErrorResult("unique_violation", "taken", details))
    with pytest.raises(UniqueViolationError, match="taken") as caught:
        channel.call(InsertRequest("files", {"path": "x"}), done)
    assert caught.value.details() == details
    assert "During handling" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"short",
        encode_result(999, DONE),
        HEADER.pack(1, Kind.SUCCESS) + b"\xc1",
        HEADER.pack(1, 200) + b"\x80",
        HEADER.pack(1, Kind.SUCCESS) + b"\x90",
    ],
    ids=["empty", "no header", "other id", "no MessagePack", "no kind", "no dict"],
)
def test_reply_out_of_step_closes_the_channel(
    channel: Channel, answers: List[Answer], nonsense: bytes
) -> None:
    answers.append(nonsense)
    with pytest.raises(ReplyLostError):
        channel.call(SelectRequest("t"), rows_of)
    assert channel.closed


def test_reply_over_the_limit_closes_the_channel(
    channel: Channel, answers: List[Answer]
) -> None:
    answers.append(encode_result(1, SuccessResult({"done": "x" * (LIMIT + 1)})))
    with pytest.raises(ReplyLostError, match="limit"):
        channel.call(SelectRequest("t"), done)
    assert channel.closed


def test_request_over_the_limit_is_refused_before_it_is_sent(
    channel: Channel, driver: ScriptedDriver, answers: List[Answer]
) -> None:
    with pytest.raises(MessageTooLargeError, match=f"{LIMIT}"):
        channel.call(InsertRequest("t", {"a": "x" * LIMIT}), done)
    assert driver.seen == []
    answers.append(DONE)
    assert channel.call(InsertRequest("t", {"a": "x"}), done)


def test_value_that_cannot_travel_is_named_and_the_channel_lives_on(
    channel: Channel, answers: List[Answer]
) -> None:
    with pytest.raises(InvalidValueError, match=r"data\.a: .* is of type object"):
        channel.call(InsertRequest("t", {"a": object()}), done)
    answers.append(DONE)
    assert channel.call(InsertRequest("t", {"a": 1}), done)


def test_blocks_go_ahead_of_their_request(
    channel: Channel, driver: ScriptedDriver, answers: List[Answer]
) -> None:
    answers.append(DONE)
    blocks = [RowBlock(["a"], [[1]]), RowBlock(["a"], [[2]])]
    channel.call(InsertManyRequest("t", []), done, ahead=blocks)
    assert driver.names == ["PART", "PART", "insert_many"]
    assert len({seen.id for seen in driver.seen}) == 1


def test_blocks_ahead_of_one_that_cannot_travel_are_taken_back(
    channel: Channel, driver: ScriptedDriver, answers: List[Answer]
) -> None:
    blocks = [RowBlock(["a"], [[1]]), RowBlock(["a"], [[object()]])]
    with pytest.raises(InvalidValueError):
        channel.call(InsertManyRequest("t", []), done, ahead=blocks)
    answers.append(DONE)
    assert channel.call(SelectRequest("t"), done)
    assert driver.names == ["PART", "CANCEL", "select"]
    assert driver.seen[0].id == driver.seen[1].id != driver.seen[2].id


def test_silence_past_the_timeout_and_its_grace_closes_the_channel(
    channel: Channel, answers: List[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "REPLY_GRACE", 0.1)
    answers.append(None)
    started = time.monotonic()
    with pytest.raises(ReplyLostError) as caught:
        channel.call(SelectRequest("t"), rows_of, 0.1)
    assert caught.value.timed_out
    assert 0.2 <= time.monotonic() - started < 5
    assert channel.closed


def test_timeout_travels_with_the_request(
    channel: Channel, driver: ScriptedDriver, answers: List[Answer]
) -> None:
    answers += [DONE, DONE]
    channel.call(SelectRequest("t"), done, 2.5)
    channel.call(SelectRequest("t"), done)
    assert [seen.timeout for seen in driver.seen] == [2.5, None]


def test_channel_whose_reply_was_not_taken_refuses_the_next_request(
    channel: Channel, answers: List[Answer]
) -> None:
    answers.append(DONE)
    channel.send(SelectRequest("t"))
    with pytest.raises(DriverUnavailableError):
        channel.call(SelectRequest("t"), rows_of)
    assert channel.closed


def test_wrong_key_is_refused_by_name(driver: ScriptedDriver) -> None:
    stranger = Endpoint("unix", path=driver.endpoint.path, key=b"other")
    with pytest.raises(HandshakeError, match="key"):
        Channel.open(stranger, 10)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ZeroDivisionError])
def test_interruption_while_parts_are_read_leaves_the_channel_in_step(
    channel: Channel,
    driver: ScriptedDriver,
    answers: List[Answer],
    interruption: Any,
) -> None:
    answers.append([DataResult(["a"], [[n]]) for n in range(5)])
    taken: List[DataResult] = []

    def read(result: DataResult) -> List[Any]:
        """Take two parts and be interrupted in the third."""
        taken.append(result)
        if len(taken) == 3:
            raise interruption
        return list(result.rows)

    with pytest.raises(interruption):
        channel.call(SelectRequest("t"), read)
    assert not channel.closed
    answers.append(DONE)
    assert channel.call(SelectRequest("t"), done)
    assert driver.names == ["select", "CANCEL", "select"]


def test_interruption_with_no_answer_to_follow_closes_the_channel(
    channel: Channel, answers: List[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scripted driver answers no cancel, so that the reply stays out."""
    answers.append(None)
    receive = ClientSocket.receive

    def interrupted(socket: ClientSocket, timeout: Any = None) -> Any:
        """Be interrupted in the wait for the reply, and never again."""
        monkeypatch.setattr(ClientSocket, "receive", receive)
        raise KeyboardInterrupt

    monkeypatch.setattr(ClientSocket, "receive", interrupted)
    with pytest.raises(KeyboardInterrupt):
        channel.call(SelectRequest("t"), rows_of)
    assert channel.closed


def test_interruption_while_a_request_is_sent_closes_the_channel(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How much of it is on its way cannot be known."""

    def interrupted(*_: Any) -> None:
        """Be interrupted."""
        raise KeyboardInterrupt

    monkeypatch.setattr(ClientSocket, "send", interrupted)
    with pytest.raises(KeyboardInterrupt):
        channel.call(SelectRequest("t"), rows_of)
    assert channel.closed


def test_second_interruption_does_not_wait_for_the_first_one_to_be_dealt_with(
    channel: Channel, monkeypatch: pytest.MonkeyPatch, answers: List[Answer]
) -> None:
    answers.append(None)

    def interrupted(*_: Any) -> None:
        """Be interrupted, whatever is waited for."""
        raise KeyboardInterrupt

    monkeypatch.setattr(ClientSocket, "receive", interrupted)
    with pytest.raises(KeyboardInterrupt):
        channel.call(SelectRequest("t"), rows_of)
    assert channel.closed


@pytest.mark.parametrize(
    "greeting", [b"SSH-2.0-OpenSSH", encode_result(0, DONE), b""], ids=str
)
def test_peer_that_is_no_driver_is_named_so(
    driver: ScriptedDriver, greeting: bytes
) -> None:
    driver.greeting = greeting
    with pytest.raises(ProtocolError):
        open_channel(driver)


def test_driver_of_another_protocol_version_is_refused_by_name(
    driver: ScriptedDriver,
) -> None:
    driver.greeting = encode_greeting({"protocol": 99, "max_message_size": LIMIT})
    with pytest.raises(ProtocolError, match="protocol 99"):
        open_channel(driver)
