"""The definitions of a training job, compiled once into what is searched."""

from array import array
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from metricparse.definitions.load import DefinitionSource, load_definitions
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.matching.backend import Matcher
from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.native import NativeMatcher

if TYPE_CHECKING:
    import pyarrow as pa

    from metricparse.matching.reference import ReferenceMatcher


class CombinedPattern:
    """Definitions as one pattern; what each finds is what it would find alone.

    definitions: whatever `load_definitions` takes.
    matcher: a `Matcher` or its value; None for what `Matcher.chosen` gives.
    metric_definitions: those that it was made of.
    native, reference: the matcher, where it is the one; else None.

    It pickles as its definitions, which a process that receives it compiles once.

    Raises `DefinitionError` if there are none or a regex does not compile.
    """

    def __init__(self, definitions: DefinitionSource, matcher: Matcher | str | None = None) -> None:
        self.metric_definitions = load_definitions(definitions)
        self.definitions = tuple(
            CompiledDefinition.compile(*numbered) for numbered in enumerate(self.metric_definitions)
        )
        self._asked = matcher
        self.matcher = Matcher.chosen(matcher)
        native = self.matcher is Matcher.NATIVE
        self.native = NativeMatcher(self.definitions) if native else None
        self.reference = None if native else self._reference_matcher()

    @classmethod
    def of(
        cls,
        definitions: "DefinitionSource | CombinedPattern",
        matcher: Matcher | str | None = None,
    ) -> "CombinedPattern":
        """The pattern of what `load_definitions` takes; one that is there already stays as it is.

        matcher: as at first; where it is named and is not the pattern's, that is compiled anew.
        """
        if isinstance(definitions, CombinedPattern) and matcher in {None, definitions.matcher}:
            return definitions
        return cls(definitions, matcher)

    @cached_property
    def metrics(self) -> "pa.StringArray":
        """The names, each once, as an Arrow array."""
        from metricparse.records.arrays import as_strings

        return as_strings(list(self._places))

    @cached_property
    def metric_of(self) -> "pa.Int32Array":
        """For each definition, the place of its name in `metrics`."""
        from metricparse.records.arrays import as_numbers

        places = self._places
        return as_numbers(array("i", [places[each.name] for each in self.definitions]))

    @property
    def _places(self) -> dict[str, int]:
        names = dict.fromkeys(each.name for each in self.definitions)
        return {name: place for place, name in enumerate(names)}

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _compiled_once, (self.metric_definitions, self._asked)

    def _reference_matcher(self) -> "ReferenceMatcher":
        from metricparse.matching.reference import ReferenceMatcher

        return ReferenceMatcher(self.definitions)


@lru_cache(maxsize=8)
def _compiled_once(
    definitions: tuple[MetricDefinition, ...], matcher: Matcher | str | None
) -> CombinedPattern:
    return CombinedPattern(definitions, matcher)
