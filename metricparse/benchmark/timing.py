"""Times of work that is repeated until they hold."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: How far apart the three fastest rounds may be, as a share of the fastest, for a time to hold.
HOLDS_WITHIN = 0.05
_AGREEING = 3
# Seconds that a round takes at least, as short work is repeated in it, and all rounds at most.
_ROUND, _IN_ALL = 0.01, 2.0


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds that work takes.

    seconds: the least that was measured, as whatever else the machine does only adds to it.
    highest: the third of the fastest rounds; where the time holds, within 5% of the least.
    rounds: all that were measured.
    """

    rounds: Sequence[float]

    @property
    def seconds(self) -> float:
        """The least time."""
        return min(self.rounds)

    @property
    def highest(self) -> float:
        """The upper end of the range."""
        return sorted(self.rounds)[:_AGREEING][-1]

    @property
    def holds(self) -> bool:
        """Whether the range is within 5%."""
        enough = len(self.rounds) >= _AGREEING
        return enough and self.highest <= (1 + HOLDS_WITHIN) * self.seconds


def timed(*works: Callable[[], float]) -> list[Timing]:
    """The time of each work, all of them in turn, until the times hold, or two seconds each.

    Work returns the seconds that it took, without what is not to be measured.
    """
    repeats = [_repeats(work) for work in works]
    rounds: list[list[float]] = [[] for _ in works]
    deadline = time.perf_counter() + _IN_ALL * len(works)
    while True:
        for work, count, seconds in zip(works, repeats, rounds, strict=True):
            seconds.append(_mean(work, count))
        timings = [Timing(seconds) for seconds in rounds]
        if all(each.holds for each in timings) or time.perf_counter() > deadline:
            return timings


def beyond(whole: Timing, part: Timing) -> float | None:
    """What work takes beyond a part of it; None where that is too small to be measured."""
    more = whole.seconds - part.seconds
    uncertain = max(whole.highest - whole.seconds, part.highest - part.seconds)
    return more if more > 2 * uncertain and more > HOLDS_WITHIN * part.seconds else None


def _repeats(work: Callable[[], float]) -> int:
    """How often work is done in a round; it is done once for that, which warms what it needs."""
    return max(1, round(_ROUND / max(work(), 1e-6)))


def _mean(work: Callable[[], float], count: int) -> float:
    return sum(work() for _ in range(count)) / count
