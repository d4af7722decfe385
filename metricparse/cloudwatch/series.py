"""The series that CloudWatch would hold: a metric, or a metric on one host."""

import re
from array import array
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.records.arrays import as_numbers
from metricparse.records.streams import Records, batches_of

#: Where SageMaker puts the metrics of training jobs, and by which dimensions.
NAMESPACE = "/aws/sagemaker/TrainingJobs"
JOB_DIMENSION = "TrainingJobName"
HOST_DIMENSION = "Host"
#: The greatest magnitude of a value that the service takes.
GREATEST = 2.0**360


class LeftOut(StrEnum):
    """Why records are left out of what CloudWatch would hold, or of what is sent to it."""

    NO_TIME = "no time"
    NOT_TAKEN = "not finite, or beyond 2^360"
    TOO_OLD = "older than two weeks"
    TOO_NEW = "more than two hours ahead"
    NAME_TAKEN = "a name that the format uses itself"


_HOST = re.compile(r"(algo-\d+)(?:-\d+)?\Z")


class Series(NamedTuple):
    """What a time series is known by; `host` is None unless hosts are told apart."""

    metric: str
    host: str | None = None


class SeriesBatch(NamedTuple):
    """Records of a batch as columns.

    series: int32 places in the list of series. times: int64 nanoseconds since 1970, null where
    unknown. values: float64. lines: int64.
    """

    series: pa.Array
    times: pa.Array
    values: pa.Array
    lines: pa.Array

    def __len__(self) -> int:
        return len(self.values)


class SeriesReader:
    """Records as batches of numbered series.

    series: those that turned up so far.
    """

    def __init__(self, records: Records, *, by_host: bool = False) -> None:
        self._records = records
        self._by_host = by_host
        self.series: list[Series] = []
        self._places: dict[Series, int] = {}

    def __iter__(self) -> Iterator[SeriesBatch]:
        for batch in batches_of(self._records):
            yield SeriesBatch(
                self._numbered(batch),
                batch["timestamp"].view(pa.int64()),
                batch["value"],
                batch["line"],
            )

    def _numbered(self, batch: pa.RecordBatch) -> pa.Array:
        metrics = batch["metric"]
        names = metrics.dictionary.to_pylist()
        if not self._by_host:
            return self._mapped(metrics.indices, (Series(name) for name in names))
        sources = batch["source"]
        hosts = map(host_of, sources.dictionary.to_pylist())
        pairs = (Series(name, host) for host in hosts for name in names)
        places = pc.add(pc.multiply(sources.indices, len(names)), metrics.indices)
        return self._mapped(places.cast(pa.int32()), pairs)

    def _mapped(self, indices: pa.Array, series: Iterable[Series]) -> pa.Array:
        places = array("i", map(self._place, series))
        same = all(place == number for number, place in enumerate(places))
        return indices if same else as_numbers(places).take(indices)

    def _place(self, series: Series) -> int:
        place = self._places.setdefault(series, len(self.series))
        if place == len(self.series):
            self.series.append(series)
        return place


def host_of(source: str) -> str:
    """The host that a log stream is of: `algo-1` of `job/algo-1-1700000000`; else the source."""
    match = _HOST.search(source)
    return match[1] if match else source


def reads(records: Records, path: str) -> bool:
    """Whether a path is one of the logs that the records come of."""
    return hasattr(records, "reads") and bool(records.reads(path))
