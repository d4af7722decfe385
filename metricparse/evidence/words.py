"""Words looked for in a log, block by block, as long as more of their lines are wanted."""

from collections import Counter
from collections.abc import Iterable, Iterator

from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.logs.intake import StreamBlock
from metricparse.logs.views import View
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.matching.results import EXAMPLES_KEPT, BlockMatches
from metricparse.scanning.options import ScanOptions
from metricparse.scanning.search import Searcher
from metricparse.values import value

_ALONE = r"(?:^|[^A-Za-z0-9_]|#01[15]|#033\[[0-9;]*[A-Za-z])(?:%s)(?:[^A-Za-z0-9_]|$)()"
_WITHIN = r"(?:%s)()"
# Hits in a block of words no longer wanted, from which it pays to compile the others anew.
_TOO_MANY = 200


@value
class _Probe:
    """A word, on its own or inside a longer one too, that may stand where another one does."""

    word: str
    alone: bool
    where: "_Probe | None"

    @property
    def definition(self) -> MetricDefinition:
        """What finds it, and captures nothing."""
        regex = (_ALONE if self.alone else _WITHIN) % "|".join(_cases(self.word))
        return MetricDefinition(name=self.word, regex=regex)


class WordSearch:
    """Finds the first few lines with each word, in lower and upper case and capitalised.

    found: the words that stand somewhere on their own.

    A word is looked for once the shorter one in it was found, and on its own once it was found at
    all, so that words that are not in the log cost little.
    """

    def __init__(self, words: Iterable[str], view: View) -> None:
        self.found: set[str] = set()
        self._options = ScanOptions(view=view)
        self._kept: Counter[_Probe] = Counter()
        self._waiting = list(_probes(sorted({word.lower() for word in words}, key=len)))
        self._wanted = self._woken()
        self._searcher = self._searcher_of(self._wanted)

    def lines_in(self, block: StreamBlock) -> list[int]:
        """The lines, counted from 0 in the block, with a word of which more lines are wanted."""
        lines: set[int] = set()
        surplus = self._look_for(self._wanted, self._searcher, block, lines)
        later: list[_Probe] = []
        while woken := self._woken():
            self._look_for(woken, self._searcher_of(woken), block, lines)
            later += woken
        if later or surplus > _TOO_MANY:
            known = [*self._wanted, *later]
            self._wanted = [each for each in known if self._kept[each] < EXAMPLES_KEPT]
            self._searcher = self._searcher_of(self._wanted)
        return sorted(lines)

    def _look_for(
        self, probes: list[_Probe], searcher: Searcher | None, block: StreamBlock, lines: set[int]
    ) -> int:
        """Note the lines with a word; how often those were found of which no more are wanted."""
        if searcher is None:
            return 0
        matches = searcher.search_alone(block)
        for example in matches.examples:
            probe = probes[example.definition]
            if probe.alone:
                self.found.add(probe.word)
            if self._kept[probe] < EXAMPLES_KEPT:
                self._kept[probe] += 1
                lines.add(example.line)
        return self._surplus(probes, matches)

    def _surplus(self, probes: list[_Probe], matches: BlockMatches) -> int:
        hits = zip(probes, matches.rejected, strict=True)
        return sum(count for probe, count in hits if self._kept[probe] >= EXAMPLES_KEPT)

    def _woken(self) -> list[_Probe]:
        """The probes that may be found now, and wait no longer."""
        woken = [each for each in self._waiting if each.where is None or self._kept[each.where]]
        self._waiting = [each for each in self._waiting if each not in woken]
        return woken

    def _searcher_of(self, probes: list[_Probe]) -> Searcher | None:
        if not probes:
            return None
        return Searcher(CombinedPattern(each.definition for each in probes), self._options)


def _probes(words: list[str]) -> Iterator[_Probe]:
    """Two for each word; words that contain others come after these."""
    within: list[_Probe] = []
    for word in words:
        parts = (each for each in within if _is_part(each.word, word))
        probe = _Probe(
            word, alone=False, where=max(parts, key=lambda it: len(it.word), default=None)
        )
        within.append(probe)
        yield probe
        yield _Probe(word, alone=True, where=probe)


def _is_part(part: str, word: str) -> bool:
    """Whether a word, in any case in which it is looked for, contains another one in one of its."""
    return all(any(each in whole for each in _cases(part)) for whole in _cases(word))


def _cases(word: str) -> list[str]:
    return list(dict.fromkeys([word, word.capitalize(), word.title(), word.upper()]))
