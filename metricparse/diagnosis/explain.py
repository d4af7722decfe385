"""Why definitions did not give what was meant, and corrected ones that were tried on the log."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from metricparse.definitions.compile import compile_regex
from metricparse.definitions.load import DefinitionSource, load_definitions
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.definitions.presets import PREFIX
from metricparse.diagnosis.causes.base import Cause, Correction, Sighting, sightings_of
from metricparse.diagnosis.causes.not_a_number import (
    why_no_group,
    why_no_number,
)
from metricparse.diagnosis.causes.wrong_number import why_wrong_numbers
from metricparse.diagnosis.edits.pieces import Found, Trial
from metricparse.diagnosis.edits.trial import required_words, words_of
from metricparse.diagnosis.findings import differences, findings_of, left_unused, too_slow
from metricparse.diagnosis.kinds import ABSENT, MANY_ABSENT, Kind, Severity
from metricparse.errors import DamagedLogWarning, DefinitionError
from metricparse.evidence.reading import Reading
from metricparse.evidence.rereadable import RereadableLogs
from metricparse.evidence.sample import Evidence, gather
from metricparse.logs.envelopes import Envelope
from metricparse.logs.input.sources import LogSource, Source, find_sources
from metricparse.logs.views import View
from metricparse.regex_syntax.runaway import without_runaway
from metricparse.scanning.summary import DefinitionSummary, Summary
from metricparse.values import field, replaced, value

# Of the proposals that give about as many right numbers the first is the simplest.
_NEARLY_ALL = 0.95
# Causes that are only likely: what gives numbers elsewhere in the job as it is was meant for there.
_NOT_THERE = ABSENT | {Kind.NEAREST_MISS, Kind.OTHER_NAME, Kind.OTHER_WORDS}


@value
class Explanation:
    """What became of one definition, and why.

    definition: what was explained. summary: what it gave. matches: some lines on which it matched.
    causes: what went wrong, the first the one that matters most; none if all is well.
    """

    definition: MetricDefinition
    summary: DefinitionSummary
    matches: list[Sighting] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)

    @property
    def cause(self) -> Cause | None:
        """The cause that matters most; None if all is well."""
        return self.causes[0] if self.causes else None

    @property
    def is_absent(self) -> bool:
        """Whether the log holds nothing like what it asks for."""
        return self.cause is not None and self.cause.kind is Kind.NO_SUCH_TEXT

    def to_dict(self) -> dict[str, Any]:
        """The explanation as data for JSON."""
        return {
            "definition": self.definition.to_request(),
            "summary": self.summary.to_dict(),
            "matches": [each.to_dict() for each in self.matches],
            "causes": [each.to_dict() for each in self.causes],
        }


@value
class Diagnosis:
    """An explanation for each definition, in their order, and the scan that they are about.

    complete: causes were looked for in all of the logs, and not in what was kept of one. optional:
    definitions of which a log need not hold all, as those of a preset.
    """

    explanations: list[Explanation]
    summary: Summary
    complete: bool = True
    optional: frozenset[MetricDefinition] = frozenset()

    @property
    def unused(self) -> list[Explanation]:
        """The optional definitions that matched nowhere, where others of them did."""
        definitions = [each.definition for each in self.explanations]
        unused = left_unused(definitions, self.summary.definitions, self.optional)
        return [each for place, each in enumerate(self.explanations) if place in unused]

    @property
    def wrong(self) -> list[Explanation]:
        """The definitions that went wrong; those that are left unused did not."""
        unused = {id(each) for each in self.unused}
        return [each for each in self.explanations if each.causes and id(each) not in unused]

    @property
    def for_other_logs(self) -> list[Explanation]:
        """The definitions that are likely to be meant for other logs.

        Those that are left unused, and those of whose text the log holds nothing, if they are many.
        """
        unused = {id(each) for each in self.unused}
        absent = [each for each in self.wrong if each.is_absent or each.definition in self.optional]
        absent = [each for each in absent if not each.summary.matched]
        others = {id(each) for each in absent} if len(absent) >= MANY_ABSENT else set()
        return [each for each in self.explanations if id(each) in unused | others]

    @property
    def corrections(self) -> dict[MetricDefinition, str]:
        """The regex that would be right, for each definition of which one was found."""
        found = {
            each.definition: next((c.correction for c in each.causes if c.correction), None)
            for each in self.explanations
        }
        return {each: right.definition.regex for each, right in found.items() if right}

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        import metricparse as mp

        return mp.as_html(self)

    def to_dict(self) -> dict[str, Any]:
        """The diagnosis as data for JSON."""
        return {
            "lines": self.summary.lines,
            "bytes_in": self.summary.bytes_in,
            "explanations": [each.to_dict() for each in self.explanations],
        }


def diagnose(
    logs: LogSource | Iterable[LogSource],
    definitions: DefinitionSource,
    *,
    view: View | str = View.SAGEMAKER,
    strip_ansi: bool = False,
    envelope: Envelope | str | None = None,
    summary: Summary | None = None,
    optional: Iterable[MetricDefinition] | None = None,
) -> Diagnosis:
    """Why each definition gave what it gave, and what would give what was probably meant.

    logs, definitions, view, strip_ansi, envelope: as for `scan`. The logs are read several times;
    of a file object a copy is kept in the meantime. summary: of a scan of the same logs under the
    same definitions, if there was one; otherwise they are scanned. optional: the definitions of
    which the logs need not hold all; by default those of a preset, if that is what is given.

    Each cause was verified on the log, and each corrected definition run over all of it: it gives
    numbers, and no fewer right ones than the original. Only a bounded number of lines is looked
    at closely. Raises what `scan` raises.

    >>> diagnosis = mp.diagnose("train.log", [{"Name": "loss", "Regex": "loss=([0-9.]+)"}])
    >>> (explanation,) = diagnosis.explanations
    >>> explanation.cause.kind.value
    'other-separator'
    >>> explanation.cause.correction.definition.regex
    'loss: ([0-9.]+)'
    """
    loaded = load_definitions(definitions)
    if optional is None:
        is_preset = isinstance(definitions, str) and definitions.startswith(PREFIX)
        optional = loaded if is_preset else ()
    chosen = frozenset(optional)
    reading = Reading(View(view), strip_ansi, None if envelope is None else Envelope(envelope))
    with RereadableLogs(logs) as log, warnings.catch_warnings():
        summary = summary or reading.scan(log, loaded)
        warnings.simplefilter("ignore", DamagedLogWarning)  # which came already
        if log.complete:
            found = _of_those_used(log, loaded, summary, reading, chosen)
        else:
            found = _of_a_part(log, loaded, summary, reading)
        return Diagnosis(found, summary, log.complete, chosen)


def _of_those_used(
    log: RereadableLogs,
    definitions: Sequence[MetricDefinition],
    summary: Summary,
    reading: Reading,
    optional: frozenset[MetricDefinition],
) -> list[Explanation]:
    """Explanations; of what is left unused without a cause, for which nobody asked."""
    pairs = list(zip(definitions, summary.definitions, strict=True))
    unused = left_unused(definitions, summary.definitions, optional)
    used = [pair for place, pair in enumerate(pairs) if place not in unused]
    explained = iter(_explanations(log, used, summary.lines, reading))
    return [
        Explanation(*pair) if place in unused else next(explained)
        for place, pair in enumerate(pairs)
    ]


def _of_a_part(
    log: RereadableLogs,
    definitions: Sequence[MetricDefinition],
    summary: Summary,
    reading: Reading,
) -> list[Explanation]:
    """Explanations from a part of the logs, for the definitions that went wrong in all of them."""
    wrong = {found.where for found in findings_of(summary)}
    places = [place for place, each in enumerate(definitions) if each.name in wrong]
    explanations = [
        Explanation(*pair) for pair in zip(definitions, summary.definitions, strict=True)
    ]
    if places:
        suspects = [definitions[place] for place in places]
        again = reading.scan(log, suspects)
        pairs = list(zip(suspects, again.definitions, strict=True))
        explained = _explanations(log, pairs, again.lines, reading)
        for place, each in zip(places, explained, strict=True):
            explanations[place] = replaced(each, summary=summary.definitions[place])
    return explanations


def _explanations(
    log: RereadableLogs,
    pairs: Sequence[tuple[MetricDefinition, DefinitionSummary]],
    lines: int,
    reading: Reading,
) -> list[Explanation]:
    lost = [each.regex for each, gave in pairs if gave.has_group and not gave.matched]
    words = {word for pattern in lost for word in words_of(pattern)}
    evidence = gather(log, words, reading, everywhere=any(_went_wrong(gave) for _, gave in pairs))
    explanations = [_explained(*pair, evidence, reading.view, lines) for pair in pairs]
    _correct(explanations, partial(reading.scan, log))
    _look_beside(explanations, find_sources(log.rewound()), reading)
    return [_with_right_numbers(each, evidence) for each in explanations]


def _went_wrong(gave: DefinitionSummary) -> bool:
    """Whether what a definition gave is reason enough to read all of the logs again."""
    return not gave.emitted or bool(gave.rejected or gave.slow or gave.truncated)


def _explained(
    definition: MetricDefinition,
    gave: DefinitionSummary,
    evidence: Evidence,
    view: View,
    lines: int,
) -> Explanation:
    if not gave.has_group:
        return Explanation(definition, gave, [], [why_no_group(definition.regex)])
    if not gave.matched:
        # What most scans do not come to is imported where one does.
        from metricparse.diagnosis.causes.no_match import why_nothing_matched

        cause = why_nothing_matched(definition.regex, evidence, view, lines_in_log=lines)
        return Explanation(definition, gave, [], [cause])
    possible = evidence.with_words(required_words(definition.regex))
    found = Trial(compile_regex(definition.regex), 1, {}).on(possible)
    causes = list(_causes(definition, gave, found, evidence))
    for cause in causes:
        if cause.kind is Kind.SET_ASIDE:
            continue
        cause.severity = Severity.WARNING if gave.emitted else Severity.ERROR
    return Explanation(definition, gave, sightings_of(found), causes)


def _causes(
    definition: MetricDefinition,
    gave: DefinitionSummary,
    found: Sequence[Found],
    evidence: Evidence,
) -> Iterator[Cause]:
    for slow in too_slow(gave, several_logs=True):
        yield Cause(slow, proposals=[each for each in [without_runaway(definition.regex)] if each])
    if gave.rejected:
        yield from why_no_number(definition.regex, gave, found)
    if gave.emitted:
        yield from why_wrong_numbers(definition.regex, gave, found, evidence)
    for details in differences(definition.regex):
        yield Cause(details, sightings_of(found))


def _correct(
    explanations: Sequence[Explanation],
    tried: Callable[[Sequence[MetricDefinition]], Summary],
) -> None:
    """Run all proposals over the logs at once, and keep the best for each cause."""
    proposed = [
        (cause, each.summary, definition)
        for each in explanations
        for cause in each.causes
        for definition in _definitions(each.definition.name, cause.proposals)
    ]
    if not proposed:
        return
    summary = tried([definition for _, _, definition in proposed])
    better: dict[int, list[tuple[Cause, Correction]]] = {}
    for (cause, before, definition), after in zip(proposed, summary.definitions, strict=True):
        if _is_better(after, before, cause.surplus):
            better.setdefault(id(cause), []).append((cause, Correction(definition, after)))
    for found in better.values():
        most = max(_right(correction.summary) for _, correction in found)
        cause, correction = next(
            each for each in found if _right(each[1].summary) >= _NEARLY_ALL * most
        )
        cause.correction = correction


def _right(summary: DefinitionSummary) -> int:
    """How many numbers are whole."""
    return summary.emitted - summary.truncated


def _is_better(after: DefinitionSummary, before: DefinitionSummary, surplus: int) -> bool:
    """Whether a proposal gives numbers, and loses none of the right ones but a surplus."""
    if not after.emitted or after.rejected > before.rejected or after.slow:
        return False
    if after.truncated and after.truncated >= before.truncated:
        return False
    return _right(after) >= max(1, _right(before) - surplus)


def _look_beside(
    explanations: Sequence[Explanation], sources: Sequence[Source], reading: Reading
) -> None:
    """Of text that is not in the logs, say if it is in another one of the same job."""
    lost = [each for each in explanations if each.cause and each.cause.kind in _NOT_THERE]
    if not lost:
        return
    from metricparse.diagnosis.causes.sibling_logs import found_in_siblings

    elsewhere = found_in_siblings([each.definition for each in lost], sources, reading.view)
    for each, found in zip(lost, elsewhere, strict=True):
        if found:
            each.causes[0] = Cause(found)


def _definitions(name: str, proposals: Iterable[str]) -> Iterator[MetricDefinition]:
    for pattern in dict.fromkeys(proposals):
        try:
            compile_regex(pattern)
            yield MetricDefinition(name=name, regex=pattern)
        except DefinitionError:
            continue


def _with_right_numbers(explanation: Explanation, evidence: Evidence) -> Explanation:
    """What the corrected definitions publish, beside what was published."""
    texts = {(each.source, each.line, each.text): each for each in evidence.lines}
    for cause in explanation.causes:
        if cause.correction is None:
            continue
        trial = Trial(compile_regex(cause.correction.definition.regex), 1, {})
        for place, shown in enumerate(cause.sightings):
            line = texts.get((shown.source, shown.line, shown.text))
            found = trial.on([line] if line else [])
            if found:
                cause.sightings[place] = replaced(shown, right=found[0].value)
    return explanation
