"""A client in other processes: forked, pickled, interrupted."""

from __future__ import annotations

import os
import pickle
import random
import re
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import suppress
from pathlib import Path

import pytest

from code_analysis_db.client import DatabaseClient

# What the interpreter says, and goes on, where an interrupt meets the finalizer of a
# connection that was dropped: https://docs.python.org/3/reference/datamodel.html
_IN_FINALIZER = re.compile(
    r"Exception ignored in: <function _ConnectionBase\.__del__"
    r".*?\nKeyboardInterrupt: ?\n",
    re.DOTALL,
)

ROOT = Path(__file__).parents[2]
HEAD = """
import os, pickle, signal, sys, threading, time, warnings
from code_analysis_db.client import DatabaseClient
# Python 3.12 and later warn of every fork of a program with threads.
warnings.filterwarnings("ignore", "This process", DeprecationWarning)
client = DatabaseClient.connect(sys.argv[1])
rpc, table = client.rpc, sys.argv[2]

def in_child(work):
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""


def start(
    source: str, client: DatabaseClient, table: str, measured: bool = True
) -> "subprocess.Popen[str]":
    """Start a program that has a client of its own.

    Args:
        measured: coverage may look on, whose own lock an interrupt can leave locked.
    """
    names = [name for name in os.environ if measured or not name.startswith("COV")]
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + textwrap.dedent(source)]
        + [str(client.endpoint), table],
        cwd=ROOT,
        env={name: os.environ[name] for name in names},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(source: str, client: DatabaseClient, table: str) -> str:
    """Run such a program to its end and return what it printed."""
    process = start(source, client, table)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "Warning" not in errors
    return output


def test_forked_child_and_its_parent_use_connections_of_their_own(
    client: DatabaseClient, table: str
) -> None:
    """Shared ones would mix up their replies."""
    run(
        """
        def work():
            for n in range(200):
                row_id = rpc.insert(table, {"size": os.getpid()})
                assert rpc.select(table, {"id": row_id})[0]["size"] == os.getpid()

        rpc.ping()
        pids = [os.fork() for _ in range(2)]
        work()
        if all(pids):
            assert [os.waitpid(pid, 0)[1] for pid in pids] == [0, 0]
        else:
            os._exit(0)
        """,
        client,
        table,
    )
    assert client.rpc.count(table) == 800
    sizes = client.rpc.select(table, columns=["size"], distinct=True)
    assert len(sizes) == 4


def test_child_that_ends_does_not_end_its_parents_transaction(
    client: DatabaseClient, table: str
) -> None:
    run(
        """
        from code_analysis_db.exceptions import DriverTransactionError
        with client.transaction(write=True) as tx:
            tx.insert(table, {"name": "parent"})

            def work():
                try:
                    tx.insert(table, {"name": "child"})
                except DriverTransactionError:
                    pass
                else:
                    raise AssertionError("the child wrote in the parent's transaction")
                try:
                    tx.rollback()
                except DriverTransactionError:
                    pass
                client.close()

            assert in_child(work) == 0
            assert tx.count(table) == 1
        """,
        client,
        table,
    )
    assert client.rpc.select(table, columns=["name"]) == [{"name": "parent"}]


def test_child_does_not_keep_its_parents_transaction_open(
    client: DatabaseClient, table: str
) -> None:
    """A descriptor that the child had kept would keep the connection alive."""
    process = start(
        """
        with client.transaction(write=True) as tx:
            tx.insert(table, {"name": "parent"})
            if os.fork() == 0:
                print("ready", flush=True)
                sys.stdin.read()
                os._exit(0)
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        """,
        client,
        table,
    )
    assert process.stdout is not None and process.stdin is not None
    assert process.stdout.readline() == "ready\n"
    assert client.rpc.insert(table, {"name": "other"}, timeout=20) == 1
    process.communicate(timeout=20)


def test_fork_while_other_threads_call_leaves_the_child_free_to_call(
    client: DatabaseClient, table: str
) -> None:
    run(
        """
        stop = threading.Event()

        def busy():
            while not stop.is_set():
                rpc.select(table)

        threads = [threading.Thread(target=busy) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(10):
                assert in_child(lambda: rpc.insert(table, {"size": 1})) == 0
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        """,
        client,
        table,
    )
    assert client.rpc.count(table) == 10


def test_open_stream_goes_on_in_the_parent_after_a_fork(
    client: DatabaseClient, table: str
) -> None:
    client.rpc.insert_many(table, [{"size": n} for n in range(5000)])
    run(
        """
        with rpc.select_iter(table, order_by="id", chunk_size=100) as stream:
            first = next(stream)
            assert in_child(lambda: rpc.count(table)) == 0
            assert in_child(stream.close) == 0
            assert [r["size"] for r in [first, *stream]] == list(range(5000))
        """,
        client,
        table,
    )


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_client_reaches_another_process_by_pickle(
    client: DatabaseClient, table: str, method: str
) -> None:
    output = run(
        f"""
        import multiprocessing
        context = multiprocessing.get_context({method!r})
        with context.Pool(2) as pool:
            row = {{"size": 5}}
            ids = pool.starmap(rpc.insert, [(table, row)] * 10)
            print(sorted(ids), pool.apply(client.rpc.count, (table,)))
        """,
        client,
        table,
    )
    assert output.split("]")[1] == " 10\n"


def test_pickle_holds_the_endpoint_and_the_settings_and_connects_when_used(
    client: DatabaseClient, table: str
) -> None:
    original = DatabaseClient.connect(
        client.endpoint, default_timeout=7.5, reconnect_timeout=3, max_connections=2
    )
    with original:
        data = pickle.dumps(original)
    with pickle.loads(data) as copy:
        assert copy.endpoint == client.endpoint
        settings = copy._caller
        assert settings.default_timeout == 7.5
        assert settings.reconnect_timeout == 3
        assert settings.max_connections == 2
        assert copy.rpc.insert(table, {"name": "a"}) == 1


def test_key_is_shown_by_no_representation(client: DatabaseClient) -> None:
    key = client.endpoint.key.hex()
    assert key in str(client.endpoint)
    assert key not in repr(client) + str(client) + repr(client.endpoint)


@pytest.mark.parametrize("owner", ["rpc", "tx"])
def test_ctrl_c_stops_the_statement_and_leaves_the_connection_usable(
    client: DatabaseClient, table: str, owner: str
) -> None:
    process = start(
        f"""
        ENDLESS = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            " SELECT count(*) FROM n"
        )

        def tell_when_waiting(main):
            while sys._current_frames()[main].f_code.co_name != "receive":
                time.sleep(0.001)
            print("waiting", flush=True)

        with client.transaction() as tx:
            tx.insert(table, {{"name": "before"}})
            connections = rpc.stats()["clients"]
            main = threading.get_ident()
            threading.Thread(target=tell_when_waiting, args=(main,)).start()
            try:
                {owner}.execute(ENDLESS)
            except KeyboardInterrupt:
                print("interrupted", flush=True)
            assert tx.insert(table, {{"name": "after"}}) == 2
            assert rpc.stats()["clients"] == connections
        """,
        client,
        table,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (0, "interrupted\n"), errors
    assert client.rpc.count(table) == 2


def test_ctrl_c_at_any_moment_never_mixes_up_replies(
    client: DatabaseClient, table: str
) -> None:
    """Interrupts rain on a program that checks every answer that it gets."""
    client.rpc.insert_many(table, [{"size": n} for n in range(3000)])
    process = start(
        """
        armed = False

        def interrupt(*_):
            global armed
            if armed:
                armed = False
                raise KeyboardInterrupt

        signal.signal(signal.SIGINT, interrupt)
        sizes = {row["id"]: row["size"] for row in rpc.select(table)}
        interrupts = n = 0
        print("ready", flush=True)
        while interrupts < 200:
            try:
                while True:
                    armed = True
                    n = n % 3000 + 1
                    assert rpc.select(table, {"id": n}) == [
                        {"id": n, "name": None, "size": sizes[n]}
                    ]
                    if n % 50 == 0:
                        assert len(rpc.select(table)) == 3000
            except KeyboardInterrupt:
                interrupts += 1
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        """,
        client,
        table,
        measured=False,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    give_up = time.monotonic() + 60
    while process.poll() is None:
        if time.monotonic() > give_up:
            process.kill()
            pytest.fail(process.communicate()[1])
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(random.uniform(0, 0.004))
    errors = process.communicate()[1]
    # Once the program has ended well, only the interpreter's own end is interrupted.
    assert process.returncode in (0, -signal.SIGINT), errors
    assert "Traceback" not in _IN_FINALIZER.sub("", errors)
