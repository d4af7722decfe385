"""What all runs share: their arguments, their time, and the line of figures."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

_SHOWN = 3


class Run:
    """One run: its chance, its time, and what it found.

    random: seeded. counts: figures by their names. failures: what should not have been. seconds: how
    long it may take, about.
    """

    def __init__(self, seed: int, seconds: float) -> None:
        self.random = Random(seed)
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []
        self._started = time.monotonic()
        self.seconds = seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    def turns(self) -> Iterator[int]:
        """Numbers from 0 on, until the time is over; at least one."""
        turn = 0
        while turn == 0 or self.elapsed < self.seconds:
            yield turn
            turn += 1

    def fail(self, what: str) -> None:
        """Note something that should not have been, and show the first of it at once."""
        self.failures.append(what)
        if len(self.failures) <= _SHOWN:
            print(what, file=sys.stderr, flush=True)


def main(name: str, prove: Callable[[Run], None], *, seconds: float = 60.0) -> None:
    """Run it with the arguments of the command line, and exit with 1 if something failed."""
    parser = argparse.ArgumentParser(prog=f"python -m proof.{name}", description=prove.__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=seconds, help="how long at most, about")
    arguments = parser.parse_args()
    run = Run(arguments.seed, arguments.seconds)
    prove(run)
    figures = [f"{count:,} {what}" for what, count in run.counts.items()]
    figures.append(f"{len(run.failures):,} failures")
    print(f"{name} (seed {arguments.seed}, {run.elapsed:,.0f} s): {', '.join(figures)}")
    sys.exit(bool(run.failures))
