"""Metric definitions for a log that has none, found in it and tried on it."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from math import log2

from metricparse.definitions.metric_definition import MAX_METRIC_DEFINITIONS, MetricDefinition
from metricparse.errors import DamagedLogWarning, DefinitionError
from metricparse.evidence.reading import Reading
from metricparse.evidence.rereadable import RereadableLogs
from metricparse.evidence.sample import Evidence, LogLine, gather
from metricparse.logs.input.sources import LogSource
from metricparse.logs.views import View
from metricparse.matching.numbers import NUMBER_GROUP, NUMBER_OR_NAN_GROUP
from metricparse.scanning.summary import DefinitionSummary
from metricparse.suggestions.forms import Form, forms_of
from metricparse.suggestions.judgement import (
    Reason,
    is_metric_name,
    tells_of_training,
    why_not,
)
from metricparse.suggestions.tables import table_forms
from metricparse.values import field, replaced, state, value

_TRIED = 160
_FEW = 3


@value
class Suggestion:
    """A definition for a number that a log repeats.

    definition: proposed. summary: what it gave on the log. example: a line that it is for.
    left_out: why it is not offered; None where it is.
    """

    definition: MetricDefinition
    summary: DefinitionSummary
    example: str
    left_out: Reason | None = None


class Suggestions(list[Suggestion]):
    """What is suggested, the likeliest first."""

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        import metricparse as mp

        return mp.as_html(self)


@state
class _Candidate:
    form: Form
    example: str
    lines: int = 0
    values: set[str] = field(default_factory=set)
    shapes: set[tuple[str, int]] = field(default_factory=set)

    @property
    def score(self) -> float:
        """How likely it is worth a try: its name counts, then how often it is there and varies."""
        varies = len(self.values) > 1
        return 8 * is_metric_name(self.form.name) + min(log2(1 + self.lines), 6) + 2 * varies


def suggest(
    logs: LogSource | Iterable[LogSource],
    *,
    view: View | str = View.SAGEMAKER,
    strip_ansi: bool = False,
    most: int = MAX_METRIC_DEFINITIONS,
    left_out: bool = False,
) -> "Suggestions":
    """Propose metric definitions for logs, `most` at most, the likeliest first.

    logs, view, strip_ansi: as for `scan`; of a file object a copy is kept in the meantime.
    left_out: give what was found and is not offered as well, after the others, with the reason.

    What is found: `name=value`, `name: value`, JSON and Python dicts, tables with a header, the
    lines of the built-in algorithms, progress bars. Each definition was run over the whole log.
    Offered is what a person would plot: numbers with the name of a metric, or that change beside
    one; counters, times, identifiers, sizes and settings are left out.

    >>> [each.definition.name for each in mp.suggest("train.log")]
    ['loss']
    """
    with RereadableLogs(logs) as log, warnings.catch_warnings():
        reading = Reading(View(view), strip_ansi)
        evidence = gather(log, (), reading)
        warnings.simplefilter("ignore", DamagedLogWarning)  # which came already
        candidates = [each for each in _candidates(evidence) if _is_definition(each.form)]
        candidates = sorted(candidates, key=lambda each: -each.score)[:_TRIED]
        if not candidates:
            return Suggestions()
        definitions = [
            MetricDefinition(name=each.form.name, regex=each.form.regex) for each in candidates
        ]
        tried = reading.scan(log, definitions)
    found = _with_own_names(_different(zip(candidates, tried.definitions, strict=True)))
    offered = [each for each in found if each.left_out is None]
    too_many = [replaced(each, left_out=Reason.TOO_MANY) for each in offered[most:]]
    others = [each for each in found if each.left_out]
    return Suggestions([*offered[:most], *too_many, *others] if left_out else offered[:most])


def _candidates(evidence: Evidence) -> list[_Candidate]:
    found: dict[str, _Candidate] = {}
    for line, form in _forms(evidence):
        candidate = found.setdefault(form.regex, _Candidate(form, line.text))
        candidate.values.add(form.value)
        if (line.source, line.shape) not in candidate.shapes:
            candidate.shapes.add((line.source, line.shape))
            candidate.lines += evidence.shapes[line.shape]
    return [each for regex, each in found.items() if not _is_covered(regex, found)]


def _is_covered(regex: str, found: Mapping[str, _Candidate]) -> bool:
    """Whether another takes the same and more: redrawn states, any number of spaces, NaN."""
    wider = (
        f".*{regex}",
        regex.replace(f" {NUMBER_GROUP}", f" +{NUMBER_GROUP}"),
        regex.replace(NUMBER_GROUP, NUMBER_OR_NAN_GROUP),
    )
    return any(each != regex and each in found for each in wider)


def _forms(evidence: Evidence) -> Iterable[tuple[LogLine, Form]]:
    for line in evidence.lines:
        for form in forms_of(line.text):
            yield line, form
    yield from table_forms(evidence.lines)


def _is_definition(form: Form) -> bool:
    """Whether the service would take it, whose regexes have 500 characters at most."""
    try:
        MetricDefinition(name=form.name, regex=form.regex)
    except DefinitionError:
        return False
    return True


def _different(
    tried: Iterable[tuple[_Candidate, DefinitionSummary]],
) -> list[tuple[_Candidate, DefinitionSummary]]:
    """Those that give something; of several that give the same, the first."""
    kept: dict[tuple[object, ...], tuple[_Candidate, DefinitionSummary]] = {}
    for candidate, gave in tried:
        if gave.emitted:
            same = (
                gave.emitted,
                gave.first_line,
                gave.first,
                gave.last,
                gave.minimum,
                gave.maximum,
            )
            kept.setdefault((*same, tuple(gave.series)), (candidate, gave))
    return list(kept.values())


def _with_own_names(
    found: Sequence[tuple[_Candidate, DefinitionSummary]],
) -> list[Suggestion]:
    """Each with a name that no other has, and with the reason why it is no metric, if it is none."""
    in_training = any(
        each.form.of_service or tells_of_training(each.form.name) for each, _ in found
    )
    metrics = [each for each in found if is_metric_name(each[0].form.name)]
    judged = partial(why_not, in_training=in_training)
    shapes = {
        shape
        for candidate, gave in metrics
        if judged(candidate.form, gave, beside_a_metric=False) is None
        for shape in candidate.shapes
    }
    names: set[str] = set()
    values: dict[str, set[float]] = {}
    suggestions: list[Suggestion] = []
    for candidate, gave in sorted(found, key=lambda each: each[1].emitted == 1):
        beside = bool(candidate.shapes & shapes)
        reason = judged(candidate.form, gave, beside_a_metric=beside)
        same = values.setdefault(candidate.form.name, set())
        is_again = gave.emitted <= _FEW and same.issuperset(gave.series)
        if reason is None and is_again and not candidate.form.of_service:
            reason = Reason.AGAIN
        elif reason is None:
            same.update(gave.series, [gave.last or 0.0])
        name, number = candidate.form.name[:240], 1
        while name in names:
            number += 1
            name = f"{candidate.form.name[:240]}_{number}"
        names.add(name)
        definition = MetricDefinition(name=name, regex=candidate.form.regex)
        named = replaced(gave, name=name)
        suggestions.append(Suggestion(definition, named, candidate.example, reason))
    return suggestions
