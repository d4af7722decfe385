"""What metrics a log must give, and in words where it does not."""

import io
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from metricparse.definitions.load import DefinitionSource, load_definitions
from metricparse.diagnosis.explain import diagnose
from metricparse.errors import DefinitionError
from metricparse.logs.views import View
from metricparse.scanning.scan import scan

#: For one metric: its only value; all its values in order; figures about them (`count`, `first`,
#: `last`, `min`, `max`); or None where it must give nothing.
Expected: TypeAlias = float | Sequence[float] | Mapping[str, float] | None

_FIGURES = ("count", "first", "last", "min", "max")
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric that did not give what was expected.

    reason: why, where that is known; else empty.
    """

    metric: str
    expected: str
    given: str
    reason: str = ""

    def __str__(self) -> str:
        reason = f"\n    {self.reason}" if self.reason else ""
        return f"{self.metric}: expected {self.expected}, got {self.given}{reason}"


def differences(
    log: str | os.PathLike[str] | bytes,
    definitions: DefinitionSource,
    expected: Mapping[str, Expected],
    *,
    view: View | str = View.SAGEMAKER,
    only_these: bool = True,
) -> list[Difference]:
    """Where a log gives other metrics than expected; none if it gives just these.

    log: a path, or the log itself as bytes. only_these: metrics that are not expected must give
    nothing. Raises what `scan` raises, and `DefinitionError` for a metric that no definition has.
    """
    loaded = load_definitions(definitions)
    names = list(dict.fromkeys(each.name for each in loaded))
    if unknown := sorted(set(expected) - set(names)):
        raise DefinitionError(
            f"no definition is named {unknown[0]!r}; there are: {', '.join(names)}"
        )
    given = _values(log, loaded, view)
    checked = names if only_these else [name for name in names if name in expected]
    wrong = [name for name in checked if not _is_met(expected.get(name), given.get(name, []))]
    if not wrong:
        return []
    causes = diagnose(_opened(log), [each for each in loaded if each.name in wrong], view=view)
    reasons = {each.definition.name: each.cause for each in causes.explanations if each.cause}
    return [
        Difference(
            name, *_in_words(expected.get(name), given.get(name, [])), _reason(reasons, name)
        )
        for name in wrong
    ]


def _values(
    log: str | os.PathLike[str] | bytes, definitions: DefinitionSource, view: View | str
) -> dict[str, list[float]]:
    values: dict[str, list[float]] = {}
    for batch in scan(_opened(log), definitions, view=view):
        metrics, numbers = batch.column("metric").to_pylist(), batch.column("value").to_pylist()
        for metric, value in zip(metrics, numbers, strict=True):
            values.setdefault(metric, []).append(value)
    return values


def _opened(log: str | os.PathLike[str] | bytes) -> Any:
    return io.BytesIO(log) if isinstance(log, bytes) else log


def _reason(reasons: Mapping[str, Any], name: str) -> str:
    cause = reasons.get(name)
    if cause is None:
        return ""
    better = f"; try {cause.correction.definition.regex}" if cause.correction else ""
    return f"{cause.message}{better}"


def _is_met(expected: Expected, given: Sequence[float]) -> bool:
    match expected:
        case None:
            return not given
        case Mapping():
            figures = _figures(given)
            return all(_is_same(figures.get(name), value) for name, value in expected.items())
        case Sequence():
            return len(given) == len(expected) and all(map(_is_same, given, expected))
        case _:
            return len(given) == 1 and _is_same(given[0], expected)


def _is_same(given: float | None, expected: float) -> bool:
    if given is None:
        return False
    both_nan = math.isnan(given) and math.isnan(expected)
    return both_nan or math.isclose(given, expected, rel_tol=1e-9)


def _figures(given: Sequence[float]) -> dict[str, float]:
    if not given:
        return {"count": 0}
    return dict(
        zip(_FIGURES, (len(given), given[0], given[-1], min(given), max(given)), strict=True)
    )


def _in_words(expected: Expected, given: Sequence[float]) -> tuple[str, str]:
    match expected:
        case None:
            return "nothing", _listed(given)
        case Mapping():
            figures = _figures(given)
            got = {name: figures.get(name) for name in expected}
            return _pairs(expected), _pairs(got)
        case Sequence():
            return _listed(expected), _listed(given)
        case _:
            return str(expected), _listed(given)


def _pairs(figures: Mapping[str, float | None]) -> str:
    shown = ((name, "none" if value is None else f"{value:g}") for name, value in figures.items())
    return ", ".join(f"{name} {value}" for name, value in shown)


def _listed(values: Sequence[float]) -> str:
    if not values:
        return "nothing"
    more = f", … ({len(values)} values)" if len(values) > _SHOWN else ""
    return ", ".join(map(str, values[:_SHOWN])) + more


def checked_expectation(metric: str, given: Any) -> Expected:
    """What a document says of a metric; raises `DefinitionError` if that is no expectation."""
    try:
        return _expectation(given)
    except (TypeError, ValueError):
        raise DefinitionError(
            f"{metric}: a number, a list of numbers, {{{', '.join(_FIGURES)}}} or null was "
            f"expected, not {given!r}"
        ) from None


def _expectation(given: Any) -> Expected:
    match given:
        case None:
            return None
        case Mapping() if given and set(given) <= set(_FIGURES):
            return {name: float(value) for name, value in given.items()}
        case list():
            return [float(value) for value in given]
        case bool():
            raise TypeError("true and false are no numbers")
        case _:
            return float(given)
