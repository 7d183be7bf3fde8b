"""Where a client can be used, and what happens elsewhere."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
import threading
from typing import List

import pytest

from code_analysis_db import AsyncDatabaseClient, Endpoint
from code_analysis_db.exceptions import DriverConnectionError

from .in_loop import in_loop, until
from .statements import ENDLESS


def test_client_of_a_loop_that_has_ended_says_so(endpoint: Endpoint) -> None:
    """A second ``asyncio.run`` needs a client of its own; closing is no error."""
    client = asyncio.run(_connect(endpoint))

    async def use() -> None:
        """Use and close it in another loop."""
        with pytest.raises(DriverConnectionError, match="another event loop"):
            await client.rpc.ping()
        with pytest.raises(DriverConnectionError, match="another event loop"):
            client.rpc.select_iter("nowhere")
        await client.close()

    asyncio.run(use())


async def _connect(endpoint: Endpoint) -> AsyncDatabaseClient:
    """Return a client."""
    return await AsyncDatabaseClient.connect(endpoint)


@in_loop
async def test_loop_of_another_thread_is_refused(endpoint: Endpoint) -> None:
    """Its use and its closing, while the client's own loop runs."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        errors: List[BaseException] = []

        async def misuse() -> None:
            """Try everything that would touch the connections."""
            for attempt in (
                client.rpc.ping,
                client.rpc.begin_transaction,
                client.close,
            ):
                try:
                    await attempt()
                except DriverConnectionError as error:
                    errors.append(error)

        thread = threading.Thread(target=lambda: asyncio.run(misuse()))
        thread.start()
        await until(lambda: not thread.is_alive())
        thread.join()
        assert [("another event loop" in str(error)) for error in errors] == [True] * 3
        await client.rpc.ping()


def test_forked_child_is_refused_and_the_parent_notices_nothing(
    endpoint: Endpoint,
) -> None:
    """The child has copies of the descriptors and of the loop."""

    async def main() -> None:
        """Fork while a request is under way."""
        async with AsyncDatabaseClient.connect(endpoint) as client:
            waiting = asyncio.create_task(client.rpc.execute(ENDLESS))
            await client.rpc.ping()
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    with pytest.raises(DriverConnectionError, match="forked"):
                        await client.rpc.ping()
                    with pytest.raises(DriverConnectionError, match="forked"):
                        await waiting
                    await client.close()
                    status = 0
                finally:
                    sys.stderr.flush()
                    os._exit(status)
            while os.waitpid(child, os.WNOHANG) == (0, 0):
                await client.rpc.ping(timeout=5)
            assert not waiting.done()
            waiting.cancel()
            await client.rpc.ping(timeout=5)

    asyncio.run(asyncio.wait_for(main(), 60))


@in_loop
async def test_client_is_not_pickled(endpoint: Endpoint) -> None:
    """The error says what to hand over instead."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        with pytest.raises(TypeError, match="hand over its endpoint"):
            pickle.dumps(client)
        assert endpoint.key.hex() not in repr(client)
