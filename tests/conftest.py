"""Settings that all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

pytest_plugins = ["tests.servers.plugin"]

# Examples run beside other test processes: how long one takes says nothing.  CI runs
# the same ones every time; HYPOTHESIS_PROFILE=night looks for what nobody has met yet.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("night", deadline=None, max_examples=3000)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if "CI" in os.environ else "default")
)
