"""What one measurement of some clients gives, and how several are summed up."""

from __future__ import annotations

from array import array
from itertools import chain
from statistics import median
from typing import Iterable, Sequence

import attrs


@attrs.frozen(slots=True)
class Work:
    """What one client did in a span of time.

    Attributes:
        durations: nanoseconds of every call; there is one at least.
        nanoseconds: from the span's start to its end, or to that of the last call
            where this is later.
    """

    durations: array[int]
    nanoseconds: int


@attrs.frozen(slots=True)
class Sample:
    """The calls that some clients made in a span of time.

    Attributes:
        rate: calls a second, of all clients together.
        p50, p99, slowest: duration of a call, in seconds.
    """

    rate: float
    p50: float
    p99: float
    slowest: float

    @classmethod
    def of_clients(cls, works: Sequence[Work]) -> Sample:
        """Sum up what each client did.

        A client's own time is what its calls are divided by: so those that end after
        the span count for no more than they are, and for no less.
        """
        ordered = sorted(chain.from_iterable(work.durations for work in works))
        return cls(
            rate=sum(len(work.durations) / work.nanoseconds for work in works) * 1e9,
            p50=percentile(ordered, 0.50),
            p99=percentile(ordered, 0.99),
            slowest=ordered[-1] / 1e9,
        )

    @classmethod
    def median_of(cls, samples: Iterable[Sample]) -> Sample:
        """Return the median of each figure over the rounds."""
        rounds = list(samples)
        return cls(
            rate=median(sample.rate for sample in rounds),
            p50=median(sample.p50 for sample in rounds),
            p99=median(sample.p99 for sample in rounds),
            slowest=median(sample.slowest for sample in rounds),
        )


def percentile(ordered: Sequence[int], fraction: float) -> float:
    """Return the duration in seconds under which ``fraction`` of the calls stayed."""
    return ordered[int((len(ordered) - 1) * fraction)] / 1e9
