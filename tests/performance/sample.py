"""What one measurement of some clients gives, and how several are summed up."""

from __future__ import annotations

from array import array
from statistics import median
from typing import Iterable, Sequence

import attrs


@attrs.frozen(slots=True)
class Sample:
    """The calls of a span of time.

    Attributes:
        rate: calls that ended in the span, a second.
        p50, p99, slowest: duration of a call, in seconds.
    """

    rate: float
    p50: float
    p99: float
    slowest: float

    @classmethod
    def of_calls(cls, durations: Sequence[int], finished: int, span: float) -> Sample:
        """Sum up calls.

        Args:
            durations: nanoseconds of every call.
            finished: how many of them ended in the span.
            span: its length in seconds.
        """
        ordered = sorted(durations)
        return cls(
            rate=finished / span,
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


def joined(parts: Iterable[bytes]) -> Sequence[int]:
    """Return the durations that clients sent as raw 64-bit numbers."""
    durations = array("q")
    for part in parts:
        durations.frombytes(part)
    return durations
