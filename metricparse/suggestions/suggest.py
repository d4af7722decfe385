"""Metric definitions for a log that has none, found in it and tried on it."""

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log2

from metricparse.definitions.metric_definition import MAX_METRIC_DEFINITIONS, MetricDefinition
from metricparse.errors import DamagedLogWarning, DefinitionError
from metricparse.evidence.reading import Reading
from metricparse.evidence.rereadable import RereadableLogs
from metricparse.evidence.sample import Evidence, LogLine, gather
from metricparse.logs.input.sources import LogSource
from metricparse.logs.views import View
from metricparse.scanning.summary import DefinitionSummary
from metricparse.suggestions.forms import Form, forms_of
from metricparse.suggestions.tables import table_forms

_TRIED = 160
_OFTEN, _CONSTANT = 3, 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A definition for a number that a log repeats.

    definition: proposed. summary: what it gave on the log. example: a line that it is for.
    """

    definition: MetricDefinition
    summary: DefinitionSummary
    example: str


@dataclass(slots=True)
class _Candidate:
    form: Form
    example: str
    lines: int = 0
    values: set[str] = field(default_factory=set)

    @property
    def score(self) -> float:
        varies = len(self.values) > 1
        return 4 * self.form.likelihood + min(log2(1 + self.lines), 6) + 2 * varies


def suggest(
    logs: LogSource | Iterable[LogSource],
    *,
    view: View | str = View.SAGEMAKER,
    strip_ansi: bool = False,
    most: int = MAX_METRIC_DEFINITIONS,
) -> list[Suggestion]:
    """Propose metric definitions for logs, `most` at most, the likeliest first.

    logs, view, strip_ansi: as for `scan`; of a file object a copy is kept in the meantime.

    What is found: `name=value`, `name: value`, JSON and Python dicts, tables with a header, the
    lines of the built-in algorithms, progress bars. Each definition was run over the whole log:
    it gives numbers there, that vary or that ha the name of a metric.

    >>> [each.definition.name for each in mp.suggest("train.log")]
    ['loss']
    """
    with warnings.catch_warnings(), RereadableLogs(logs) as log:
        warnings.simplefilter("ignore", DamagedLogWarning)
        reading = Reading(View(view), strip_ansi)
        evidence = gather(log, (), reading)
        candidates = [each for each in _candidates(evidence) if _is_definition(each.form)]
        candidates = sorted(candidates, key=lambda each: -each.score)[:_TRIED]
        if not candidates:
            return []
        definitions = [
            MetricDefinition(name=each.form.name, regex=each.form.regex) for each in candidates
        ]
        tried = reading.scan(log, definitions)
    kept = _worth_having(list(zip(candidates, tried.definitions, strict=True)))
    return _with_own_names(kept[:most])


def _candidates(evidence: Evidence) -> list[_Candidate]:
    found: dict[str, _Candidate] = {}
    counted: set[tuple[str, int]] = set()
    for line, form in _forms(evidence):
        candidate = found.setdefault(form.regex, _Candidate(form, line.text))
        candidate.values.add(form.value)
        if (form.regex, line.shape) not in counted:
            counted.add((form.regex, line.shape))
            candidate.lines += evidence.shapes[line.shape]
    return [each for regex, each in found.items() if f".*{regex}" not in found]


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


def _worth_having(
    tried: Sequence[tuple[_Candidate, DefinitionSummary]],
) -> list[tuple[_Candidate, DefinitionSummary]]:
    """Those that vary, or have a metric's name; of several that give the same, the first."""
    kept: dict[tuple[object, ...], tuple[_Candidate, DefinitionSummary]] = {}
    for candidate, gave in tried:
        likely = candidate.form.likelihood
        varies = gave.minimum != gave.maximum
        if not gave.emitted or gave.truncated or gave.rejected or likely < 0:
            continue
        is_setting = candidate.form.is_setting or gave.emitted > _CONSTANT
        if not varies and (is_setting or likely <= 1):
            continue
        if varies and not likely and gave.emitted < _OFTEN:
            continue
        same = (gave.emitted, gave.first_line, gave.first, gave.last, gave.minimum, gave.maximum)
        kept.setdefault((*same, tuple(gave.series)), (candidate, gave))
    return list(kept.values())


def _with_own_names(
    kept: Sequence[tuple[_Candidate, DefinitionSummary]],
) -> list[Suggestion]:
    """Each with a name that no other has."""
    names: set[str] = set()
    suggestions: list[Suggestion] = []
    for candidate, gave in kept:
        name, number = candidate.form.name[:240], 1
        while name in names:
            number += 1
            name = f"{candidate.form.name[:240]}_{number}"
        names.add(name)
        definition = MetricDefinition(name=name, regex=candidate.form.regex)
        suggestions.append(Suggestion(definition, gave, candidate.example))
    return suggestions
