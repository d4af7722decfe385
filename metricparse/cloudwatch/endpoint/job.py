"""The training job that is served: its records, as far as they have been read."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow.compute as pc

from metricparse.cloudwatch.periods import PeriodBuilder, PeriodStatistics, Statistics, percentile
from metricparse.cloudwatch.series import GREATEST, LeftOut, SeriesBatch, SeriesReader
from metricparse.cloudwatch.training_job import Ends, check_job_name, described
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.records.streams import Records

if TYPE_CHECKING:
    from metricparse.definitions.algorithm import AlgorithmSpecification

#: Periods that are kept gathered; for others the records are gone through again.
_PERIODS_CACHED = 8


class Point(NamedTuple):
    """A period of a metric: its start, in seconds since 1970, and its statistics."""

    start: int
    statistics: Statistics
    values: Counter[float]

    def percentile(self, share: float) -> float:
        """The value that so many percent of the values do not exceed."""
        return percentile(self.values, share)


class Sample(NamedTuple):
    """A value: its time in nanoseconds since 1970, its line, and itself."""

    time: int
    line: int
    value: float


@dataclass
class _CachedPeriods:
    """A builder of periods, how many batches are in it, and what it gathered."""

    builder: PeriodBuilder
    batches: int = 0
    gathered: PeriodStatistics | None = None


class ServedJob:
    """A training job whose records are read while it is served.

    The records are held in memory, 28 bytes each, so that any period can be asked for. It may be
    used by several threads.

    Raises `MetricparseError` for a name that a training job cannot have.
    """

    def __init__(
        self,
        name: str,
        records: Records,
        algorithm: "AlgorithmSpecification | Sequence[MetricDefinition]",
    ) -> None:
        check_job_name(name)
        self.name = name
        self._algorithm = algorithm
        self._reader = SeriesReader(records)
        self._batches: list[SeriesBatch] = []
        self._running = True
        self._stopped = False
        self._lock = threading.Lock()
        self._cached: dict[tuple[int, bool], _CachedPeriods] = {}
        self._ends = Ends()
        self._ended = 0

    def read(self) -> None:
        """Read the records to their end; what was read is served at once."""
        try:
            for batch in self._reader:
                self._batches.append(batch)
                if self._stopped:
                    return
        finally:
            self._running = False

    def stop(self) -> None:
        """Let `read` end with the batch that it is at."""
        self._stopped = True

    def left_out(self) -> dict[LeftOut, int]:
        """How many records are in no period, by the reason."""
        with self._lock:
            return dict(self._gathered(60, with_values=False).left_out)

    def metrics(self) -> list[str]:
        """The names of the metrics that have periods."""
        with self._lock:
            gathered = self._gathered(60, with_values=False)
        known = zip(gathered.series, gathered.periods, strict=True)
        return sorted(series.metric for series, periods in known if periods)

    def points(self, metric: str, period: int, *, with_values: bool = False) -> list[Point]:
        """The periods of a metric, in order; none if there is no such metric.

        period: seconds. with_values: so that percentiles can be told.
        """
        with self._lock:
            gathered = self._gathered(period, with_values=with_values)
            for place, series in enumerate(gathered.series):
                if series.metric == metric:
                    # Values are gathered on while they are looked at.
                    return [
                        Point(start, found, Counter(gathered.values.get((place, start))))
                        for start, found in gathered.periods[place].items()
                    ]
        return []

    def samples(self, metric: str) -> list[Sample]:
        """The values of a metric that have a time, in the order of the records."""
        batches = list(self._batches)
        places = [at for at, each in enumerate(self._reader.series) if each.metric == metric]
        found: list[Sample] = []
        for batch in batches if places else ():
            taken = pc.and_kleene(
                pc.equal(batch.series, places[0]),
                pc.and_kleene(
                    pc.is_valid(batch.times), pc.less_equal(pc.abs(batch.values), GREATEST)
                ),
            )
            columns = (batch.times, batch.lines, batch.values)
            rows = zip(*(column.filter(taken).to_pylist() for column in columns), strict=True)
            found.extend(Sample(*row) for row in rows)
        return found

    def description(self) -> dict[str, Any]:
        """What `DescribeTrainingJob` answers."""
        with self._lock:
            running = self._running
            for batch in self._batches[self._ended :]:
                self._ends.add(batch)
                self._ended += 1
            series = self._reader.series
            return described(self.name, self._ends, series, self._algorithm, running=running)

    def _gathered(self, period: int, *, with_values: bool) -> PeriodStatistics:
        """The periods of what is read by now; the lock is held."""
        key = (period, with_values)
        cached = self._cached.pop(key, None) or _CachedPeriods(PeriodBuilder(period, with_values))
        self._cached[key] = cached
        if len(self._cached) > _PERIODS_CACHED:
            del self._cached[next(iter(self._cached))]
        new = self._batches[cached.batches :]
        for batch in new:
            cached.builder.add(batch)
        cached.batches += len(new)
        if new or cached.gathered is None:
            cached.gathered = cached.builder.statistics(list(self._reader.series))
        return cached.gathered
