"""Several who index, read and delete the same things at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import List

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.client.mapping import new_id
from code_analysis_db.client.objects import (
    Class,
    File,
    FileAnalysis,
    Method,
    Project,
)
from code_analysis_db.exceptions import ProjectGoneError

from .sample_analysis import an_analysis, stored_analysis

_ROUNDS = 30
_WORKERS = 4


def of_size(file: File, size: int) -> FileAnalysis:
    """Return an analysis with so many classes, each with so many methods."""
    classes = [Class(file_id=file.id, name=f"C{i}", line=i) for i in range(size)]
    methods = [
        Method(class_id=cls.id, name="run", line=line)
        for cls in classes
        for line in range(size)
    ]
    return FileAnalysis(file=file, classes=classes, methods=methods)


def test_readers_see_the_old_or_the_new(
    client: DatabaseClient, driver: DriverProcess, file: File
) -> None:
    """FAILURE 32: never a part, nor parts of both, while a file is saved again."""
    done = Event()

    def save() -> None:
        """Save one size after the other."""
        with driver.client() as own:
            for number in range(_ROUNDS):
                own.files.save_analysis(of_size(file, (2, 5)[number % 2]))
        done.set()

    client.files.save_analysis(of_size(file, 2))
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(save)
        while not done.is_set() and not saving.done():
            structure = client.files.structure(file.id)
            assert structure is not None
            size = len(structure.classes)
            assert size in (2, 5)
            assert [len(cls.methods) for cls in structure.classes] == [size] * size
        saving.result()


def test_many_who_save_the_same_files_do_not_collide(
    driver: DriverProcess, client: DatabaseClient, project: Project
) -> None:
    """FAILURE 32: each file is there once in the end, with all of one analysis."""
    paths = [f"{project.root_path}/{number}" for number in range(4)]
    barrier = Barrier(_WORKERS)

    def index(worker: int) -> None:
        """Save every file as a new one, again and again."""
        with driver.client() as own:
            barrier.wait(30)
            for number in range(_ROUNDS // 3):
                path = paths[(worker + number) % len(paths)]
                file = File(project_id=project.id, path=path)
                own.files.save_analysis(an_analysis(file))

    with ThreadPoolExecutor(_WORKERS) as pool:
        list(pool.map(index, range(_WORKERS)))
    files = client.files.find(project_id=project.id, order_by="path")
    assert [file.path for file in files] == paths
    for file in files:
        stored = stored_analysis(client, file)
        assert len(stored.usages) == len(stored.classes) == len(stored.methods) == 1


def test_a_worker_goes_on_when_a_project_is_deleted(
    driver: DriverProcess, client: DatabaseClient, project: Project
) -> None:
    """FAILURE 33: it learns which project is gone, and saves the other one's files."""
    doomed = client.projects.create(name="doomed", root_path=f"/doomed/{new_id()}")
    started = Barrier(_WORKERS + 1)

    def index(worker: int) -> List[str]:
        """Save files of both projects by turns; return what was refused."""
        refused: List[str] = []
        with driver.client() as own:
            started.wait(30)
            for number in range(_ROUNDS):
                owner = (project, doomed)[number % 2]
                file = File(project_id=owner.id, path=f"/{worker}/{number}")
                try:
                    own.files.save_analysis(of_size(file, 2))
                except ProjectGoneError as error:
                    refused.append(str(error))
        return refused

    with ThreadPoolExecutor(_WORKERS) as pool:
        workers = [pool.submit(index, worker) for worker in range(_WORKERS)]
        started.wait(30)
        client.projects.delete(doomed)
        refused = [message for worker in workers for message in worker.result()]
    assert refused
    assert all(str(doomed.id) in message for message in refused)
    assert client.files.count(project_id=project.id) == _WORKERS * _ROUNDS // 2
    assert client.files.count(project_id=doomed.id) == 0


def test_a_transaction_reads_and_takes_back_what_it_saved(
    client: DatabaseClient, driver: DriverProcess, file: File
) -> None:
    """Operations of several parts are a part of the transaction; others read on."""
    with driver.client() as other, client.transaction(write=True) as tx:
        assert tx.files.statistics(file) is not None
        tx.files.save_analysis(of_size(file, 3))
        structure = tx.files.structure(file)
        assert structure is not None and len(structure.classes) == 3
        seen = other.files.structure(file)
        assert seen is not None and seen.classes == []
        tx.rollback()
    with client.transaction(read_only=True) as tx:
        again = tx.files.structure(file)
        assert again is not None and again.classes == []
        assert tx.projects.statistics(file.project_id) is not None
