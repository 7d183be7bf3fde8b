"""Other processes of a test, and what a test waits with."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Callable, Iterator, List, Optional, Tuple

from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import DriverError

DEADLINE = 30.0
Program = subprocess.Popen[str]

ROOT = Path(__file__).parents[2]
_CLIENT = """
import os, signal, sys, threading, time
from code_analysis_db.client import DatabaseClient
client = DatabaseClient.connect(sys.argv[1])
rpc, table = client.rpc, sys.argv[2]
"""
_STRANGER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[3:]:
    connection.execute(statement)
print("locked", flush=True)
if float(sys.argv[2]):
    time.sleep(float(sys.argv[2]))
else:
    sys.stdin.readline()
connection.close()
print("free", flush=True)
"""


def start_program(source: str, *arguments: object) -> Program:
    """Start Python code in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(source), *map(str, arguments)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def start_client(source: str, process: DriverProcess, table: str) -> Program:
    """Start code that has a ``client``, its ``rpc`` and the name of a ``table``."""
    text = _CLIENT + textwrap.dedent(source)
    return start_program(text, process.endpoint, table)


def read_line(program: Program) -> str:
    """Wait for a line of a program's output."""
    assert program.stdout is not None
    return program.stdout.readline().strip()


@contextmanager
def locking(path: Path, *statements: str, seconds: float = 0.0) -> Iterator[Program]:
    """Have a stranger run SQL on a file, and keep the lock that this takes for the
    block, or for ``seconds``."""
    stranger = start_program(_STRANGER, path, seconds, *statements)
    assert read_line(stranger) == "locked"
    try:
        yield stranger
    finally:
        stranger.communicate("\n", timeout=DEADLINE)
    assert stranger.returncode == 0


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a condition that no event announces."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def at_once(calls: List[Callable[[], Any]]) -> List[Tuple[Any, Optional[DriverError]]]:
    """Make the calls on a thread each, and return (result, error) of each."""
    outcomes: List[Tuple[Any, Optional[DriverError]]] = [(None, None)] * len(calls)
    ready = threading.Barrier(len(calls))

    def run(place: int) -> None:
        """Make one call, when all are ready."""
        ready.wait(DEADLINE)
        try:
            outcomes[place] = (calls[place](), None)
        except DriverError as error:
            outcomes[place] = (None, error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
        assert not thread.is_alive()
    return outcomes


def pid_of(process: DriverProcess) -> int:
    """Return the process id of a driver, which there must be."""
    pid = process.pid
    assert pid is not None
    return pid


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def no_descriptors_left(pid: int) -> Iterator[None]:
    """Let a process open nothing for the block."""
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    used = set(map(int, os.listdir(f"/proc/{pid}/fd")))
    free = next(number for number in count() if number not in used)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (free, limits[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
