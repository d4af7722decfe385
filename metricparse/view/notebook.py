"""What scans, diagnoses, checks and suggestions are in a notebook: HTML that needs no script.

No style sheet either: notebooks on the web lose those, and colours must be legible on dark pages as
well.
"""

from collections.abc import Iterable, Sequence
from functools import singledispatch

from metricparse.diagnosis.check import Check
from metricparse.diagnosis.explain import Diagnosis, Explanation
from metricparse.diagnosis.kinds import Severity
from metricparse.scanning.scan import Scan
from metricparse.scanning.summary import DefinitionSummary, Summary
from metricparse.suggestions.suggest import Suggestions
from metricparse.view.chart import Line, chart
from metricparse.view.curves import Curve, curves_of
from metricparse.view.text import marked, shown

_CURVE = "#1f77b4"
_BAD, _ODD = "#d1495b", "#c77800"


@singledispatch
def as_html(what: object) -> str:
    """A scan, summary, diagnosis, check or list of suggestions as a piece of HTML.

    Raises `TypeError` for anything else.
    """
    raise TypeError(f"{type(what).__name__} has no form as HTML")


@as_html.register
def _(scan: Scan) -> str:
    curves = curves_of(scan, by_line=len(scan.logs) == 1)
    place = "line" if len(scan.logs) == 1 else "value"
    pictures = "".join(_figure(name, curve, place) for name, curve in curves.items())
    return f"{as_html(scan.progress)}<div>{pictures}</div>"


@as_html.register
def _(summary: Summary) -> str:
    head = ("metric", "matches", "rejected", "first", "last", "least", "greatest", "values")
    damaged = "".join(
        f"<p>{_coloured(_BAD, f'{each.name}: {each.damage}')}</p>" for each in summary.damaged
    )
    account = (
        f"<p>{summary.records:,} records from {summary.lines:,} lines ({summary.bytes_in:,} bytes) of "
        f"{len(summary.sources):,} logs</p>"
    )
    return _table(head, map(_cells, summary.definitions)) + account + damaged


@as_html.register
def _(diagnosis: Diagnosis) -> str:
    return as_html(diagnosis.summary) + "".join(map(_explained, diagnosis.explanations))


@as_html.register
def _(check: Check) -> str:
    rows = [
        (shown(each.name), _code(each.regex), shown(lane))
        for algorithm in check.algorithms
        for each, lane in zip(algorithm.definitions, algorithm.lanes, strict=True)
    ]
    findings = [f"<li>{_severe(each.severity, str(each))}</li>" for each in check.findings]
    said = f"<ul>{''.join(findings)}</ul>" if findings else "<p>✓ nothing to complain about</p>"
    return _table(("metric", "regex", "lane"), rows) + said


@as_html.register
def _(suggestions: Suggestions) -> str:
    rows = [
        (
            shown(each.definition.name),
            f"{each.summary.emitted:,}",
            _code(each.definition.regex),
            _code(each.example[:120]),
        )
        for each in suggestions
    ]
    return _table(("metric", "values", "regex", "for example"), rows)


def _figure(name: str, curve: Curve, places: str) -> str:
    picture = chart([Line(name, curve.points, _CURVE, gaps=curve.gaps)], title=name, places=places)
    return (
        f'<figure style="max-width:46em"><figcaption>{shown(name)}</figcaption>{picture}</figure>'
    )


def _cells(gave: DefinitionSummary) -> Sequence[str]:
    numbers = (gave.first, gave.last, gave.minimum, gave.maximum)
    return (
        shown(gave.name),
        f"{gave.emitted + gave.rejected:,}",
        f"{gave.rejected:,}",
        *("" if number is None else f"{number:.6g}" for number in numbers),
        _sparkline(gave.series),
    )


def _sparkline(values: Sequence[float]) -> str:
    finite = [each for each in values if each - each == 0.0]
    if len(finite) < 2:
        return ""
    least, spread = min(finite), max(finite) - min(finite)
    steps = 120 / (len(finite) - 1)
    spots = (
        f"{place * steps:.1f} {18 - 16 * (each - least) / spread if spread else 9:.1f}"
        for place, each in enumerate(finite)
    )
    return (
        '<svg width="120" height="20" role="img" aria-label="the values">'
        f'<path d="M{"L".join(spots)}" fill="none" stroke="{_CURVE}" stroke-width="1.5" '
        'stroke-linejoin="round"/></svg>'
    )


def _explained(explanation: Explanation) -> str:
    parts = []
    for cause in explanation.causes:
        what = f"{explanation.definition.name}: {cause.kind.value}: {cause.message}"
        lines = "\n".join(f"line {each.line:,}  {marked(each)}" for each in cause.sightings)
        parts.append(f"<p>{_severe(cause.severity, what)}</p>")
        parts.append(f"<pre>{lines}</pre>" if lines else "")
        if cause.correction:
            right = cause.correction
            parts.append(
                f"<p>try, for {right.summary.emitted:,} numbers: {_code(right.definition.regex)}</p>"
            )
    return "".join(parts)


def _severe(severity: Severity, text: str) -> str:
    return _coloured(_BAD if severity is Severity.ERROR else _ODD, text)


def _coloured(colour: str, text: str) -> str:
    return f'<span style="color:{colour}">{shown(text)}</span>'


def _code(text: str) -> str:
    return f"<code>{shown(text)}</code>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{each}</th>" for each in head)
    body = "".join(f"<tr>{''.join(f'<td>{each}</td>' for each in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
