"""The benchmark runs, and the README says what it measured last."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest

from .__main__ import measure
from .chart import svg_chart
from .crowd import Crowd
from .operation import POINT_KEYS, select_step
from .peers.direct import DirectPeer
from .plan import SHORT
from .publication import CHART, FIGURES, README, merged, with_section
from .report import amount, terminal_text
from .result import Bound, Goal, Outcome, Reading, Report
from .sample import Sample, Work
from .scenarios import SCENARIOS

pytestmark = pytest.mark.usefixtures("unmeasured")


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_a_short_run_of_each_scenario_finds_readings_and_goals(
    name: str, tmp_path: Path
) -> None:
    """Every scenario measures what it is for; how fast is not judged here."""
    report = measure(SHORT, [name])
    assert report.goals and report.readings
    assert all(reading.value > 0 for reading in report.readings)
    report.save(tmp_path / "report.json")
    assert Report.load(tmp_path / "report.json") == report
    text = terminal_text(report)
    assert all(goal.text in text for goal in report.goals)
    assert svg_chart(report).count("<rect") == len(report.readings) + 1


def test_every_client_counts_however_short_the_span_is(tmp_path: Path) -> None:
    """One that a busy machine wakes too late makes a call even so, in its own time."""
    with DirectPeer(tmp_path, POINT_KEYS) as peer:
        with Crowd(peer.connector, select_step, 2) as crowd:
            sample = crowd.measure(0.0)
    assert 0 < sample.p50 <= sample.slowest
    assert 0 < sample.rate < 2 / sample.p50


def test_a_client_is_measured_by_its_own_time() -> None:
    """Here one made three calls in two seconds, the other one that took four."""
    works = [Work(array("q", [10**8, 10**9, 10**8]), 2 * 10**9)]
    works.append(Work(array("q", [4 * 10**9]), 4 * 10**9))
    assert Sample.of_clients(works) == Sample(1.75, 0.1, 1.0, 4.0)


def test_a_goal_is_met_on_its_own_side_of_the_target() -> None:
    """A bound counts as met."""
    assert Goal("g", Bound.AT_LEAST, 2.0, 2.0).is_met
    assert not Goal("g", Bound.AT_LEAST, 2.0, 1.99).is_met
    assert Goal("g", Bound.AT_MOST, 2.0, 2.0).is_met
    assert not Goal("g", Bound.AT_MOST, 2.0, 2.01).is_met


@pytest.mark.parametrize(
    "value, unit, text",
    [
        (1.449, "x", "1.45x"),
        (43210.4, "rows/s", "43,210 rows/s"),
        (3.14159, "ms", "3.14 ms"),
    ],
)
def test_amounts_are_shown_with_the_digits_that_count(
    value: float, unit: str, text: str
) -> None:
    """Ratios have two decimals, large values none."""
    assert amount(value, unit) == text


def test_scenarios_that_were_run_anew_replace_what_was_published_of_them() -> None:
    """In their order; figures of another machine do not stand beside them."""
    stream, bulk = Outcome([Reading("f", "p", 1.0, "s")], []), Outcome([], [])
    published = Report({"cores": "2"}, "full", {"stream": bulk, "mixed": bulk})
    found = merged(published, Report({"cores": "2"}, "full", {"stream": stream}))
    assert found.outcomes == {"stream": stream, "mixed": bulk}
    assert list(found.outcomes) == [n for n in SCENARIOS if n in found.outcomes]
    with pytest.raises(ValueError, match="publish a whole run"):
        merged(published, Report({"cores": "4"}, "full", {"stream": stream}))


def test_the_readme_and_the_chart_show_the_published_figures() -> None:
    """Nobody edits a figure by hand."""
    report = Report.load(FIGURES)
    assert report.plan == "full"
    assert with_section(README.read_text("utf-8"), report) == README.read_text("utf-8")
    assert svg_chart(report) == CHART.read_text("utf-8")
