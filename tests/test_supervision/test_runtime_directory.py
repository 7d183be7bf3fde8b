"""The private directory of a driver."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator

import pytest

from code_analysis_db.exceptions import DriverStartError
from code_analysis_db.supervision import runtime_directory
from code_analysis_db.supervision.runtime_directory import RuntimeDirectory
from code_analysis_db.transport.endpoint import Endpoint


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary directory with a short path, which the runtime directories use."""
    with tempfile.TemporaryDirectory(dir="/tmp") as path:
        monkeypatch.setattr(tempfile, "tempdir", path)
        yield Path(path)


def made_directory() -> RuntimeDirectory:
    """Return a directory that exists."""
    directory = RuntimeDirectory()
    directory.make()
    return directory


def test_it_is_private_and_goes(base: Path) -> None:
    """Mode 0700, and nothing is left after removal."""
    directory = made_directory()
    assert Path(directory.path).parent == base
    assert stat.S_IMODE(os.stat(directory.path).st_mode) == 0o700
    Path(directory.socket_path).touch()
    directory.remove()
    directory.remove()
    assert not list(base.iterdir())


def test_it_can_be_made_again_at_its_path(base: Path) -> None:
    """A stopped driver starts where it was."""
    directory = made_directory()
    path = directory.path
    directory.remove()
    directory.make()
    directory.make()
    assert directory.path == path
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o700
    directory.remove()


def test_a_long_temporary_directory_does_not_break_the_socket(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """sun_path holds 107 bytes; the fallback is /tmp."""
    deep = base / ("x" * 60) / ("y" * 60)
    deep.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    directory = made_directory()
    try:
        Endpoint.parse(f"unix://{directory.socket_path}")
        assert Path(directory.path).parent == Path("/tmp")
    finally:
        directory.remove()


def test_what_a_killed_process_left_is_swept_away(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one cleans up; directories in use stay."""
    monkeypatch.setattr(runtime_directory, "_ABANDONED_AFTER_SECONDS", -1.0)
    used = made_directory()
    script = (
        "import os, signal, sys, tempfile\n"
        "from code_analysis_db.supervision.runtime_directory import RuntimeDirectory\n"
        "tempfile.tempdir = sys.argv[1]\n"
        "directory = RuntimeDirectory()\n"
        "directory.make()\n"
        "print(directory.path, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script, str(base)], capture_output=True, text=True
    )
    left = Path(killed.stdout.strip())
    assert left.exists()
    new = made_directory()
    assert not left.exists()
    assert {Path(used.path), Path(new.path)} == set(base.iterdir())
    used.remove()
    new.remove()


def test_young_directories_are_left_alone(base: Path) -> None:
    """One that was made this moment may not be locked yet."""
    young = base / "cadb-abcdefgh"
    young.mkdir()
    made_directory().remove()
    assert young.exists()


def test_a_symbolic_link_is_not_followed(
    base: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody has the sweep remove something else."""
    monkeypatch.setattr(runtime_directory, "_ABANDONED_AFTER_SECONDS", -1.0)
    treasure = tmp_path / "treasure"
    treasure.mkdir()
    (base / "cadb-abcdefgh").symlink_to(treasure)
    made_directory().remove()
    assert treasure.exists()


def test_a_directory_that_cannot_be_made_is_a_start_error(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says where the place comes from."""
    monkeypatch.setattr(tempfile, "tempdir", str(base / "missing"))
    with pytest.raises(DriverStartError, match="missing.*TMPDIR"):
        made_directory()
