"""A database server behind the driver process, beside clients that connect themselves.

One server for all, with what it acknowledges on disk; each peer has a database of its
own on it.
"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Dict, Sequence, Tuple, Type

from tests.servers.search import make_server

from ..crowd import StepMaker
from ..operation import insert_step, select_step
from ..peers.base import PeerMaker
from ..peers.connection_echo import ConnectionEcho
from ..peers.direct_mysql import MySQLPeer
from ..peers.direct_postgres import CopyPeer, ValuesPeer
from ..peers.direct_server import DirectServerPeer
from ..peers.product import ProductPeer
from ..peers.product_server import ServerProductPeer
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from .base import Scenario
from .bulk import Transfer, insert_many, measure_transfers, select_all
from .throughput import measure_crowds

POOL_SIZE = 8
_DRIVER_DATABASE = "driver"


class DatabaseServer(Scenario):
    """The same work on one kind of server.

    Attributes:
        kind: the driver's type.
        title: how the figures call it.
        loaders: ways to load rows with the server's package; calls and reads are
            compared with the first.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    loaders: ClassVar[Sequence[Type[DirectServerPeer]]]

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure calls, transfers and crowds."""
        outcome = Outcome([], [])
        with closing(make_server(self.kind, durable=True)) as server:
            self._server = server
            self._connections = 0
            server.administration.create_database(_DRIVER_DATABASE)
            for loader in self.loaders:
                server.administration.create_database(_database(loader))
            self._one_client(plan, directory / "one", outcome)
            self._transfers(plan, directory, outcome)
            self._crowds(plan, directory, outcome)
        return outcome

    # --- peers --------------------------------------------------------------------

    def _product(self) -> PeerMaker:
        """Return the maker of the product's peer."""
        configuration = self._server.address.config(
            _DRIVER_DATABASE, connection_pool_size=POOL_SIZE
        )
        return partial(ServerProductPeer, configuration)

    def _direct(self, peer: Type[DirectServerPeer]) -> PeerMaker:
        """Return the maker of a peer that connects by itself."""
        config: Dict[str, Any] = self._server.address.config(_database(peer))["config"]
        return partial(peer, config)

    # --- what is measured ---------------------------------------------------------

    def _one_client(self, plan: Plan, directory: Path, outcome: Outcome) -> None:
        """Measure point selects of one client, beside a raw echo."""
        rival = self.loaders[0]
        samples = measure_crowds(
            (ConnectionEcho, self._product(), self._direct(rival)),
            select_step,
            1,
            plan.seconds,
            plan.rounds,
            directory,
        )
        figure = f"{self.title}, point select, 1 client, p50"
        outcome.readings.extend(
            Reading(figure, name, sample.p50 * 1e6, "µs")
            for name, sample in samples.items()
        )
        more = samples[ProductPeer.name].p50 - samples[rival.name].p50
        outcome.goals.append(
            Goal(
                f"{figure}: more than {rival.name}'s, in raw echoes",
                Bound.AT_MOST,
                1.0,
                more / samples[ConnectionEcho.name].p50,
            )
        )

    def _transfers(self, plan: Plan, directory: Path, outcome: Outcome) -> None:
        """Measure 100,000 rows in both directions."""
        transfers: Sequence[Tuple[str, Transfer, Sequence[Type[DirectServerPeer]]]] = (
            ("insert_many", insert_many, self.loaders),
            ("select", select_all, self.loaders[:1]),
        )
        for label, transfer, rivals in transfers:
            rates = measure_transfers(
                [self._product(), *map(self._direct, rivals)],
                transfer,
                plan.bulk_rows,
                plan.rounds,
                directory / label,
            )
            figure = f"{self.title}, {label} of {plan.bulk_rows:,} rows"
            outcome.readings.extend(
                Reading(figure, name, rate, "rows/s") for name, rate in rates.items()
            )
            outcome.goals.extend(
                Goal(
                    f"{figure} as dicts: speed to {rival.name}'s",
                    Bound.AT_LEAST,
                    0.7,
                    rates[ProductPeer.name] / rates[rival.name],
                )
                for rival in rivals
            )

    def _crowds(self, plan: Plan, directory: Path, outcome: Outcome) -> None:
        """Measure many clients over a small pool, beside a connection for each."""
        rival, size = self.loaders[0], plan.most_clients
        steps: Sequence[Tuple[str, StepMaker, float, float]] = (
            ("point selects", select_step, plan.seconds, 0.5),
            ("durable inserts", insert_step, plan.write_seconds, 1.0),
        )
        for what, make_step, seconds, least in steps:
            figure = f"{self.title}, {what}, {size} clients"
            samples = measure_crowds(
                (self._product(), self._direct(rival)),
                make_step,
                size,
                seconds,
                plan.rounds,
                directory / what.replace(" ", "-"),
                self._count_connections,
            )
            ours, theirs = samples[ProductPeer.name], samples[rival.name]
            outcome.readings.extend(
                Reading(figure, name, sample.rate, "calls/s")
                for name, sample in samples.items()
            )
            outcome.readings.extend(
                Reading(f"{figure}, slowest call", name, sample.slowest * 1e3, "ms")
                for name, sample in samples.items()
            )
            outcome.goals.extend(
                [
                    Goal(
                        f"{figure}: throughput to {rival.name}'s",
                        Bound.AT_LEAST,
                        least,
                        ours.rate / theirs.rate,
                    ),
                    Goal(
                        f"{figure}: slowest call to {rival.name}'s",
                        Bound.AT_MOST,
                        1.0,
                        ours.slowest / theirs.slowest,
                    ),
                ]
            )
        outcome.goals.append(
            Goal(
                f"{self.title}, {size} clients: the driver's connections",
                Bound.AT_MOST,
                POOL_SIZE,
                self._connections,
                "connections",
            )
        )

    def _count_connections(self) -> None:
        """Note how many connections the driver has on the server."""
        found = len(self._server.administration.connections(_DRIVER_DATABASE))
        self._connections = max(self._connections, found)


class Postgres(DatabaseServer):
    """PostgreSQL."""

    name: ClassVar[str] = "postgres"
    kind = "postgres"
    title = "PostgreSQL"
    loaders = (CopyPeer, ValuesPeer)


class MySQL(DatabaseServer):
    """MySQL or MariaDB, whichever is there."""

    name: ClassVar[str] = "mysql"
    kind = "mysql"
    title = "MySQL"
    loaders = (MySQLPeer,)


def _database(peer: Type[DirectServerPeer]) -> str:
    """Return the name of a peer's database."""
    return peer.__name__.lower()
