"""How far a long piece of work has come."""

from __future__ import annotations

from typing import Callable

import attrs


@attrs.frozen(slots=True)
class Progress:
    """How far a long piece of work has come.

    Attributes:
        phase: ``"backup"``, ``"change"`` or ``"restore"``.
        table: the table that it is about, ``""`` for all of the database.
        done: rows (pages of a whole SQLite file, steps of a change) that are done.
        total: how many there are to do, as far as it is known now.
    """

    phase: str
    table: str
    done: int
    total: int


#: Is told how far the work has come; what it raises stops the work.
ProgressListener = Callable[[Progress], None]
