"""100,000 rows made objects, beside the same rows as dicts, in one process."""

from __future__ import annotations

import gc
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Callable, ClassVar, Dict, List, Optional, Tuple

import attrs

from code_analysis_db import DatabaseClient, DriverProcess, Endpoint
from code_analysis_db.client.mapping import PrimaryKey, mapped, new_id
from code_analysis_db.client.objects import Function, Project
from code_analysis_db.client.repository import Repository

from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from ..turns import in_fresh_process, in_turns
from ..workload import TABLE_NAME, make_rows
from .base import Scenario

DICTS, OBJECTS, STREAMED = "dicts", "objects", "objects, streamed"


@mapped(TABLE_NAME)
@attrs.define
class Item:
    """A row of the workload: texts and numbers, which travel fastest as dicts."""

    name: str
    path: str
    size: int
    mtime: Optional[float]
    note: Optional[str]
    id: Annotated[Optional[int], PrimaryKey()] = None


def read_whole(endpoint: Endpoint, cls: type, how: str, row_count: int) -> float:
    """Return the seconds of this process's work that a read of all rows takes."""
    with DatabaseClient.connect(endpoint) as client:
        repository: Repository[Any] = client.repository(cls)
        table_name = repository.steps.mapper.table_name
        read: Dict[str, Callable[[], List[Any]]] = {
            DICTS: lambda: client.rpc.select(table_name),
            OBJECTS: repository.find,
            STREAMED: lambda: list(repository.find_iter()),
        }
        assert repository.exists()
        gc.collect()
        before = time.process_time()
        rows = read[how]()
        seconds = time.process_time() - before
        assert len(rows) == row_count, f"{len(rows)} rows instead of {row_count}"
    return seconds


def fill(client: DatabaseClient, row_count: int) -> None:
    """Store as many objects of each class."""
    client.repository(Item).create_many(make_rows(row_count))
    project = client.projects.save(Project(name="a", root_path="/a"))
    file = client.files.create(project_id=project.id, path="/a/a.py")
    client.functions.create_many(
        {
            "file_id": file.id,
            "name": f"function_{number}",
            "line": number,
            "args": ["first", "second"],
            "id": new_id(),
        }
        for number in range(row_count)
    )


class Objects(Scenario):
    """Objects of plain values, and of ids, times and lists."""

    name: ClassVar[str] = "objects"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure the client's own work, in turns."""
        outcome = Outcome([], [])
        count = plan.bulk_rows
        config = {"type": "sqlite", "config": {"path": str(directory / "objects.db")}}
        with DriverProcess(config) as client:
            fill(client, count)
            kinds: Tuple[type, ...] = (Item, Function)
            for cls in kinds:
                found = in_turns(
                    {
                        how: partial(
                            in_fresh_process,
                            read_whole,
                            client.endpoint,
                            cls,
                            how,
                            count,
                        )
                        for how in (DICTS, OBJECTS, STREAMED)
                    },
                    plan.rounds,
                )
                seconds = {how: median(of_how) for how, of_how in found.items()}
                figure = f"work of reading {count:,} rows of {cls.__name__!r}"
                outcome.readings.extend(
                    Reading(figure, how, taken * 1e6 / count, "us a row")
                    for how, taken in seconds.items()
                )
                outcome.goals.append(
                    Goal(
                        f"{figure} as objects: to that as dicts",
                        Bound.AT_MOST,
                        2.5,
                        seconds[OBJECTS] / seconds[DICTS],
                    )
                )
        return outcome
