"""The definitions of a training job, compiled once into what is searched."""

from collections.abc import Iterable

from metricparse.errors import DefinitionError
from metricparse.matching.choice import Matcher
from metricparse.matching.native import NativeMatcher
from metricparse.matching.pattern import CompiledDefinition, Matches
from metricparse.matching.reference import ReferenceMatcher
from metricparse.specification.algorithm import MetricDefinition


class CombinedPattern:
    """A list of definitions as one pattern; what each finds is what it would find alone.

    matcher: a `Matcher` or its value; None for what `Matcher.chosen` gives.
    native: the native matcher, where it is the one; else None.

    Raises `DefinitionError` if the list is empty or a regex does not compile.
    """

    def __init__(
        self, definitions: Iterable[MetricDefinition], matcher: Matcher | str | None = None
    ) -> None:
        self.definitions = tuple(
            CompiledDefinition.compile(*numbered) for numbered in enumerate(definitions)
        )
        if not self.definitions:
            raise DefinitionError("no metric definitions; give at least one")
        self.matcher = Matcher.chosen(matcher)
        is_native = self.matcher is Matcher.NATIVE
        self.native = NativeMatcher(self.definitions) if is_native else None
        self._matcher = self.native or ReferenceMatcher(self.definitions)

    def match(self, text: bytes) -> Matches:
        """Search the events in `text`, UTF-8 with `\\n` between them (and after the last)."""
        return self._matcher.match(text)
