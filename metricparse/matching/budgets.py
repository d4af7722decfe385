"""How long searches may take: slow ones are decided here, in order, within a budget."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

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
# A search is given up by the clock of the process, which runs on while others compute.
_MARGIN = 1.02


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
        outcomes: dict[tuple[int, int], Outcome] = {}
        stopped: dict[int, SetAside] = {}
        while True:
            stopped |= self._decide(searched.deferred, outcomes)
            until = {**self.until, **{number: each.event + 1 for number, each in stopped.items()}}
            if until == searched.until:
                break
            searched = searched.again(until)
        self.until = dict.fromkeys(until, 0)
        matches = searched.finish(
            [(each, outcomes[each.number, each.event]) for each in searched.deferred]
        )
        matches.stopped = [stopped[number] for number in sorted(stopped)]
        return matches

    def _decide(
        self, deferred: Iterable[Deferred], outcomes: dict[tuple[int, int], Outcome]
    ) -> Mapping[int, SetAside]:
        """Decide what has no outcome yet; the definitions that used up their budget by it."""
        events: dict[int, list[Deferred]] = {}
        for each in deferred:
            if (each.number, each.event) not in outcomes:
                events.setdefault(each.number, []).append(each)
        threads = min(len(events), processors())
        decide = partial(self._decide_one, outcomes=outcomes, threads=threads)
        if threads < 2:
            decided = list(map(decide, events.values()))
        else:
            with ThreadPoolExecutor(threads) as pool:  # `regex` lets other threads run
                decided = list(pool.map(decide, events.values()))
        return {each.number: each for each in decided if each}

    def _decide_one(
        self, events: Iterable[Deferred], outcomes: dict[tuple[int, int], Outcome], threads: int
    ) -> SetAside | None:
        """Decide the events of one definition in order, until its budget is used up."""
        for each in events:
            number, definition = each.number, self._definitions[each.number]
            outcome = outcomes[number, each.event] = search_within_budget(
                definition, each.text, threads
            )
            self._given_up[number] += outcome.gave_up
            if outcome.gave_up or outcome.seconds > slow_from(len(each.text)):
                self._seconds[number] += outcome.seconds
            if self._given_up[number] >= GIVEN_UP or self._seconds[number] >= SLOW_SECONDS:
                return SetAside(number, each.event, each.line)
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
        share = self._threads * _MARGIN
        while True:
            before, left = self.seconds, self._budget - self.seconds
            if left <= 0:
                raise TimeoutError
            try:
                return self._search(self._text, position, timeout=left * share)
            except TimeoutError:
                used = self.seconds - before
                if used >= left:
                    raise
                # It had less than its share.
                self._budget += used
                share = min(share * max(left / max(used, 1e-4), 1.0) * _MARGIN, _MOST_THREADS)


_MOST_THREADS = 64.0
