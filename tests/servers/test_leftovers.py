"""Nothing is left of a server, however the tests that wanted it end."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Callable, Iterator, List

import attrs
import pytest

from tests.test_supervision.processes import (
    DEADLINE,
    children_of,
    is_alive,
    wait_until,
)

from .inner_run import InnerRun
from .prepared_data import VARIABLE
from .process_identity import ProcessIdentity
from .process_tree import descendants, segments_of
from .server_folder import remove_left_folders, server_folders

# Has servers of both sorts, says which process it is, and stays.
_STAYS = """
    import os, pathlib, threading

    def test_that_stays(servers, private_server):
        private_server("postgres")
        for kind in servers.kinds:
            servers.config(kind)
        folder = pathlib.Path(os.environ["INNER_FOLDER"])
        (folder / "part").write_text(str(os.getpid()))
        (folder / "part").rename(folder / "worker")
        threading.Event().wait()
"""


@attrs.define
class Stage:
    """A run of pytest by xdist in the middle of a test, with shared servers (the
    controller's) and a private one (the worker's).

    Attributes:
        controller: the process that was started.
        worker: the process that runs the test.
        shared: all processes of the shared servers, keepers included.
        private: those of the private one.
        folders: of all servers.
    """

    controller: "subprocess.Popen[str]"
    worker: int
    shared: List[int]
    private: List[int]
    folders: List[Path]

    def assert_nothing_left(self) -> None:
        """Wait until no process of a server is there, no memory and no folder."""
        processes = [*self.shared, *self.private]
        wait_until(lambda: not any(map(is_alive, processes)), "an end of the servers")
        assert not any(map(segments_of, processes))
        wait_until(lambda: not any(map(Path.exists, self.folders)), "no folder")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A run with three servers."""
    controller = InnerRun(tmp_path).start(_STAYS, "-n", "1")
    try:
        wait_until((tmp_path / "worker").exists, f"the test in {tmp_path}")
        worker = int((tmp_path / "worker").read_text())
        folders = [
            folder
            for pid in (controller.pid, worker)
            for folder in server_folders(ProcessIdentity.of(pid))
        ]
        # One more where no outer run has a folder of prepared data.
        assert len(folders) == 3 + (VARIABLE not in os.environ)
        shared, private = _kept(controller.pid), _kept(worker)
        yield Stage(controller, worker, shared, private, folders)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(controller.pid, signal.SIGKILL)
        controller.wait(DEADLINE)


def _kept(pid: int) -> List[int]:
    """Return the keepers that a process has started, and all beneath them."""
    keepers = [child for child in children_of(pid) if "keeper" in _command(child)]
    assert keepers
    return [*keepers, *(below for keeper in keepers for below in descendants(keeper))]


def _command(pid: int) -> str:
    """Return a process's command line."""
    return Path(f"/proc/{pid}/cmdline").read_text()


def kill_the_controller(stage: Stage) -> None:
    """As the kernel does when there is no memory."""
    stage.controller.kill()


def kill_the_process_group(stage: Stage) -> None:
    """As a job's time limit does."""
    os.killpg(stage.controller.pid, signal.SIGKILL)


def interrupt(stage: Stage) -> None:
    """As Ctrl-C in a terminal does."""
    os.killpg(stage.controller.pid, signal.SIGINT)


@pytest.mark.parametrize(
    "end", [kill_the_controller, kill_the_process_group, interrupt]
)
def test_servers_go_with_the_run(stage: Stage, end: Callable[[Stage], None]) -> None:
    """Neither a process nor a file stays."""
    end(stage)
    stage.controller.wait(DEADLINE)
    # Of a worker whose controller was killed, only xdist knows when it ends.
    with suppress(ProcessLookupError):
        os.kill(stage.worker, signal.SIGKILL)
    stage.assert_nothing_left()


def test_private_servers_go_with_their_worker(stage: Stage) -> None:
    """The shared ones stay for the other workers until the run ends."""
    os.kill(stage.worker, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, stage.private)), "an end of the servers")
    assert stage.controller.wait(DEADLINE) != 0
    stage.assert_nothing_left()


def test_servers_die_with_their_keepers_and_a_later_run_removes_the_rest(
    stage: Stage,
) -> None:
    """Whoever kills all that is Python leaves nothing but folders, and not for long."""
    keepers = [pid for pid in stage.shared if "keeper" in _command(pid)]
    # First, since one whose owner is gone is about to kill its server, which it has
    # suspended for that.
    for pid in [*keepers, stage.controller.pid, stage.worker]:
        os.kill(pid, signal.SIGKILL)
    stage.controller.wait(DEADLINE)
    wait_until(lambda: not any(map(is_alive, stage.shared)), "an end of the servers")
    assert any(map(Path.exists, stage.folders))
    remove_left_folders()
    stage.assert_nothing_left()
