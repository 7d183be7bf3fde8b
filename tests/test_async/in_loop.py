"""Tests that are coroutines."""

from __future__ import annotations

import asyncio
from functools import wraps
from typing import Any, Awaitable, Callable, ParamSpec

P = ParamSpec("P")

# A test that waits for what never comes fails instead.
_PATIENCE = 150.0


def in_loop(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Run a test in an event loop of its own, which must have no complaints."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        """Run it to its end."""
        complaints = []

        async def main() -> None:
            """Run it, and hear what the loop has to say."""
            asyncio.get_running_loop().set_exception_handler(
                lambda _, context: complaints.append(context)
            )
            await asyncio.wait_for(test(*args, **kwargs), _PATIENCE)

        asyncio.run(main())
        assert not complaints

    return run


async def until(holds: Callable[[], Any], seconds: float = 10.0) -> None:
    """Wait until something holds that nobody tells of."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + seconds
    while not holds():
        assert loop.time() < give_up, "it did not come to hold in time"
        await asyncio.sleep(0.005)


async def until_told(asks: Callable[[], Awaitable[Any]], seconds: float = 10.0) -> None:
    """Wait until something is answered with a true value."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + seconds
    while not await asks():
        assert loop.time() < give_up, "it was not answered so in time"
        await asyncio.sleep(0.005)
