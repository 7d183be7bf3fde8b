"""A child process with a fresh interpreter that does not import the caller's main.

``multiprocessing``'s spawn method runs the program's main module again in each child,
so that a script without a main guard starts children without end.  A driver needs
nothing of that module.  Beside that, this differs from the standard library's spawn:

* the child's ends of the pipes are closed before the instructions are written, so that
  a child that dies at once is a broken pipe and not a hang
  (https://github.com/python/cpython/issues/118981);
* the program's default start method is not fixed by asking for it, and no resource
  tracker process is started: drivers share no semaphores and no memory;
* the process is not among ``multiprocessing.active_children()``: a process forked off
  the caller would terminate it there when it ends;
* the end of the process is seen through a pidfd where the system has them; the
  standard library's pipe stays open as long as anything forked off in between lives.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import ExitStack
from multiprocessing import current_process, process, reduction, spawn, util
from multiprocessing.context import SpawnProcess, set_spawning_popen
from multiprocessing.popen_spawn_posix import Popen
from multiprocessing.process import BaseProcess
from pickle import PicklingError
from typing import Any, Callable, Dict, List, Optional, Tuple

from ..exceptions import ConfigurationError, DriverStartError

# The child takes these first of all (see child.py); until then they must not reach it.
# Ctrl-C goes to the whole process group of a terminal.
_BLOCKED_AT_START = {signal.SIGINT, signal.SIGTERM}


class SpawnedProcess(Popen):
    """A running child process.

    Attributes:
        pid: its process id.
        sentinel: a descriptor that is readable once the process has ended.
    """

    _fds: List[int]
    _is_reaped = False
    pid: int
    sentinel: int

    def _launch(self, process_obj: BaseProcess) -> None:
        """Start the interpreter and write down for it what to run."""
        instructions = self._instructions(process_obj)
        with ExitStack() as parents, ExitStack() as childs:
            alive_read, alive_write = os.pipe()
            parents.callback(os.close, alive_read)
            childs.callback(os.close, alive_write)
            child_read, child_write = os.pipe()
            childs.callback(os.close, child_read)
            parents.callback(os.close, child_write)
            command = spawn.get_command_line(pipe_handle=child_read)
            self._fds += [child_read, alive_write]
            self.pid = _spawn_unblocked(command, self._fds)
            childs.close()
            self.sentinel = alive_read
            pidfd = _open_pidfd(self.pid)
            if pidfd is not None:
                parents.callback(os.close, pidfd)
                self.sentinel = pidfd
            _write_all(child_write, instructions)
            # The child takes the end of this pipe for the end of its parent: it stays
            # open until the process object is closed.
            self.finalizer = util.Finalize(self, parents.pop_all().close)

    def _instructions(self, process_obj: BaseProcess) -> bytes:
        """Return what the child reads: its surroundings, then the process object."""
        stream = io.BytesIO()
        set_spawning_popen(self)
        try:
            reduction.dump(_surroundings(process_obj.name), stream)
            reduction.dump(process_obj, stream)
        except (PicklingError, TypeError, AttributeError) as error:
            # The pickler has an exception for each kind of what it cannot take.
            raise ConfigurationError(
                f"the configuration cannot be handed to a process: {error}"
            ) from error
        finally:
            set_spawning_popen(None)
        return stream.getvalue()

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended; its id may be another's then."""
        if self._is_reaped:
            return
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            # The program has its children reaped for it (SIGCHLD is ignored).
            self._is_reaped = True

    def reap(self) -> Optional[int]:
        """Collect the exit code of the process, which has ended, and close it.

        None where somebody else collected it before.
        """
        code = self.poll(0)
        self._is_reaped = True
        self.close()
        return code


def spawn_process(
    target: Callable[..., None], args: Tuple[Any, ...], name: str
) -> SpawnedProcess:
    """Run ``target(*args)`` in a child process; both must be picklable.

    Environment, working directory, ``sys.path`` and the interpreter's flags are those
    of the caller.

    Raises:
        ConfigurationError: ``args`` cannot be pickled.
        DriverStartError: the calling process may not have children, or the system
            refuses to start one.
    """
    require_parenthood()
    try:
        return SpawnedProcess(SpawnProcess(target=target, args=args, name=name))
    except OSError as error:
        raise DriverStartError(f"cannot start a process: {error}") from error


def require_parenthood() -> None:
    """Refuse to start a driver in a daemonic process.

    Raises:
        DriverStartError: ``multiprocessing`` kills this process without a word to its
            children.
    """
    if current_process().daemon:
        raise DriverStartError(
            f"the daemonic process {current_process().name!r} (a pool's worker?) cannot"
            " start a driver; start it in the main process and hand its endpoint over"
        )


def _surroundings(name: str) -> Dict[str, Any]:
    """Return the preparation data that ``multiprocessing.spawn.prepare`` takes.

    The entries that would import the caller's main module are not among them; the
    working directory and the environment are inherited.
    """
    original = getattr(process, "ORIGINAL_DIR", None) or ""
    return {
        "name": name,
        "sys_path": [entry or original for entry in sys.path],
    }


def _spawn_unblocked(command: List[Any], descriptors: List[int]) -> int:
    """Start the command with the signal mask that a new driver needs.

    The mask of the calling thread, which the child inherits, may be any.
    """
    before = signal.pthread_sigmask(signal.SIG_SETMASK, _BLOCKED_AT_START)
    try:
        executable = os.fsencode(spawn.get_executable())
        return util.spawnv_passfds(executable, command, descriptors)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _open_pidfd(pid: int) -> Optional[int]:
    """Return a descriptor of the process, None where the system has no such thing."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


def _write_all(descriptor: int, data: bytes) -> None:
    """Write all of ``data`` to a child."""
    remaining = memoryview(data)
    try:
        while remaining:
            remaining = remaining[os.write(descriptor, remaining) :]
    except BrokenPipeError:
        # The child has died already; its sentinel tells.
        return
