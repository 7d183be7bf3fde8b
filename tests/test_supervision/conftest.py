"""Supervised drivers without a database, and what starts real ones."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import attrs
import pytest

from code_analysis_db.supervision.incarnation import Surroundings
from code_analysis_db.supervision.log_replay import LogReplay
from code_analysis_db.supervision.process_status import ProcessState, ProcessStatus
from code_analysis_db.supervision.settings import SupervisionSettings
from code_analysis_db.supervision.supervised_driver import SupervisedDriver
from code_analysis_db.supervision.supervisor_thread import SupervisorThread

from .processes import DEADLINE
from .programs import Programs

TABLE: Dict[str, Any] = {
    "name": "t",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "a", "type": "TEXT"},
    ],
}
STUB_TARGET = "tests.test_supervision.stub_child:run_stub"


@attrs.define
class Supervision:
    """A loop with one supervised stub, driven by a test."""

    loop: SupervisorThread
    replay: LogReplay
    driver: SupervisedDriver

    def start(self) -> ProcessStatus:
        """Start and wait until the driver is ready or given up."""
        self.loop.run(self.driver.start)
        return self.wait(lambda status: status.state in _RESTING)

    def stop(self) -> ProcessStatus:
        """Stop and wait for the end."""
        self.loop.run(self.driver.stop)
        return self.wait(lambda status: status.state.is_settled)

    def wait(self, condition: Callable[[ProcessStatus], bool]) -> ProcessStatus:
        """Wait for a status and return it."""
        assert self.driver.wait(condition, DEADLINE), self.driver.status
        return self.driver.status

    @property
    def socket_path(self) -> Path:
        """The socket of the driver."""
        endpoint = self.driver.status.endpoint
        assert endpoint is not None
        return Path(endpoint.path)


_RESTING = (ProcessState.RUNNING, ProcessState.STOPPED, ProcessState.FAILED)


@pytest.fixture
def supervise() -> Iterator[Callable[..., Supervision]]:
    """Return a function that prepares a supervised stub; it is stopped at the end."""
    defects: List[Exception] = []
    loop = SupervisorThread("test-supervisor", defects.append)
    replay = LogReplay()
    made: List[Supervision] = []

    def make(behaviour: str = "", **settings: Any) -> Supervision:
        """Prepare a stub with a behaviour."""
        around = Surroundings(
            "stub", SupervisionSettings(**settings), STUB_TARGET, loop, replay
        )
        config = {"behaviour": behaviour, "password": "tiger-lily"}
        supervision = Supervision(loop, replay, SupervisedDriver(around, config))
        made.append(supervision)
        return supervision

    yield make
    for supervision in made:
        supervision.stop()
    loop.close()
    replay.close(DEADLINE)
    assert not defects


@pytest.fixture
def config(tmp_path: Path) -> Dict[str, Any]:
    """A database in a file."""
    return {"type": "sqlite", "config": {"path": str(tmp_path / "x.db")}}


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    """What runs programs; its temporary directory has a short path."""
    with tempfile.TemporaryDirectory(dir="/tmp") as temporary:
        yield Programs(Path(temporary), tmp_path)


@pytest.fixture(autouse=True)
def _unmeasured_processes(unmeasured: None) -> None:
    """These tests start more processes than all others."""
