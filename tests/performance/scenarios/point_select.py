"""Point select by key from one client, on one core and on two.

Where the kernel puts the two processes decides a round trip, so both placements are
measured, each with client and server pinned.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import ClassVar, Dict, List

from ..affinity import FIRST, SECOND, Cores, pin
from ..crowd import Crowd
from ..operation import POINT_KEYS, select_step
from ..peers.base import Peer
from ..peers.base_manager import ManagerPeer
from ..peers.connection_echo import ConnectionEcho
from ..peers.product import ProductPeer
from ..peers.pyro import PyroPeer
from ..peers.rpyc_service import RpycPeer
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from ..sample import Sample
from ..turns import in_turns
from .base import Scenario

PEERS = (ConnectionEcho, ProductPeer, ManagerPeer, PyroPeer, RpycPeer)
RIVALS = (ManagerPeer, PyroPeer, RpycPeer)

#: the server's cores (the client has the first), and the most that p50 may be of the
#: raw echo's
PLACEMENTS = {"one core": (FIRST, 2.2), "two cores": (SECOND, 1.5)}


class PointSelect(Scenario):
    """One client reads row after row."""

    name: ClassVar[str] = "point-select"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure all peers in both placements."""
        outcome = Outcome([], [])
        with ExitStack() as stack:
            crowds: Dict[Peer, Crowd] = {}
            for peer_class in PEERS:
                peer = stack.enter_context(peer_class(directory, POINT_KEYS))
                crowds[peer] = stack.enter_context(
                    Crowd(peer.connector, select_step, 1)
                )
            for placement, (server_cores, limit) in PLACEMENTS.items():
                found = in_turns(
                    {
                        peer.name: partial(_measure, peer, crowd, server_cores, plan)
                        for peer, crowd in crowds.items()
                    },
                    plan.rounds,
                )
                samples = {name: Sample.median_of(found[name]) for name in found}
                outcome.readings.extend(_readings(placement, samples))
                outcome.goals.extend(_goals(placement, samples, limit))
        return outcome


def _measure(peer: Peer, crowd: Crowd, server_cores: Cores, plan: Plan) -> Sample:
    """Pin client and server and measure one round."""
    for client_pid in crowd.pids:
        pin(client_pid, FIRST)
    if peer.server_pid is not None:
        pin(peer.server_pid, server_cores)
    return crowd.measure(plan.seconds)


def _readings(placement: str, samples: Dict[str, Sample]) -> List[Reading]:
    """Return p50 and p99 of every peer."""
    return [
        Reading(f"point select, {placement}, {label}", name, value * 1e6, "µs")
        for label in ("p50", "p99")
        for name, sample in samples.items()
        for value in (getattr(sample, label),)
    ]


def _goals(placement: str, samples: Dict[str, Sample], limit: float) -> List[Goal]:
    """Compare with the raw echo, and with the best rival at p50 and at p99."""
    ours = samples[ProductPeer.name]
    rivals = [samples[rival.name] for rival in RIVALS]
    echo = samples[ConnectionEcho.name]
    title = f"point select, 1 client, {placement}"
    return [
        Goal(f"{title}: p50 to raw echo's", Bound.AT_MOST, limit, ours.p50 / echo.p50),
        Goal(
            f"{title}: p50 to the best rival's",
            Bound.AT_MOST,
            1.0,
            ours.p50 / min(rival.p50 for rival in rivals),
        ),
        Goal(
            f"{title}: p99 to the best rival's",
            Bound.AT_MOST,
            1.0,
            ours.p99 / min(rival.p99 for rival in rivals),
        ),
    ]
