"""Index a Python source tree with several processes through one driver.

    python examples/index_project.py [PATH] [--workers N] [--config driver.json]
                                     [--database FILE] [--find NAME]

Each worker process parses files and saves all that belongs to them in atomic messages:
definitions with their complexity, imports, usages, issues, and the text that
search_code.py searches.  Without PATH the running Python's standard library is indexed.
Run it again: files whose content is the same are left as they are.  Kill the driver in
the middle (its process id is printed): it comes back, and the job ends as if nothing
had happened.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import sysconfig
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Callable, Iterator, List, Optional, Sequence, Tuple, TypeVar

from database_arguments import add_database_arguments, driver_config
from progress_bar import ProgressBar
from source_analysis import analyse, indexing_error, storable

from code_analysis_db import DatabaseClient, DriverProcess, Endpoint
from code_analysis_db.client.database_transaction import DatabaseTransaction
from code_analysis_db.objects import File, FileAnalysis, Project
from code_analysis_db.exceptions import (
    ForeignKeyViolationError,
    OutcomeUnknownError,
)

KINDS = (
    *("files", "classes", "methods", "functions", "imports"),
    *("usages", "issues", "code_content"),
)
SKIPPED_FOLDERS = {"__pycache__", "site-packages", "dist-packages", "node_modules"}
FILES_A_JOB = 16
MOST_REPEATS = 10

T = TypeVar("T")
Source = Tuple[str, Optional[File]]


class Worker:
    """What a worker process keeps between its jobs."""

    client: DatabaseClient
    project: Project


def start_worker(endpoint: Endpoint, project: Project) -> None:
    """Connect a worker process to the driver."""
    Worker.client = DatabaseClient.connect(endpoint)
    Worker.project = project


def index_files(sources: Sequence[Source]) -> Counter[str]:
    """Bring the database up to date with some files; return what was done."""
    read = [read_file(path, known) for path, known in sources]
    changed = [analysis for analysis in read if analysis is not None]
    if changed:
        repeated(partial(Worker.client.files.save_analyses, changed))
    done = Counter(files=len(changed), unchanged=len(read) - len(changed))
    for kind in KINDS[1:]:
        done[kind] = sum(len(getattr(analysis, kind)) for analysis in changed)
    return done


def read_file(path: str, known: Optional[File]) -> Optional[FileAnalysis]:
    """Return what a file holds, None where that is known already."""
    file = known or File(project_id=Worker.project.id, path=storable(path))
    file.relative_path = os.path.relpath(file.path, Worker.project.root_path)
    try:
        source = Path(path).read_bytes()
        file.last_modified = os.stat(path).st_mtime
    except OSError as error:
        file.content_hash = None
        return FileAnalysis(file=file, error=indexing_error(file, error))
    content_hash = hashlib.sha256(source).hexdigest()
    if file.content_hash == content_hash:
        return None
    file.content_hash = content_hash
    return analyse(file, source)


def repeated(operation: Callable[[], T]) -> T:
    """Return what an operation returns, done again where its reply was lost.

    Only for operations that do the same when they are done twice.
    """
    for _ in range(MOST_REPEATS):
        try:
            return operation()
        except OutcomeUnknownError:
            print("the driver was lost, saving again", file=sys.stderr, flush=True)
    return operation()


def forget(project: Project, gone: List[str], tx: DatabaseTransaction) -> None:
    """Delete files that are no longer there, and why they could not be analysed."""
    tx.files.delete_where(project_id=project.id, path=gone)
    tx.indexing_errors.delete_where(project_id=project.id, file_path=gone)


def python_files(root: Path) -> Iterator[str]:
    """Yield the Python files of a tree, without what is installed or generated."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED_FOLDERS and not name.startswith(".")
        )
        for name in sorted(names):
            if name.endswith(".py"):
                yield os.path.join(folder, name)


def index_tree(client: DatabaseClient, project: Project, workers: int) -> Counter[str]:
    """Index a project's tree with several processes; return what was done."""
    known = {file.path: file for file in client.files.find(project_id=project.id)}
    paths = list(python_files(Path(project.root_path)))
    gone = list(known.keys() - {storable(path) for path in paths})
    done = Counter(removed=len(gone))
    if gone:
        repeated(partial(client.run_transaction, partial(forget, project, gone)))
    sources: List[Source] = [(path, known.get(storable(path))) for path in paths]
    bar = ProgressBar(len(sources), "files")
    with ProcessPoolExecutor(
        workers, get_context("spawn"), start_worker, (client.endpoint, project)
    ) as pool:
        jobs = {}
        for start in range(0, len(sources), FILES_A_JOB):
            job = sources[start : start + FILES_A_JOB]
            jobs[pool.submit(index_files, job)] = len(job)
        try:
            for finished in as_completed(jobs):
                done += finished.result()
                bar.advance(jobs[finished])
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return done


def show_table(client: DatabaseClient, done: Counter[str], seconds: float) -> None:
    """Print what was done and what is stored now."""
    stored = {kind: client.rpc.count(kind) for kind in KINDS}
    print(f"\n{'':14}{'indexed':>10}{'stored':>10}")
    for kind in KINDS:
        print(f"{kind:14}{done[kind]:>10,}{stored[kind]:>10,}")
    rows = sum(done[kind] for kind in KINDS)
    print(f"{'seconds':14}{seconds:>10,.2f}")
    print(f"{'rows a second':14}{rows / seconds:>10,.0f}")
    print(
        f"\n{done['unchanged']:,} files unchanged, {done['removed']:,} removed,"
        f" {client.indexing_errors.count():,} that do not parse"
    )


def show_search(client: DatabaseClient, name: str) -> None:
    """Print some methods whose name contains a text, with their class and file."""
    matching = {"name": {"ilike": f"%{name}%"}}
    found = client.methods.find(matching, order_by="name", limit=5)
    print(f"\n{client.methods.count(matching):,} methods are named like {name!r}")
    for method in found:
        owner = client.classes.get(method.class_id)
        file = owner and client.files.get(owner.file_id)
        if owner and file:
            print(f"  {owner.name}.{method.name}  {file.relative_path}:{method.line}")


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description="Index a Python source tree.")
    parser.add_argument("path", nargs="?", default=sysconfig.get_path("stdlib"))
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    add_database_arguments(parser)
    parser.add_argument("--find", default="parse", help="what to search for")
    given = parser.parse_args()
    if not os.path.isdir(given.path):
        parser.error(f"{given.path!r} is not a folder")
    return given


def main() -> int:
    """Index a tree, show what was done and search in it."""
    given = arguments()
    root = Path(given.path).resolve()
    started = perf_counter()
    driver = DriverProcess(driver_config(given))
    with driver as client:
        print(f"driver process {driver.pid}", file=sys.stderr, flush=True)
        project = repeated(
            lambda: client.projects.get_or_create(
                {"name": root.name}, root_path=storable(str(root))
            )
        )
        try:
            done = index_tree(client, project, given.workers)
        except ForeignKeyViolationError:
            print("the project was deleted while it was indexed", file=sys.stderr)
            return 1
        show_table(client, done, perf_counter() - started)
        show_search(client, given.find)
    return 0


if __name__ == "__main__":
    sys.exit(main())
