"""How long searches may take: slow ones are decided here, in order, within a budget."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from metricparse._extension import processors
from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.reference import Searched, slow_from, verdict_on
from metricparse.matching.results import (
    EVERYWHERE,
    BlockMatches,
    Deferred,
    Outcome,
    SearchedBlock,
    SetAside,
    Until,
)

#: Seconds that a definition may take on one event, and for each character in addition.
ON_AN_EVENT = 0.05
PER_CHARACTER = 1e-6
#: Events that a definition may give up in a stream, and seconds that its slow searches may take.
GIVEN_UP = 20
SLOW_SECONDS = 2.0
# The part of its budget that a search must have had to be given up, and the part after which it is
# asked whether it had that. `regex` watches the clock of the process, which runs on while other
# threads compute, so that a search may have had less than it seems.
_ENOUGH = 0.4
_ASKED_AFTER = 0.6
_MOST_THREADS = 64.0

#: Outcomes by definition and event.
_Outcomes: TypeAlias = dict[tuple[int, int], Outcome]


class Budgets:
    """What the definitions have left in one log stream, whose blocks are decided in order.

    until: the definitions that were set aside, as the next block is to be searched.
    """

    def __init__(self, definitions: Sequence[CompiledDefinition]) -> None:
        self.until: Until = EVERYWHERE
        self._definitions = definitions
        self._given_up: defaultdict[int, int] = defaultdict(int)
        self._seconds: defaultdict[int, float] = defaultdict(float)

    def decide(self, searched: SearchedBlock) -> BlockMatches:
        """What was found in the next block, with what was left undecided.

        A definition that used up its budget is not searched from the next event on.
        """
        if searched.until != self.until:
            searched = searched.again(self.until)
        if not searched.deferred:
            return searched.finish([])
        outcomes: _Outcomes = {}
        stopped: dict[int, SetAside] = {}
        while True:
            stopped |= self._decide(searched.deferred, outcomes)
            until = {**self.until, **{number: each.event + 1 for number, each in stopped.items()}}
            if until == searched.until:
                break
            searched = searched.again(until)
        self.until = dict.fromkeys(until, 0)
        matches = searched.finish(
            [
                (each, outcomes[each.number, each.event])
                for events in searched.deferred.values()
                for each in events()
            ]
        )
        matches.stopped = [stopped[number] for number in sorted(stopped)]
        return matches

    def _decide(
        self, deferred: Mapping[int, Callable[[], Iterable[Deferred]]], outcomes: _Outcomes
    ) -> dict[int, SetAside]:
        """Decide what has no outcome yet; the definitions that used up their budget by it."""
        threads = max(1, min(len(deferred), processors()))
        decide = partial(self._decide_one, outcomes=outcomes, threads=threads)
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(threads) as pool:  # `regex` lets other threads run
            decided = list(pool.map(decide, deferred.values()))
        return {each.number: each for each in decided if each}

    def _decide_one(
        self, deferred: Callable[[], Iterable[Deferred]], outcomes: _Outcomes, threads: int
    ) -> SetAside | None:
        """Decide the events of one definition in order, until its budget is used up."""
        for number, event, line, _, text in deferred():
            if (number, event) in outcomes:
                continue
            outcome = search_within_budget(self._definitions[number], text, threads)
            outcomes[number, event] = outcome
            self._given_up[number] += outcome.gave_up
            if outcome.gave_up or outcome.seconds > slow_from(len(text)):
                self._seconds[number] += outcome.seconds
            if self._given_up[number] >= GIVEN_UP or self._seconds[number] >= SLOW_SECONDS:
                return SetAside(number, event, line)
        return None


def search_within_budget(definition: CompiledDefinition, text: str, threads: int = 1) -> Outcome:
    """What a definition finds in the text of an event within its budget.

    threads: how many of the process compute at the same time.
    """
    watch = _Watch(definition.regex.search, text, threads)
    try:
        match = watch.search(0)
    except TimeoutError:
        return Outcome(watch.seconds, gave_up=True)

    def search_from(position: int) -> Any:
        try:
            return watch.search(position)
        except TimeoutError:  # that there is another match is not known
            return None

    verdict = match and verdict_on(Searched.of(definition), text, match, search_from)
    return Outcome(watch.seconds, verdict=verdict)


class _Watch:
    """Searches of one text, which have a budget together.

    Time is that of the processor that this thread had.
    """

    def __init__(self, search: Any, text: str, threads: int) -> None:
        self._search = search
        self._text = text
        self._threads = threads
        self._started = time.thread_time()
        self._budget = ON_AN_EVENT + PER_CHARACTER * len(text)

    @property
    def seconds(self) -> float:
        """The time that was taken."""
        return time.thread_time() - self._started

    def search(self, position: int) -> Any:
        """The match from a position on; raises `TimeoutError` once the budget is used up.

        `regex` knows only the time of all threads, so that it may have to search again.
        """
        share = float(self._threads)
        while True:
            before, left = self.seconds, self._budget - self.seconds
            if left <= 0:
                raise TimeoutError
            try:
                return self._search(self._text, position, timeout=_ASKED_AFTER * left * share)
            except TimeoutError:
                used = self.seconds - before
                if used >= _ENOUGH * left:
                    raise
                # More threads computed than there seemed to be.
                self._budget += used
                share = min(share * left / max(used, left / _MOST_THREADS), _MOST_THREADS)
