"""Says why a driver process ended, in a line that a person can act on."""

from __future__ import annotations

import signal
from typing import Optional, Sequence

_DUMP_BYTES = 4000


def describe_exit(exit_code: Optional[int]) -> str:
    """Return how the process ended: an exit code or a signal's name."""
    if exit_code is None:
        return "ended (its exit code was collected by somebody else)"
    if exit_code >= 0:
        return f"ended with exit code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    return f"was killed by {name}"


def exit_report(
    exit_code: Optional[int],
    cause: Optional[str],
    log_lines: Sequence[str],
    crash_file: str,
) -> str:
    """Return the reason of a death.

    Args:
        cause: what the supervisor had against the process, None where it ended by
            itself.
        log_lines: the last log lines of the process.
        crash_file: where it dumped its stacks, if it did.
    """
    parts = [f"the driver process {describe_exit(exit_code)}"]
    if cause:
        parts[0] = f"{cause}; {parts[0]}"
    if log_lines:
        parts.append("its last log lines:\n  " + "\n  ".join(log_lines))
    dump = _tail(crash_file)
    if dump:
        parts.append(f"its stacks:\n{dump}")
    return "; ".join(parts)


def _tail(path: str) -> str:
    """Return the end of a text file, ``""`` where there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()[-_DUMP_BYTES:].strip()
    except OSError:
        return ""
