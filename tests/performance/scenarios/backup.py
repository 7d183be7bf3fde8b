"""A backup of a SQLite file beside a copy of the file, and others' reads beside it.

Backup and copy are both on disk when they are done.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import Callable, ClassVar, Dict

from ..crowd import Crowd
from ..operation import select_step
from ..peers.product import ProductPeer, ProductSession
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from ..sample import Sample
from ..turns import in_turns
from .base import Scenario

#: the reader rests between two calls, as a page's request does
PAUSE = 0.002
LIMIT_MS = 10.0
COPY = "shutil.copyfile and fsync"


class Backup(Scenario):
    """How fast a backup is, and what it costs others."""

    name: ClassVar[str] = "backup"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure both."""
        outcome = Outcome([], [])
        with ProductPeer(directory, plan.stream_rows) as peer:
            session = peer.connector()
            assert isinstance(session, ProductSession)
            back_up = partial(_backup_seconds, session, directory / "backups")
            _compare_with_copy(peer, back_up, plan, outcome)
            _read_beside(peer, back_up, plan, outcome)
            session.close()
        return outcome


def _compare_with_copy(
    peer: ProductPeer, back_up: Callable[[], float], plan: Plan, outcome: Outcome
) -> None:
    """Measure backups and copies in turns."""
    measures: Dict[str, Callable[[], float]] = {
        peer.name: back_up,
        COPY: partial(_copy_seconds, Path(peer.database_path)),
    }
    found = in_turns(measures, plan.rounds)
    megabytes = os.path.getsize(peer.database_path) / 1e6
    rates = {name: megabytes / median(seconds) for name, seconds in found.items()}
    figure = f"SQLite, backup of {plan.stream_rows:,} rows"
    outcome.readings.extend(
        Reading(figure, name, rate, "MB/s") for name, rate in rates.items()
    )
    outcome.goals.append(
        Goal(
            f"{figure}: speed to a copy of the file, both on disk",
            Bound.AT_LEAST,
            0.5,
            rates[peer.name] / rates[COPY],
        )
    )


def _read_beside(
    peer: ProductPeer, back_up: Callable[[], float], plan: Plan, outcome: Outcome
) -> None:
    """Measure another process's point selects, while one backup follows the other."""
    with Crowd(peer.connector, select_step, 1, PAUSE) as reader:
        alone = reader.measure(plan.seconds)
        rounds = []
        for _ in range(plan.rounds):
            reader.begin(plan.seconds)
            stop = threading.Event()
            backups = threading.Thread(target=_until, args=(stop, back_up))
            backups.start()
            rounds.append(reader.end())
            stop.set()
            backups.join()
    beside = Sample.median_of(rounds)
    figure = "SQLite, point select, p99"
    outcome.readings.extend(
        [
            Reading(f"{figure}, alone", peer.name, alone.p99 * 1e3, "ms"),
            Reading(f"{figure}, beside backups", peer.name, beside.p99 * 1e3, "ms"),
        ]
    )
    outcome.goals.append(
        Goal(
            f"{figure}, while one backup follows the other",
            Bound.AT_MOST,
            LIMIT_MS,
            beside.p99 * 1e3,
            "ms",
        )
    )


def _until(stop: threading.Event, work: Callable[[], object]) -> None:
    """Do the work again and again."""
    while not stop.is_set():
        work()


def _backup_seconds(session: ProductSession, directory: Path) -> float:
    """Return the seconds that a backup takes."""
    before = time.perf_counter()
    backup = session.rpc.backup(str(directory))
    seconds = time.perf_counter() - before
    os.unlink(backup)
    return seconds


def _copy_seconds(path: Path) -> float:
    """Return the seconds that a copy of a file takes, until it is on disk."""
    copy = path.with_suffix(".copy")
    before = time.perf_counter()
    shutil.copyfile(path, copy)
    descriptor = os.open(copy, os.O_RDONLY)
    os.fsync(descriptor)
    seconds = time.perf_counter() - before
    os.close(descriptor)
    copy.unlink()
    return seconds
