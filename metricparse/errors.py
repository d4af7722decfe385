"""What can go wrong, and the warnings about what was lost.

    MetricparseError
    ├── DefinitionError          a metric definition cannot be used
    │   └── SpecificationError   a document breaks the service's rules: every violation, with its path
    ├── LogError                 a log cannot be read
    ├── OutputError              records cannot be written
    ├── CommandError             a command cannot be run
    └── PublishError             a request failed: what went through, and how to go on

Each message names the file, the definition or the line, says what was expected and what to do.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

#: Paths that differ in one index alone are written as one, from this many on.
_ALIKE = 3
_LAST_INDEX = re.compile(r"(\S*)\[(\d+)\](\S*)")


class MetricparseError(Exception):
    """The base of everything that metricparse raises on purpose."""


class DefinitionError(MetricparseError, ValueError):
    """A metric definition, or the document that should hold some, cannot be used."""


class LogError(MetricparseError):
    """A log cannot be read."""


class OutputError(MetricparseError):
    """Records cannot be written."""


class CommandError(MetricparseError):
    """A command cannot be run; `status` is what a shell would exit with."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status

    def __reduce__(self) -> tuple[type, tuple[str, int]]:
        return type(self), (str(self), self.status)


class LooseDocumentWarning(UserWarning):
    """A document was read that is not quite valid, as other programs may refuse it."""


class DamagedLogWarning(UserWarning):
    """A log ended too early: its records up to the damage were kept."""


class Violation(NamedTuple):
    """One place in a document that breaks one rule.

    path: where, in the API's names, such as `MetricDefinitions[3].Regex`; empty for the whole.
    problem: the rule and the value that breaks it.
    """

    path: str
    problem: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}" if self.path else self.problem

    def below(self, path: str) -> "Violation":
        """The same violation, seen from a document that holds this one at `path`."""
        separator = "" if not self.path or self.path.startswith("[") or not path else "."
        return Violation(f"{path}{separator}{self.path}", self.problem)


class SpecificationError(DefinitionError):
    """A document breaks the service's rules.

    `violations` holds all of them; the message tells what breaks one rule in many items of a list
    once, as `MetricDefinitions[0..40].Name`.
    """

    def __init__(self, violations: Sequence[Violation], where: str = "") -> None:
        self.violations = tuple(violations)
        self.where = where
        told = _folded(violations)
        lines = [f"{where}: {violation}" if where else str(violation) for violation in told]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type, tuple[tuple[Violation, ...], str]]:
        return type(self), (self.violations, self.where)


def did_you_mean(given: str, known: Iterable[str], otherwise: str = "") -> str:
    """What to end a message about an unknown word with: the known one that is near, or otherwise."""
    from difflib import get_close_matches

    near = get_close_matches(given, list(known), n=1)
    return f"did you mean {near[0]}?" if near else otherwise


def fold_paths(paths: Iterable[str]) -> list[str]:
    """Paths, of which three or more that differ in their last index alone become one.

    `MetricDefinitions[0].Name` to `MetricDefinitions[40].Name` are `MetricDefinitions[0..40].Name`.
    What follows a path after a space, such as a metric's name in parentheses, stays where all of
    them share it.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for path in dict.fromkeys(paths):
        index = _LAST_INDEX.match(path)
        alike.setdefault(index.group(1, 3) if index else (path,), []).append(path)
    return [
        path
        for given in alike.values()
        for path in ([_as_one(given)] if len(given) >= _ALIKE else given)
    ]


def _as_one(paths: Sequence[str]) -> str:
    found = [index for index in map(_LAST_INDEX.match, paths) if index]
    before, after = found[0].group(1, 3)
    remarks = {path[index.end() :] for path, index in zip(paths, found, strict=True)}
    remark = remarks.pop() if len(remarks) == 1 else ""
    return f"{before}[{_ranges(sorted({int(index[2]) for index in found}))}]{after}{remark}"


def _ranges(numbers: Sequence[int]) -> str:
    """Rising numbers, runs of them as one: `0..3, 7`."""
    runs = groupby(enumerate(numbers), lambda placed: placed[1] - placed[0])
    listed = [[number for _, number in run] for _, run in runs]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in listed)


def _folded(violations: Iterable[Violation]) -> list[Violation]:
    """The violations as they are told, each once."""
    paths: dict[str, list[str]] = {}
    for path, problem in violations:
        paths.setdefault(problem, []).append(path)
    return [Violation(path, problem) for problem in paths for path in fold_paths(paths[problem])]
