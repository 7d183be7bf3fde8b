"""Settings that all tests share."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

pytest_plugins = ["tests.servers.plugin"]

# Examples run beside other test processes: how long one takes says nothing.  CI runs
# the same ones every time; HYPOTHESIS_PROFILE=night looks for what nobody has met yet.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("night", deadline=None, max_examples=10_000)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if "CI" in os.environ else "default")
)


def pytest_configure() -> None:
    """Let Ctrl-C be heard by what the tests start: a shell that runs them in the
    background has it ignored, and that is inherited."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that a test starts are measured for no coverage.

    For tests that start many, or time them: measuring would be most of what they do,
    and what runs in them is measured by other tests.
    """
    for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
        monkeypatch.delenv(name, raising=False)
