"""A report as one page of HTML, which needs no network, no script and no server."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from metricparse.cloudwatch.periods import aggregate
from metricparse.definitions.load import DefinitionSource, load_definitions
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.diagnosis.causes.base import Cause
from metricparse.diagnosis.explain import Diagnosis, Explanation, diagnose
from metricparse.diagnosis.kinds import Severity
from metricparse.evidence.rereadable import RereadableLogs
from metricparse.logs.input.sources import LogSource
from metricparse.scanning.scan import scan
from metricparse.scanning.summary import DefinitionSummary, SourceSummary, Summary
from metricparse.view.chart import Line, chart
from metricparse.view.curves import Curve, Point, curves_of
from metricparse.view.style import STYLE
from metricparse.view.text import marked, shown

_PUBLISHED, _CORRECTED, _AVERAGE = "#d1690e", "#12805c", "#4c78a8"
_READING = ("view", "strip_ansi", "envelope")


def html_report(
    logs: LogSource | Iterable[LogSource], definitions: DefinitionSource, **reading: Any
) -> str:
    """A page with what the service would publish for logs, and what a diagnosis says about it.

    logs, definitions, reading: as for `scan`. The logs are read several times; of a file object a
    copy is kept in the meantime. Raises what `scan` raises.

    The page is complete without scripts and without its style sheet; text of the logs is never
    markup. Curves are reduced to the least and greatest value of a pixel.
    """
    loaded = load_definitions(definitions)
    with RereadableLogs(logs) as log:
        summary = scan(log.rewound(), loaded, **reading).summary
        by_line = len(summary.sources) == 1
        curves = curves_of(scan(log.rewound(), loaded, **reading), by_line=by_line)
        averages = list(aggregate(scan(log.rewound(), loaded, **reading)))
        known = {name: reading[name] for name in _READING if name in reading}
        diagnosis = diagnose(log.rewound(), loaded, summary=summary, **known)
        corrected = [each.cause.correction.definition for each in _corrected(diagnosis)]
        right = (
            curves_of(scan(log.rewound(), corrected, **reading), by_line=by_line)
            if corrected
            else {}
        )
    page = _Page(diagnosis, curves, right, _periods(averages), "line" if by_line else "value")
    return "".join(page.parts())


def _corrected(diagnosis: Diagnosis) -> list[Any]:
    return [each for each in diagnosis.explanations if each.cause and each.cause.correction]


def _periods(batches: Iterable[Any]) -> dict[str, list[dict[str, Any]]]:
    periods: dict[str, list[dict[str, Any]]] = {}
    for batch in batches:
        for row in batch.to_pylist():
            periods.setdefault(row["metric"], []).append(row)
    return periods


@dataclass(frozen=True)
class _Page:
    """The parts of the page, from top to bottom."""

    diagnosis: Diagnosis
    curves: dict[str, Curve]
    corrected: dict[str, Curve]
    periods: dict[str, list[dict[str, Any]]]
    places: str

    def parts(self) -> Iterator[str]:
        """The whole page."""
        summary = self.diagnosis.summary
        title = f"metricparse: {', '.join(source.name for source in summary.sources[:3])}"
        yield (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{shown(title)}</title><style>{STYLE}</style></head><body><main>"
        )
        yield f"<h1>{shown(_logs(summary))}</h1><p>{_verdict(self.diagnosis)}</p>"
        yield from self._definitions()
        yield from _account(summary)
        yield from self._texts()
        yield "</main></body></html>\n"

    def _definitions(self) -> Iterator[str]:
        yield (
            "<h2>Definitions</h2><table><thead><tr><th>metric<th>matches<th>rejected<th>first"
            "<th>last<th>least<th>greatest<th>state</tr></thead><tbody>"
        )
        for place, each in enumerate(self.diagnosis.explanations):
            yield _row(each, place)
        yield "</tbody></table>"
        for place, each in enumerate(self.diagnosis.explanations):
            yield from self._detail(each, place)

    def _detail(self, explanation: Explanation, place: int) -> Iterator[str]:
        definition, gave = explanation.definition, explanation.summary
        opened = " open" if explanation.causes or gave.emitted else ""
        yield (
            f'<details id="m{place}"{opened}><summary><b>{shown(definition.name)}</b> '
            f"{_state(explanation)}</summary><pre>{shown(definition.regex)}</pre>"
        )
        yield self._curves(explanation)
        yield self._averages(definition.name)
        for cause in explanation.causes:
            yield from _cause(cause)
        if not explanation.causes and explanation.matches:
            yield f"<pre>line {explanation.matches[0].line:,}  {marked(explanation.matches[0])}</pre>"
        yield "</details>"

    def _curves(self, explanation: Explanation) -> str:
        name, cause = explanation.definition.name, explanation.cause
        has_fault = bool(explanation.causes)
        lines = []
        count = drawn = 0
        if curve := self.curves.get(name):
            colour = _PUBLISHED if has_fault else _CORRECTED
            label = "as published" if has_fault else name
            lines.append(Line(label, curve.points, colour, dashed=has_fault, gaps=curve.gaps))
            count, drawn = curve.count, len(curve.points)
        if cause and cause.correction and (curve := self.corrected.get(name)):
            lines.append(Line("corrected", curve.points, _CORRECTED, gaps=curve.gaps))
        picture = chart(lines, title=f"{name} by {self.places}", places=self.places)
        keys = "".join(_key(line) for line in lines) if len(lines) > 1 or has_fault else ""
        less = f" {drawn:,} of {count:,} values drawn." if drawn < count else ""
        caption = f"<figcaption>{keys}{less}</figcaption>" if keys or less else ""
        return f"<figure>{picture}{caption}</figure>" if picture else ""

    def _averages(self, name: str) -> str:
        rows = self.periods.get(name, [])
        if len(rows) < 2:
            return ""
        first = rows[0]["timestamp"]
        minutes = [round((row["timestamp"] - first).total_seconds() / 60) for row in rows]
        points = [Point(at, row["average"]) for at, row in zip(minutes, rows, strict=True)]
        band = [(at, row["minimum"], row["maximum"]) for at, row in zip(minutes, rows, strict=True)]
        picture = chart(
            [Line("average of a minute", points, _AVERAGE)],
            title=f"{name} as CloudWatch would hold it",
            places="minutes",
            band=band,
        )
        return (
            f"<details><summary>As CloudWatch would hold it: {len(rows):,} averages of a minute, "
            f"from {first:%Y-%m-%d %H:%M} UTC</summary><figure>{picture}<figcaption>the line is the "
            "average, the area reaches from the least to the greatest value of each minute"
            "</figcaption></figure></details>"
        )

    def _texts(self) -> Iterator[str]:
        given = [each.definition for each in self.diagnosis.explanations]
        corrected = [
            each.cause.correction.definition
            if each.cause and each.cause.correction
            else each.definition
            for each in self.diagnosis.explanations
        ]
        yield "<h2>The definitions as text</h2>"
        if corrected != given:
            yield f"<h3>Corrected</h3>{_as_json(corrected)}<h3>As they were</h3>"
        yield _as_json(given)


def _row(explanation: Explanation, place: int) -> str:
    gave = explanation.summary
    numbers = (gave.first, gave.last, gave.minimum, gave.maximum)
    cells = [
        f"{gave.emitted + gave.rejected:,}",
        f"{gave.rejected:,}",
        *("" if number is None else f"{number:.6g}" for number in numbers),
    ]
    name = f'<a href="#m{place}">{shown(gave.name)}</a>'
    return f"<tr><td>{name}<td>{'<td>'.join(cells)}<td>{_state(explanation)}</tr>"


def _state(explanation: Explanation) -> str:
    if not explanation.cause:
        return '<span class="good">✓ publishes</span>'
    if explanation.cause.severity is Severity.ERROR:
        return f'<span class="bad">✗ {explanation.cause.kind.value}</span>'
    return f'<span class="odd">! {explanation.cause.kind.value}</span>'


def _cause(cause: Cause) -> Iterator[str]:
    style = "bad" if cause.severity is Severity.ERROR else "odd"
    yield f'<p><span class="{style}">{cause.kind.value}</span>: {shown(cause.message)}</p>'
    if cause.sightings:
        lines = "\n".join(
            f"line {each.line:,}  {marked(each)}{_published(each.value, each.right)}"
            for each in cause.sightings
        )
        yield f"<pre>{lines}</pre>"
    if cause.correction:
        gave = cause.correction.summary
        yield (
            f"<p>Try, which gives {gave.emitted:,} numbers on these logs:</p>"
            f"<pre>{shown(cause.correction.definition.regex)}</pre>"
        )


def _published(value: float | None, right: float | None) -> str:
    given = "nothing" if value is None else f"{value:.6g}"
    return f"  → {given}" + ("" if right in (None, value) else f", right: {right:.6g}")


def _key(line: Line) -> str:
    dashes = ' stroke-dasharray="5 4"' if line.dashed else ""
    stroke = f'<path d="M0 5H26" stroke="{line.colour}" stroke-width="2"{dashes}/>'
    return f'<svg width="30" height="10" aria-hidden="true">{stroke}</svg> {line.label} &ensp;'


def _logs(summary: Summary) -> str:
    names = [source.name for source in summary.sources]
    return names[0] if len(names) == 1 else f"{len(names):,} logs"


def _verdict(diagnosis: Diagnosis) -> str:
    """What was scanned, and what came of it, in one sentence."""
    summary, every = diagnosis.summary, diagnosis.explanations
    wrong = sum(bool(each.causes) for each in every)
    silent = sum(not each.summary.emitted for each in every)
    found = (
        f"{summary.records:,} records from {summary.lines:,} lines ({summary.bytes_in:,} bytes) with "
        f"{len(every):,} definitions"
    )
    if not wrong:
        return f"{found}: all of them give numbers, and nothing is to be said against them."
    return f"{found}: {wrong:,} went wrong, of which {silent:,} would publish nothing."


def _account(summary: Summary) -> Iterator[str]:
    yield (
        "<h2>What became of every line and byte</h2><table><thead><tr><th>log<th>lines<th>events"
        "<th>records<th>bytes in<th>seen<th>skipped</tr></thead><tbody>"
    )
    for source in summary.sources:
        yield _source(source)
    yield (
        "</tbody></table><table><thead><tr><th>metric<th>searched<th>no match<th>emitted<th>rejected"
        "<th>given up<th>set aside</tr></thead><tbody>"
    )
    for each in summary.definitions:
        yield _searched(each)
    yield "</tbody></table>"


def _source(source: SourceSummary) -> str:
    skipped = ", ".join(f"{count:,} {reason}" for reason, count in source.skipped.items() if count)
    damage = f'<br><span class="bad">{shown(source.damage)}</span>' if source.damage else ""
    return (
        f"<tr><td>{shown(source.name)}{damage}<td>{source.lines:,}<td>{source.events:,}"
        f"<td>{source.records:,}<td>{source.bytes_in:,}<td>{source.bytes_seen:,}"
        f"<td>{shown(skipped) or '0'}</tr>"
    )


def _searched(gave: DefinitionSummary) -> str:
    counts = (
        gave.searched,
        gave.unmatched,
        gave.emitted,
        gave.rejected,
        gave.gave_up,
        gave.set_aside,
    )
    return f"<tr><td>{shown(gave.name)}<td>{'<td>'.join(f'{count:,}' for count in counts)}</tr>"


def _as_json(definitions: Sequence[MetricDefinition]) -> str:
    rows = (json.dumps(each.to_request(), ensure_ascii=False) for each in definitions)
    return "<pre>[\n  {}\n]</pre>".format(",\n  ".join(map(shown, rows)))
