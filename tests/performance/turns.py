"""Measuring peers in turns, and work in a process of its own."""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing.connection import Connection
from typing import Any, Callable, Dict, List, Mapping, TypeVar

_T = TypeVar("_T")


def in_turns(
    measures: Mapping[str, Callable[[], _T]], rounds: int
) -> Dict[str, List[_T]]:
    """Take each measure ``rounds`` times, one after the other, and then again.

    Every second round goes backwards, so that nobody always follows the same peer.
    """
    found: Dict[str, List[_T]] = {name: [] for name in measures}
    names = list(measures)
    for _ in range(rounds):
        for name in names:
            found[name].append(measures[name]())
        names.reverse()
    return found


def in_fresh_process(function: Callable[..., _T], *args: object) -> _T:
    """Return what a module-level function returns in a new Python process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send_result, args=(theirs, function, args))
    process.start()
    theirs.close()
    try:
        result: _T = ours.recv()
    except EOFError:
        sys.exit(f"the process of {function.__name__} failed")
    finally:
        process.join()
        ours.close()
    return result


def _send_result(
    result: Connection, function: Callable[..., Any], args: tuple[object, ...]
) -> None:
    """Call the function and send what it returns."""
    result.send(function(*args))
