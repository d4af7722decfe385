"""Definitions compiled for matching."""

from functools import lru_cache
from typing import Any

from metricparse.definitions.compile import compile_regex
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.errors import DefinitionError
from metricparse.regex_syntax.cost import safe_length
from metricparse.regex_syntax.literals import RequiredLiterals, looks_behind, required_literals
from metricparse.regex_syntax.parse import UnknownSyntax, parse
from metricparse.values import value


@value
class CompiledDefinition:
    """A definition ready to be searched.

    number: its place in the list, from 0. name: the metric's. pattern: the regex as it was given.
    regex: compiled by the `regex` module, version 0, on `str`.
    literals: sets of literals; a line on which it matches contains one of each set.
    looks_behind: a match may need what stands before it.
    safe_length: the longest text, in characters, that is searched without a budget.
    """

    number: int
    name: str
    pattern: str
    regex: Any
    literals: tuple[RequiredLiterals, ...]
    looks_behind: bool
    safe_length: int

    @property
    def has_group(self) -> bool:
        """Whether there is a group 1 to capture the value; without, nothing is published."""
        return bool(self.regex.groups > 0)

    @classmethod
    def compile(cls, number: int, definition: MetricDefinition) -> "CompiledDefinition":
        """Compile one definition; raises `DefinitionError` with the place of what is wrong."""
        name, pattern = definition.name, definition.regex
        try:
            compiled = compile_regex(pattern)
        except DefinitionError as error:
            where = f"MetricDefinitions[{number}].Regex ({name})"
            raise DefinitionError(f"{where}: {error}") from None
        return cls(number, name, pattern, compiled, *_analysed(pattern))


@lru_cache(maxsize=1024)
def _analysed(pattern: str) -> tuple[tuple[RequiredLiterals, ...], bool, int]:
    """The required literals of a regex, whether it looks behind, and its safe length."""
    try:
        tree = parse(pattern)
    except UnknownSyntax:
        return (), True, 0
    return required_literals(tree), looks_behind(tree), safe_length(tree)
