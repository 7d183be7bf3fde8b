"""How long to wait before a restart, and when to give up."""

from __future__ import annotations

from code_analysis_db.supervision.restart_policy import RestartPolicy


def test_delays_double_with_jitter() -> None:
    """Each is between a half and the whole of its step."""
    policy = RestartPolicy(max_restarts=20, window=60.0)
    for step in range(6):
        delay = policy.delay_after_death(float(step))
        longest = 0.05 * 2**step
        assert delay is not None
        assert longest / 2 <= delay <= longest


def test_delays_are_bounded() -> None:
    """The hundredth restart does not wait for years."""
    policy = RestartPolicy(max_restarts=10_000, window=60.0)
    delays = [policy.delay_after_death(0.0) for _ in range(2000)]
    assert all(delay is not None and delay <= 5.0 for delay in delays)


def test_one_death_more_than_the_intensity_is_the_end() -> None:
    """Five restarts in the window are made, the sixth death is not followed by one."""
    policy = RestartPolicy(max_restarts=5, window=60.0)
    answers = [policy.delay_after_death(float(second)) for second in range(6)]
    assert [answer is None for answer in answers] == [False] * 5 + [True]


def test_deaths_outside_the_window_are_forgiven() -> None:
    """One death a minute goes on for ever."""
    policy = RestartPolicy(max_restarts=1, window=60.0)
    for minute in range(10):
        delay = policy.delay_after_death(60.0 * minute)
        assert delay is not None
        assert delay <= 0.05


def test_a_start_on_purpose_clears_the_record() -> None:
    """Deaths before it do not count."""
    policy = RestartPolicy(max_restarts=1, window=60.0)
    policy.delay_after_death(0.0)
    policy.forget()
    assert policy.delay_after_death(1.0) is not None


def test_no_restart_at_all() -> None:
    """max_restarts=0 gives up at the first death."""
    assert RestartPolicy(max_restarts=0, window=60.0).delay_after_death(0.0) is None
