"""Copies the beginning of a file: a program, which a backup runs beside itself.

``python copy_bytes.py SOURCE TARGET SIZE`` prints how many bytes are done, after each
portion, and at last ``error NUMBER`` where the system refuses to go on.  It imports
nothing of the package, so that it starts at once, and ends with whoever reads it.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import Iterator

PORTION = 8 << 20
_BUFFER = 1 << 20
_UNABLE = (
    errno.EXDEV,
    errno.EINVAL,
    errno.ENOSYS,
    errno.EOPNOTSUPP,
    errno.EPERM,
)
"""Why a system cannot copy between two files by itself."""


def copy_bytes(source: int, target: int, size: int) -> Iterator[int]:
    """Copy from one descriptor to another, and yield how many bytes are done.

    Raises:
        OSError: a file cannot be read or written, or the source is shorter.
    """
    copy = copy_within_system if hasattr(os, "copy_file_range") else copy_by_hand
    done = 0
    while done < size:
        count = min(PORTION, size - done)
        try:
            copied = copy(source, target, count, done)
        except OSError as error:
            if copy is copy_by_hand or error.errno not in _UNABLE:
                raise
            copy = copy_by_hand
            continue
        if not copied:
            raise OSError(errno.EIO, "the file ends too early")
        done += copied
        yield done


def copy_within_system(source: int, target: int, count: int, offset: int) -> int:
    """Have the system copy some bytes, and return how many it did."""
    return os.copy_file_range(source, target, count, offset, offset)


def copy_by_hand(source: int, target: int, count: int, offset: int) -> int:
    """Read and write some bytes, and return how many were there."""
    data = os.pread(source, min(count, _BUFFER), offset)
    written = 0
    while written < len(data):
        written += os.pwrite(target, data[written:], offset + written)
    return len(data)


def main() -> None:
    """Copy what the command line says."""
    source = os.open(sys.argv[1], os.O_RDONLY)
    target = os.open(sys.argv[2], os.O_WRONLY)
    try:
        for done in copy_bytes(source, target, int(sys.argv[3])):
            print(done, flush=True)
    except BrokenPipeError:
        os._exit(1)
    except OSError as error:
        print("error", error.errno, flush=True)


if __name__ == "__main__":
    main()
