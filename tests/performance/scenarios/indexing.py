"""The standard library indexed: parsed by two workers, and stored.

What the database costs is what the same work takes longer than parsing alone; beside
the product the same rows go into the same tables by other means.
"""

from __future__ import annotations

import multiprocessing
import os
import sysconfig
import tempfile
import time
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median
from typing import ClassVar, Counter, Dict, List, Sequence, Type

from source_analysis import analyse

from code_analysis_db.objects import File, Project

from ..peers.indexer import Indexer, Opener, Save, counted
from ..peers.indexing_direct import IndexingDirect
from ..peers.indexing_nothing import IndexingNothing
from ..peers.indexing_orm import IndexingORM
from ..peers.indexing_product import IndexingProduct
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from ..turns import in_turns
from .base import Scenario

INDEXERS = (IndexingNothing, IndexingProduct, IndexingORM, IndexingDirect)
ROUNDS = 3
FILES_A_JOB = 16
_SKIPPED = {"__pycache__", "site-packages", "dist-packages"}


class Worker:
    """What a worker process keeps between its jobs."""

    save: Save
    project: Project


def start_worker(opener: Opener, project: Project, ready: Barrier) -> None:
    """Open a worker's way to the database, and wait for the others to have theirs."""
    Worker.save = opener()
    Worker.project = project
    ready.wait()


def index(paths: Sequence[str]) -> Counter[str]:
    """Analyse some files and save what is found; return how many rows that is."""
    analyses = [
        analyse(File(project_id=Worker.project.id, path=path), Path(path).read_bytes())
        for path in paths
    ]
    Worker.save(analyses)
    return sum(map(counted, analyses), Counter[str]())


class Indexing(Scenario):
    """All files of the standard library, from nothing."""

    name: ClassVar[str] = "indexing"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure all peers."""
        paths = library_files()[: plan.source_files]
        found = in_turns(
            {
                indexer.name: partial(measure, indexer, paths, directory)
                for indexer in INDEXERS
            },
            min(plan.rounds, ROUNDS),
        )
        seconds = {name: median(rounds) for name, rounds in found.items()}
        return Outcome(
            [
                Reading("standard library indexed", name, value, "s")
                for name, value in seconds.items()
            ],
            _goals(seconds),
        )


def measure(indexer_class: Type[Indexer], paths: Sequence[str], parent: Path) -> float:
    """Return the seconds that indexing takes, from when all workers are ready."""
    project = Project(name="standard library", root_path=sysconfig.get_path("stdlib"))
    context = multiprocessing.get_context("spawn")
    jobs = [paths[n : n + FILES_A_JOB] for n in range(0, len(paths), FILES_A_JOB)]
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        with indexer_class(Path(folder), project) as indexer:
            ready = context.Barrier(indexer.workers + 1)
            given = (indexer.opener, project, ready)
            with context.Pool(indexer.workers, start_worker, given) as pool:
                ready.wait()
                before = time.perf_counter()
                done = sum(pool.imap_unordered(index, jobs), Counter[str]())
                seconds = time.perf_counter() - before
                pool.close()
                pool.join()
            _check(indexer, done)
    return seconds


def library_files() -> List[str]:
    """Return the Python files of the standard library."""
    found: List[str] = []
    for folder, folders, names in os.walk(sysconfig.get_path("stdlib")):
        folders[:] = sorted(set(folders) - _SKIPPED)
        found += [os.path.join(folder, name) for name in names if name.endswith(".py")]
    return sorted(found)


def _check(indexer: Indexer, done: Counter[str]) -> None:
    """See to it that what was done is what is stored."""
    stored = indexer.counts()
    if stored and Counter(stored) != done:
        raise AssertionError(f"{indexer.name} has {stored} of {dict(done)}")


def _goals(seconds: Dict[str, float]) -> List[Goal]:
    """Compare with parsing alone, and with the other ways to store the same."""
    ours = seconds[IndexingProduct.name]
    share = 1 - seconds[IndexingNothing.name] / ours
    goals = [
        Goal(
            "standard library indexed: the database's share of the time",
            Bound.AT_MOST,
            35.0,
            100 * share,
            "%",
        )
    ]
    goals += [
        Goal(
            f"standard library indexed: time to that of {peer.name}",
            Bound.AT_MOST,
            1.0,
            ours / seconds[peer.name],
        )
        for peer in (IndexingORM, IndexingDirect)
    ]
    return goals
