"""How much a run measures: the full form, and a short one that shows that it works."""

from __future__ import annotations

import attrs


@attrs.frozen(slots=True)
class Plan:
    """The sizes of a run.

    Attributes:
        name: how the results call it.
        rounds: how often each peer is measured, in turns with the others.
        seconds: length of one measurement of calls.
        write_seconds: the same for durable writes, long enough for writers that
            starve to be seen.
        idle_seconds: how long an idle driver is watched.
        few_clients, many_clients, most_clients: sizes of the crowds.
        bulk_rows: rows of one bulk write or read.
        stream_rows: rows of a streamed read, and of a table that is rebuilt.
        tables: of a schema that is compared.
        source_files: how many files of the standard library are indexed at most.
    """

    name: str
    rounds: int
    seconds: float
    write_seconds: float
    idle_seconds: float
    few_clients: int
    many_clients: int
    most_clients: int
    bulk_rows: int
    stream_rows: int
    tables: int
    source_files: int


FULL = Plan(
    name="full",
    rounds=5,
    seconds=1.5,
    write_seconds=5.0,
    idle_seconds=15.0,
    few_clients=8,
    many_clients=16,
    most_clients=32,
    bulk_rows=100_000,
    stream_rows=1_000_000,
    tables=200,
    source_files=1_000_000,
)
SHORT = Plan(
    name="short",
    rounds=1,
    seconds=0.1,
    write_seconds=0.1,
    idle_seconds=0.1,
    few_clients=1,
    many_clients=2,
    most_clients=2,
    bulk_rows=2_000,
    stream_rows=20_000,
    tables=5,
    source_files=12,
)
