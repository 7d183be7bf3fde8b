"""Random tables, calls, transactions and savepoints, everywhere at once."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Iterator

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from ...conftest import KINDS, PlaceOf
from ...unified.direct_database import DirectDatabase
from ..examples import share
from .machine import Databases, RandomCalls


@pytest.fixture(params=["driver", "process"])
def databases(request: pytest.FixtureRequest, place_of: PlaceOf) -> Iterator[Databases]:
    """Every database that there is, by its kind; all in the same way."""
    with ExitStack() as stack:
        found: Databases = {}
        for kind in KINDS:
            try:
                place = place_of(kind)
            except pytest.skip.Exception:
                # It is missing here; the cases for one kind say what to install.
                continue
            if request.param == "process":
                found[kind] = stack.enter_context(place.client()).rpc
            else:
                driver = place.connect()
                stack.callback(driver.disconnect)
                found[kind] = DirectDatabase(driver)
        yield found


def test_every_database_does_what_the_model_does(databases: Databases) -> None:
    class Machine(RandomCalls):
        """Random calls on these databases."""

        def __init__(self) -> None:
            """Run on them."""
            super().__init__(databases)

    run_state_machine_as_test(
        Machine, settings=settings(share(12), stateful_step_count=30)
    )
