"""The deleting of many files, some at a time.

What belongs to a file goes with it, a hundred rows and more.  Between the pieces others
get their turn; a purge that is cut off has deleted whole files, and the next one goes
on.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any, Dict, Mapping

from ..asking import ask
from ..batch_operations import BatchOperations
from ..mapping.table_model import table_model
from ..objects import File, IndexingError
from ..steps import Steps

_FILES = table_model(File).name
_ERRORS = table_model(IndexingError).name
_PIECE = 100
_PROJECT = itemgetter("project_id")


def purge_files(where: Mapping[str, Any]) -> Steps[int]:
    """Delete the files that match, and why they could not be analysed; return how many
    files they were.

    A file that does not match any more when its turn comes stays.
    """
    purged = 0
    while True:
        found = yield from ask(
            lambda rpc: rpc.select(_FILES, where, ["id"], limit=_PIECE)
        )
        if not found:
            return purged
        piece: Dict[str, Any] = {"id": [row["id"] for row in found]}
        gone = yield from ask(
            lambda rpc: rpc.delete(
                _FILES, {"and": [piece, where]}, returning=["project_id", "path"]
            )
        )
        purged += len(gone)
        batch = BatchOperations()
        for project_id, rows in groupby(sorted(gone, key=_PROJECT), key=_PROJECT):
            paths = [row["path"] for row in rows]
            batch.delete(_ERRORS, {"project_id": project_id, "file_path": paths})
        yield from batch.steps()
