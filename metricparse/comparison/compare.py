"""Runs held against a baseline, metric by metric."""

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.errors import MetricparseError, did_you_mean
from metricparse.records.batches import SCHEMA
from metricparse.records.json_numbers import json_number
from metricparse.records.streams import Records, batches_of
from metricparse.records.wide import on_axis
from metricparse.values import parts, value

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_CONDITION = re.compile(
    rf"\s*(?P<metric>.+?)\s*(?P<operator>[<>]=?)\s*"
    rf"(?:(?P<factor>{_NUMBER})\s*\*\s*)?(?P<bound>baseline|{_NUMBER})\s*"
)
# Below it, float64 tells whole numbers apart.
_EXACT = 2**53
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Goal(StrEnum):
    """Which of a metric's values are good."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"

    @classmethod
    def of_name(cls, metric: str) -> "Goal | None":
        """What a metric's name tells: a loss is to be small, an accuracy large; None if nothing."""
        words = re.findall(r"[a-z]+[0-9]*", metric.lower())
        for goal, known in _WORDS.items():
            if any(f" {word} " in known or word.endswith(_ENDINGS[goal]) for word in words):
                return goal
        return None


_WORDS = {
    Goal.MINIMIZE: " err mae mape mse nll perplexity ppl rmse rmsle smape wer cer fid ",
    Goal.MAXIMIZE: " acc auc aucpr bleu dice f1 iou map map50 map95 miou mrr ndcg precision psnr r2 "
    "recall reward rouge rouge1 rouge2 score ssim ",
}
_ENDINGS = {Goal.MINIMIZE: ("loss", "error"), Goal.MAXIMIZE: ("accuracy",)}


@value
class RunMetric:
    """A metric in one run.

    values: how many it has. last: NaN and infinities among them. best: the least or greatest finite
    one, by the metric's goal; None without a goal. best_at: its first step; None if it has none.
    reached_at: the first step with a finite value as good as the baseline's best; None if there is none.
    difference, relative: of the last value from the baseline's, and that as a share of the latter;
    None for the baseline, and where it cannot be told.
    """

    values: int
    last: float
    best: float | None
    best_at: float | None
    reached_at: float | None
    difference: float | None
    relative: float | None

    def to_dict(self) -> dict[str, Any]:
        """As data for JSON."""
        return {
            name: json_number(held) if isinstance(held, float) else held
            for name, held in parts(self)
        }


@value
class ComparedMetric:
    """A metric in all runs; None where a run has no value of it."""

    name: str
    goal: Goal | None
    runs: tuple[RunMetric | None, ...]

    def to_dict(self) -> dict[str, Any]:
        """As data for JSON."""
        runs = [each and each.to_dict() for each in self.runs]
        return {"name": self.name, "goal": self.goal, "runs": runs}


@value
class Comparison:
    """Runs by their names, the baseline first, and their metrics."""

    names: tuple[str, ...]
    metrics: tuple[ComparedMetric, ...]

    def failures(self, condition: str) -> list[str]:
        """What meets a condition of failure: a sentence for each run other than the baseline.

        condition: `METRIC OPERATOR [FACTOR *] BOUND`, such as `val_loss > 1.05 * baseline` or
        `accuracy < 0.9`, about last values. OPERATOR: <, <=, > or >=. BOUND: a number, or
        `baseline`, the baseline's last value. A run that has no value to compare, or one that is NaN,
        fails. Raises `MetricparseError` for what is no condition, or names no metric.
        """
        match = _CONDITION.fullmatch(condition)
        if match is None:
            raise MetricparseError(
                f"{condition!r}: not a condition; write METRIC < > <= or >= [FACTOR *] and a number or "
                "baseline, such as 'val_loss > 1.05 * baseline'"
            )
        metric = next((each for each in self.metrics if each.name == match["metric"]), None)
        if metric is None:
            raise _no_such_metric(match["metric"], [each.name for each in self.metrics])
        return list(self._failures(metric, match))

    def _failures(self, metric: ComparedMetric, condition: re.Match[str]) -> Iterator[str]:
        if condition["bound"] == "baseline":
            bound = None if metric.runs[0] is None else metric.runs[0].last
        else:
            bound = float(condition["bound"])
        factor = float(condition["factor"] or 1)
        for name, run in zip(self.names[1:], metric.runs[1:], strict=True):
            said = f"{name}: {condition[0].strip()}"
            if run is None or bound is None:
                which = name if run is None else self.names[0]
                yield f"{said}: cannot be told, as {which} has no {metric.name}"
            elif math.isnan(run.last) or math.isnan(bound):
                yield f"{said}: {run.last:g} against {factor * bound:g}"
            elif _OPERATORS[condition["operator"]](run.last, factor * bound):
                yield f"{said}: {run.last:g} {condition['operator']} {factor * bound:g}"

    def to_dict(self) -> dict[str, Any]:
        """As data for JSON."""
        return {"runs": list(self.names), "metrics": [each.to_dict() for each in self.metrics]}

    def to_markdown(self) -> str:
        """As a table for a pull request: one row per metric, one column per run."""
        is_compared = (False, *[True] * (len(self.names) - 1))
        rows = [
            ("metric", *self.names),
            ("---", *["---:"] * len(self.names)),
            *((each.name, *map(_as_markdown, each.runs, is_compared)) for each in self.metrics),
        ]
        return "".join(f"| {' | '.join(map(_escaped, row))} |\n" for row in rows)


def compare(
    runs: Mapping[str, Records],
    *,
    metrics: Iterable[str] | None = None,
    goals: Mapping[str, Goal | str] | None = None,
    by: str | None = None,
) -> Comparison:
    """Runs held against the first of them, metric by metric.

    runs: by their names, each a scan or other Arrow data of `SCHEMA`, held in memory one at a time.
    Values are ordered by their times where all of a run have one, else as the records are.
    metrics: those to compare, in this order; by default all that there are.
    goals: `minimize` or `maximize` for metrics whose name does not tell, or tells wrongly.
    by: what counts steps: a metric, such as `step`, or `line`; by default a metric's values are
    counted. Values before the first step have none.

    Raises `MetricparseError` if a run has no such metric, or a goal is given for a metric that there
    is not.

    >>> baseline = mp.scan("train.log", "definitions.json")
    >>> better = mp.scan_text("loss: 0.4", "definitions.json")
    >>> mp.compare({"main": baseline, "branch": better}).metrics[0].runs[1].best
    0.4
    """
    given = {name: Goal(goal) for name, goal in (goals or {}).items()}
    read = {name: _Run(name, records, by) for name, records in runs.items()}
    if not read:
        raise MetricparseError("no runs to compare; give at least one")
    found = dict.fromkeys(each for run in read.values() for each in run.metrics)
    wanted = dict.fromkeys(metrics or found)
    for metric in given:
        if metric not in wanted | found:
            raise _no_such_metric(metric, wanted | found)
    compared = []
    for metric in wanted:
        goal = given.get(metric, Goal.of_name(metric))
        all_series = [run.series(metric) for run in read.values()]
        in_runs = (_in_run(each, all_series[0], goal) for each in all_series)
        compared.append(ComparedMetric(metric, goal, tuple(in_runs)))
    return Comparison(tuple(read), tuple(compared))


class _Run:
    """The records of a run; metrics: the names of its metrics, in order."""

    def __init__(self, run: str, records: Records, by: str | None) -> None:
        table = pa.Table.from_batches(list(batches_of(records)), SCHEMA)
        if by is not None:
            _check_axis(run, table, by)
            table = on_axis(table, by)
        if not table["timestamp"].null_count:
            table = table.take(pc.sort_indices(table["timestamp"]))
        names = table["metric"].cast(pa.string())
        self.metrics: list[str] = [name for name in pc.unique(names).to_pylist() if name != by]
        self._names = names
        self._values = table["value"]
        self._steps = None if by is None else table["place"]

    def series(self, metric: str) -> "_Series | None":
        """A metric's values; None if there are none."""
        if metric not in self.metrics:
            return None
        of_metric = pc.equal(self._names, metric)
        steps = None if self._steps is None else self._steps.filter(of_metric)
        return _Series(self._values.filter(of_metric), steps)


def _check_axis(run: str, table: pa.Table, by: str) -> None:
    metrics = pc.unique(table["metric"].cast(pa.string())).to_pylist()
    known = ["line", *sorted(each for each in metrics if each != "timestamp")]
    if by not in known:
        raise MetricparseError(
            f"{run}: steps cannot be counted by {by!r}; give one of {', '.join(known)}"
        )


class _Series:
    """The values of a metric in a run, in order, and their steps, if they are not counted."""

    def __init__(self, values: pa.ChunkedArray, steps: pa.ChunkedArray | None) -> None:
        self._values = values
        self._steps = steps
        self.last: float = values[-1].as_py()

    def __len__(self) -> int:
        return len(self._values)

    def best(self, goal: Goal) -> float | None:
        """The least or greatest finite value."""
        bounds = pc.min_max(self._values.filter(pc.is_finite(self._values)))
        best: float | None = bounds["min" if goal is Goal.MINIMIZE else "max"].as_py()
        return best

    def step_of(self, bound: float, goal: Goal) -> float | None:
        """The first step at which a finite value is as good as the bound."""
        compared = pc.less_equal if goal is Goal.MINIMIZE else pc.greater_equal
        as_good = pc.and_(compared(self._values, bound), pc.is_finite(self._values))
        if self._steps is not None:
            as_good = pc.and_(as_good, pc.is_valid(self._steps))
        place = pc.index(as_good, pa.scalar(True)).as_py()
        if place < 0:
            return None
        return float(place + 1 if self._steps is None else self._steps[place].as_py())


def _in_run(series: _Series | None, base: _Series | None, goal: Goal | None) -> RunMetric | None:
    if series is None:
        return None
    best = target = difference = relative = None
    if goal is not None:
        best = series.best(goal)
        target = None if base is None else base.best(goal)
    if base is not None and base is not series:
        difference = _finite(series.last - base.last)
        if difference is not None and base.last:
            relative = _finite(difference / abs(base.last))
    return RunMetric(
        len(series),
        series.last,
        best,
        None if goal is None or best is None else series.step_of(best, goal),
        None if goal is None or target is None else series.step_of(target, goal),
        difference,
        relative,
    )


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _as_markdown(run: RunMetric | None, is_compared: bool) -> str:
    if run is None:
        return "none"
    said = [_number(run.last)]
    if run.relative is not None:
        said[0] += f" ({run.relative:+.2%})"
    if run.best is not None:
        at = "" if run.best_at is None else f" at {_number(run.best_at)}"
        said.append(f"best {_number(run.best)}{at}")
    if is_compared and run.reached_at is not None:
        said.append(f"reached at {_number(run.reached_at)}")
    return "<br>".join(said)


def _number(number: float) -> str:
    """To four digits; whole numbers that float64 tells apart in full."""
    if number.is_integer() and abs(number) < _EXACT:
        return f"{number:.0f}"
    return f"{number:.4g}"


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")


def _no_such_metric(name: str, known: Iterable[str]) -> MetricparseError:
    names = list(known)
    advice = did_you_mean(name, names, f"there are: {', '.join(names) or 'none'}")
    return MetricparseError(f"{name!r}: no such metric; {advice}")
