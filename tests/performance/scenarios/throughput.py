"""What the scenarios share that compare the calls a second of crowds."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Callable, Dict, Sequence

from ..crowd import Crowd, StepMaker
from ..operation import POINT_KEYS
from ..peers.base import PeerMaker
from ..sample import Sample
from ..turns import in_turns


def nothing() -> None:
    """Do nothing."""


def measure_crowds(
    peers: Sequence[PeerMaker],
    make_step: StepMaker,
    size: int,
    seconds: float,
    rounds: int,
    directory: Path,
    before_end: Callable[[], None] = nothing,
) -> Dict[str, Sample]:
    """Measure a crowd of ``size`` clients of each peer, in turns.

    Args:
        before_end: called while all peers and clients are still there.

    Returns:
        the medians over the rounds, by the peer's name.
    """
    directory.mkdir()
    with ExitStack() as stack:
        crowds: Dict[str, Crowd] = {}
        for make_peer in peers:
            peer = stack.enter_context(make_peer(directory, POINT_KEYS))
            crowds[peer.name] = stack.enter_context(
                Crowd(peer.connector, make_step, size)
            )
        found = in_turns(
            {name: partial(crowd.measure, seconds) for name, crowd in crowds.items()},
            rounds,
        )
        before_end()
    return {name: Sample.median_of(samples) for name, samples in found.items()}
