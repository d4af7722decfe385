"""The definitions of a training job, compiled once into what is searched."""

from collections.abc import Iterable

from metricparse.errors import DefinitionError
from metricparse.matching.pattern import CompiledDefinition, Matcher, Matches
from metricparse.matching.reference import ReferenceMatcher
from metricparse.specification.algorithm import MetricDefinition


class CombinedPattern:
    """A list of definitions as one pattern; what each finds is what it would find alone.

    Raises `DefinitionError` if the list is empty or a regex does not compile.
    """

    def __init__(self, definitions: Iterable[MetricDefinition]) -> None:
        self.definitions = tuple(
            CompiledDefinition.compile(*numbered) for numbered in enumerate(definitions)
        )
        if not self.definitions:
            raise DefinitionError("no metric definitions; give at least one")
        self._matcher: Matcher = ReferenceMatcher(self.definitions)

    def match(self, text: bytes) -> Matches:
        """Search the events in `text`, UTF-8 with `\\n` between them (and after the last)."""
        return self._matcher.match(text)
