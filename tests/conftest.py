"""Settings that all tests share."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["tests.servers.plugin"]

# Examples run beside other test processes: how long one takes says nothing.
settings.register_profile("default", deadline=None)
settings.load_profile("default")
