"""The examples that show one thing each."""

from __future__ import annotations

from .conftest import EXAMPLES, Run

HELPERS = {"progress_bar.py", "database_arguments.py"}
RUN_HERE = {
    "quickstart.py",
    "two_processes.py",
    "transactions.py",
    "supervised_driver.py",
    "own_objects.py",
    "async_client.py",
}
RUN_ELSEWHERE = {"index_project.py", "search_code.py", "project_report.py"}


def test_every_example_is_run_by_the_tests() -> None:
    """An example that is added gets a test."""
    found = {path.name for path in EXAMPLES.glob("*.py")}
    assert found - HELPERS == RUN_HERE | RUN_ELSEWHERE


def test_quickstart_runs_again_and_again(run_example: Run) -> None:
    """A plain script without a main guard, on a database that stays."""
    for _ in range(2):
        lines = run_example("quickstart.py").stdout.splitlines()
        assert lines == ["/src/demo/app.py: 120 lines", "[{'name': 'demo'}]"]


def test_two_processes_share_a_database(run_example: Run) -> None:
    """What a child process wrote through the client is read by the parent."""
    lines = run_example("two_processes.py").stdout.splitlines()
    writers = {line.split()[1] for line in lines if line.startswith("process")}
    assert len(writers) == 2
    assert lines[-1].split() == ["stored:", *(f"/src/shared/{n}.py" for n in "abcde")]


def test_transactions_show_what_stays(run_example: Run) -> None:
    """Committed, rolled back, and undone in part."""
    assert run_example("transactions.py").stdout.splitlines() == [
        "committed: 1 file",
        "rolled back: 1 file",
        "the inner block was undone, the outer goes on",
        "committed: /src/demo/a.py /src/demo/c.py",
    ]


def test_a_killed_driver_comes_back(run_example: Run) -> None:
    """Another process serves, and what was stored is read from it."""
    killed, read, serves = run_example("supervised_driver.py").stdout.splitlines()
    assert read == "'kept' was read from its successor"
    assert serves.endswith("serves, restarts: 1")
    assert killed.split()[1] != serves.split()[1]


def test_objects_of_ones_own_are_stored_and_searched(run_example: Run) -> None:
    """A class is all that it takes."""
    assert run_example("own_objects.py").stdout.splitlines() == [
        "Crash in parseHeader: bug, fixed, by ann",
        "found by its words: Crash in parseHeader",
        "Dark mode, line 1: The page hurts at night.",
    ]


def test_an_async_client_has_many_requests_in_flight(run_example: Run) -> None:
    """All are done, and one that is given up leaves the connection usable."""
    assert run_example("async_client.py").stdout.splitlines() == [
        "300 files were created and read side by side",
        "the driver has stopped counting; the connection goes on:",
        "300 files",
    ]
