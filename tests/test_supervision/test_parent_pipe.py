"""What a driver process tells its parent."""

from __future__ import annotations

import logging
import os
import re
from multiprocessing import Pipe
from typing import Any, List

import pytest

from code_analysis_db.supervision.log_handler import ParentLogHandler
from code_analysis_db.supervision.log_replay import LogReplay, record_from_fields
from code_analysis_db.supervision.parent_pipe import ChildPipe, ParentPipe
from code_analysis_db.supervision.redaction import Redactor


def read_all(pipe: ChildPipe) -> List[List[Any]]:
    """Read until the end of the pipe."""
    messages = []
    os.set_blocking(pipe.fileno(), True)
    while not pipe.is_at_end:
        messages += pipe.read()
    return messages


def make_record(text: str, *args: Any) -> logging.LogRecord:
    """Make a record as a logger would."""
    return logging.LogRecord("a.b", logging.INFO, "/x/y.py", 7, text, args, None, "f")


def test_messages_arrive_in_order_before_the_pipe_is_closed() -> None:
    """Also long ones, and all that was queued."""
    reader, writer = Pipe(duplex=False)
    parent, child = ParentPipe(writer), ChildPipe(reader)
    assert child.read() == []
    parent.send("ready", "unix:///x")
    parent.send("log", "x" * 10_000)
    parent.close(10)
    writer.close()
    assert read_all(child) == [["ready", "unix:///x"], ["log", "x" * 10_000]]
    child.close()


def test_a_parent_that_does_not_read_holds_nobody_up() -> None:
    """Records over the bound are dropped and counted in the next that goes out.

    That may be in the midst of them: the pipe takes some whenever its thread runs.
    """
    reader, writer = Pipe(duplex=False)
    parent, child = ParentPipe(writer), ChildPipe(reader)
    handler = ParentLogHandler(parent, Redactor({}))
    for _ in range(3000):
        handler.handle(make_record("y" * 1000))
    received: List[List[Any]] = []
    while len(received) < 1000:
        received += child.read()
    handler.handle(make_record("the last"))
    while not received[-1][-1].startswith("the last"):
        received += child.read()
    parent.close(10)
    writer.close()
    assert 1000 < len(received) < 2000
    counted = re.compile(r" \(after (\d+) log records that were dropped\)$")
    found = [counted.search(text) for *_, text in received]
    assert found[-1], received[-1]
    assert sum(int(match[1]) for match in found if match) == 3001 - len(received)
    child.close()


def test_a_parent_that_is_gone_holds_nobody_up() -> None:
    """Everything is dropped without an error."""
    reader, writer = Pipe(duplex=False)
    parent = ParentPipe(writer)
    reader.close()
    for _ in range(100):
        assert parent.offer("log", "x")
    parent.close(10)
    writer.close()


def test_a_malformed_log_call_does_not_raise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Arguments that do not fit the message cost that record only."""
    reader, writer = Pipe(duplex=False)
    parent, child = ParentPipe(writer), ChildPipe(reader)
    handler = ParentLogHandler(parent, Redactor({}))
    handler.handle(make_record("%d rows", "many"))
    handler.handle(make_record("%d rows", 5))
    parent.close(10)
    writer.close()
    (message,) = read_all(child)
    assert message[-1] == "5 rows (after 1 log records that were dropped)"
    child.close()


def test_a_record_arrives_as_it_was() -> None:
    """Name, level, place, thread and time; its arguments are in the text only."""
    reader, writer = Pipe(duplex=False)
    parent, child = ParentPipe(writer), ChildPipe(reader)
    sent = make_record("password %s of %d rows", "sesame", 5)
    ParentLogHandler(parent, Redactor({"password": "sesame"})).handle(sent)
    parent.close(10)
    writer.close()
    ((kind, *fields),) = read_all(child)
    record = record_from_fields(fields, "driver x", 4711)
    assert kind == "log"
    assert record.getMessage() == "password *** of 5 rows"
    assert (record.name, record.levelno) == ("a.b", logging.INFO)
    assert (record.pathname, record.lineno, record.funcName) == ("/x/y.py", 7, "f")
    assert (record.created, record.threadName) == (sent.created, sent.threadName)
    assert (record.process, record.processName) == (4711, "driver x")
    assert not record.args
    child.close()


def test_a_message_cut_off_by_death_is_dropped() -> None:
    """What came before it counts."""
    reader, writer = Pipe(duplex=False)
    child = ChildPipe(reader)
    parent = ParentPipe(writer)
    parent.send("ready", "unix:///x")
    parent.close(10)
    os.write(writer.fileno(), b"\x00\x00\x00\x40half")
    assert child.read_rest() == [["ready", "unix:///x"]]
    writer.close()
    child.close()


def test_replay_survives_a_slow_and_a_raising_handler() -> None:
    """The records behind them are handled."""
    seen: List[str] = []

    class Moody(logging.Handler):
        """Raises at the first record."""

        def emit(self, record: logging.LogRecord) -> None:
            """Raise or note."""
            if record.getMessage() == "first":
                raise OSError(28, "No space left on device")
            seen.append(record.getMessage())

    logger = logging.getLogger("test_parent_pipe.moody")
    logger.addHandler(Moody())
    replay = LogReplay()
    for text in ("first", "second"):
        replay.log(logger.name, logging.ERROR, text)
    replay.flush(10)
    replay.close(10)
    assert seen == ["second"]
    assert replay.failures == 1
