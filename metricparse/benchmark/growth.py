"""How the time of a search grows with the length of the line, measured on lengthened lines."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log2
from typing import Any

import regex

from metricparse.regex_syntax.literals import required_literals
from metricparse.regex_syntax.nodes import CharacterClass, Literal, Node, Repeat, walk
from metricparse.regex_syntax.parse import UnknownSyntax, parse

_SHORT = (20, 24)
# A short search is over before the processor is taken away, if it is tried often enough.
_TRIES_OF_SHORT = 9
_LENGTHS = (250, 500, 1000, 2000, 4000, 8000)
_LONG_ENOUGH = 3e-4
_PATIENCE, _IN_ALL = 0.25, 1.0
_CHARACTERS = "0a .=-/_"
_EXPONENTIAL = 6.0  # times longer for four characters more
_QUADRATIC = 1.6


@dataclass(frozen=True, slots=True)
class Growth:
    """How long a search takes on a line that is made longer.

    exponential: each few characters more multiply the time. degree: else, to what power of the
    length the time grows. characters, seconds: the longest line that was measured.
    """

    exponential: bool
    degree: float
    characters: int
    seconds: float

    @property
    def word(self) -> str:
        """Such as `quadratic`; empty where the time grows as the line does."""
        if self.exponential:
            return "exponential"
        if self.degree < _QUADRATIC:
            return ""
        return "quadratic" if self.degree < _QUADRATIC + 1 else "cubic or worse"


def growth_of(pattern: str, lines: Iterable[str]) -> Growth:
    """The worst growth that was found; `lines`: such as the log holds, to be lengthened."""
    compiled = regex.compile(pattern)
    worst = Growth(exponential=False, degree=0.0, characters=0, seconds=0.0)
    deadline = time.perf_counter() + _IN_ALL
    for start, repeated, end in _ways_to_lengthen(pattern, lines):
        found = _measured(compiled, start, repeated, end)
        worst = max(worst, found, key=lambda each: (each.exponential, each.degree))
        if worst.word or time.perf_counter() > deadline:
            break
    return worst


def _ways_to_lengthen(pattern: str, lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """A beginning, what is repeated after it, and an end with which it does not match.

    An engine gives up at once where a text is not there that each match contains: it stands at
    the beginning, or at the end.
    """
    try:
        tree = parse(pattern)
    except UnknownSyntax:
        return
    texts = [min(each.text for each in literals) for literals in required_literals(tree)]
    needed = "\0".join(texts)
    for character in _repeated_characters(tree):
        for start in dict.fromkeys(["", needed, *texts, *(line[:200] for line in lines)]):
            yield start, character, "\0"
            if needed:
                yield start, character, f"\0{needed}"


def _repeated_characters(tree: Node) -> list[str]:
    repeats = [node.item for node in walk(tree) if isinstance(node, Repeat) and node.most is None]
    classes = [inner for node in repeats for inner in walk(node)]
    return [each for each in _CHARACTERS if any(_takes(node, each) for node in classes)]


def _takes(node: Node, character: str) -> bool:
    match node:
        case Literal():
            return node.character == character
        case CharacterClass():
            return bool(regex.fullmatch(node.source, character))
        case _:
            return False


def _measured(compiled: Any, start: str, repeated: str, end: str) -> Growth:
    times = [
        _seconds(compiled, start + repeated * length + end, tries=_TRIES_OF_SHORT)
        for length in _SHORT
    ]
    if times[-1] >= _LONG_ENOUGH and times[-1] > _EXPONENTIAL * times[-2]:
        characters = len(start) + _SHORT[-1] + len(end)
        return Growth(exponential=True, degree=0.0, characters=characters, seconds=times[-1])
    degree = earlier = 0.0
    characters = 0
    for length in _LENGTHS:
        text = start + repeated * length + end
        seconds = _seconds(compiled, text)
        characters = len(text)
        if earlier >= _LONG_ENOUGH:
            degree = max(degree, log2(seconds / earlier))
        earlier = seconds
        if seconds >= _PATIENCE:
            break  # not the whole time is known
    return Growth(exponential=False, degree=degree, characters=characters, seconds=earlier)


def _seconds(compiled: Any, text: str, tries: int = 2) -> float:
    """The least of a few searches; no end of it is waited for."""
    best = _PATIENCE
    for _ in range(tries):
        started = time.perf_counter()
        try:
            compiled.search(text, timeout=_PATIENCE)
        except TimeoutError:
            return _PATIENCE
        best = min(best, time.perf_counter() - started)
    return best
