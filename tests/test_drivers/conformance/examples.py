"""How many random examples a case takes, as a share of what the profile allows."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def share(percent: int) -> settings:
    """Return the settings of a case that takes so much of the profile's examples.

    Its fixtures serve all its examples: each example clears what it finds.
    """
    return settings(
        max_examples=max(1, settings().max_examples * percent // 100),
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
