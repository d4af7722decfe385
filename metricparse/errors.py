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

from collections.abc import Sequence
from typing import NamedTuple


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
    """A document breaks the service's rules; `violations` holds all of them."""

    def __init__(self, violations: Sequence[Violation], where: str = "") -> None:
        self.violations = tuple(violations)
        self.where = where
        lines = [f"{where}: {violation}" if where else str(violation) for violation in violations]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type, tuple[tuple[Violation, ...], str]]:
        return type(self), (self.violations, self.where)
