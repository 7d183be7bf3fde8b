"""Writes share commits, each with those that are there when it is made."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from code_analysis_db.drivers.sqlite import SQLiteDriver
from code_analysis_db.request import CountRequest, InsertRequest, PingRequest
from code_analysis_db.server.gathering import Gathering

from .conftest import Serve
from .raw_client import RawClient

_WRITERS = 16


class CountingDriver(SQLiteDriver):
    """Counts groups of writes, and holds the thread that counts rows.

    Attributes:
        commits: how many groups were run, each of which is one commit.
        counting: whether somebody has begun to count rows.
        go: lets the count go on.
    """

    def __init__(self) -> None:
        """Make an unconnected driver."""
        super().__init__()
        self.commits = 0
        self.counting = threading.Event()
        self.go = threading.Event()

    def run_group(self, *arguments: Any) -> Any:
        """Run the group, and count it."""
        self.commits += 1
        return super().run_group(*arguments)

    def count(self, *arguments: Any, **keywords: Any) -> int:
        """Wait, then count the rows."""
        self.counting.set()
        assert self.go.wait(30)
        return super().count(*arguments, **keywords)


def test_writes_that_came_together_share_a_commit(serve: Serve) -> None:
    """Each client is answered for its own row, and all of them are stored.

    They come while the loop thread is busy.  Where the machine is, too, the loop thread
    gives the group up to the write lane, which may begin with the first alone.
    """
    driver = CountingDriver()
    server = serve(driver)
    reader = RawClient(server.endpoint)
    writers = [RawClient(server.endpoint) for _ in range(_WRITERS)]
    for writer in writers:
        writer.data(PingRequest())
    before = driver.commits
    reader.send(CountRequest("items"))
    assert driver.counting.wait(30)
    ids = [w.send(InsertRequest("items", {"name": "a"})) for w in writers]
    driver.go.set()
    assert reader.receive()[1].is_success()
    replies = [writer.receive() for writer in writers]
    assert [request_id for request_id, _ in replies] == ids
    assert len({repr(result.to_dict()) for _, result in replies}) == _WRITERS
    assert 1 <= driver.commits - before <= _WRITERS // 4
    assert reader.data(CountRequest("items")) == {"count": _WRITERS}
    for client in (reader, *writers):
        client.close()


def test_gathering_goes_on_while_the_rounds_bring_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Writes, or reads that others may follow with writes; not for long, though."""
    now = 5.0
    monkeypatch.setattr("code_analysis_db.server.gathering.perf_counter", lambda: now)
    gathering = Gathering(8)
    assert gathering.goes_on(kept=1, served=10)
    assert gathering.goes_on(kept=3, served=10)
    assert gathering.goes_on(kept=3, served=12)
    assert not gathering.goes_on(kept=3, served=12), "a round that brought nothing"
    assert gathering.goes_on(kept=4, served=15)
    assert not gathering.goes_on(kept=8, served=15), "as many as may be"
    assert gathering.goes_on(kept=1, served=23)
    now += 0.0009
    assert gathering.goes_on(kept=2, served=23)
    now += 0.0002
    assert not gathering.goes_on(kept=3, served=23), "a millisecond is over"
    assert gathering.goes_on(kept=1, served=26), "the next begins anew"


def test_lone_write_waits_for_whoever_wrote_a_moment_ago(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As long as the commit before took; one who writes alone waits for nobody."""
    now = 5.0
    monkeypatch.setattr("code_analysis_db.server.gathering.perf_counter", lambda: now)
    gathering = Gathering(8)
    for served in range(3):
        assert gathering.goes_on(kept=1, served=served)
        assert not gathering.goes_on(kept=1, served=served), "nobody else is there"
        gathering.done({"one"}, 0.0004)
    gathering.done({"other"}, 0.0004)
    assert gathering.goes_on(kept=1, served=4)
    now += 0.0003
    assert gathering.goes_on(kept=1, served=4), "the other one may still come"
    assert gathering.goes_on(kept=2, served=4)
    assert not gathering.goes_on(kept=2, served=4), "it has come, and brought nothing"
    gathering.done({"one", "other"}, 0.0004)
    assert gathering.goes_on(kept=1, served=6)
    now += 0.0005
    assert not gathering.goes_on(kept=1, served=6), "a commit would be done by now"
    gathering.done({"one"}, 0.0004)
    gathering.done({"one"}, 0.0004)
    assert gathering.goes_on(kept=1, served=8)
    assert not gathering.goes_on(kept=1, served=8), "the other one writes no more"


def test_two_writers_share_their_commits(serve: Serve) -> None:
    """Two clients, each of which writes as soon as it is answered, fall into step."""
    driver = CountingDriver()
    server = serve(driver)
    before = driver.commits

    def write() -> None:
        """Write rows one after the other."""
        client = RawClient(server.endpoint)
        for _ in range(200):
            client.data(InsertRequest("items", {"name": "a"}))
        client.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert driver.commits - before < 300
