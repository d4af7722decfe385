"""The definitions of a training job, compiled once into what is searched."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.errors import DefinitionError
from metricparse.matching.backend import Matcher
from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.native import NativeMatcher

if TYPE_CHECKING:
    from metricparse.matching.reference import ReferenceMatcher


class CombinedPattern:
    """A list of definitions as one pattern; what each finds is what it would find alone.

    matcher: a `Matcher` or its value; None for what `Matcher.chosen` gives.
    native, reference: the matcher, where it is the one; else None.

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
        native = self.matcher is Matcher.NATIVE
        self.native = NativeMatcher(self.definitions) if native else None
        self.reference = None if native else self._reference_matcher()

    def _reference_matcher(self) -> "ReferenceMatcher":
        from metricparse.matching.reference import ReferenceMatcher

        return ReferenceMatcher(self.definitions)
