"""Logs scanned one after the other, each of them counted by itself."""

import time as clock
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from metricparse.logs.input.sources import CHUNK_SIZE, Source
from metricparse.records.found import FoundRecords
from metricparse.scanning.many import run_many
from metricparse.scanning.pipeline import Pipeline
from metricparse.scanning.plan import ScanPlan
from metricparse.scanning.summary import Summary

if TYPE_CHECKING:
    import pyarrow as pa

#: The accounting of a log's scan, as far as it has come, and the log's records.
ScannedLog: TypeAlias = "tuple[Summary, Iterator[pa.RecordBatch]]"


def scan_each(sources: Sequence[Source], plan: ScanPlan) -> Iterator[ScannedLog]:
    """Each log, scanned on this thread as its records are taken.

    They are to be taken before the next log is asked for, and raise `LogError` if it cannot be read.
    """
    summary = Summary.empty(plan.pattern)
    pipeline = Pipeline(plan.pattern, plan.options, summary, threads=1)
    started = clock.perf_counter()
    for found in run_many(sources, pipeline, CHUNK_SIZE):
        yield summary, pipeline.batches(_timed(found, summary, started))
        summary, started = Summary.empty(plan.pattern), clock.perf_counter()
        pipeline.count_in(summary)


def _timed(
    found: Iterable[FoundRecords], summary: Summary, started: float
) -> Iterator[FoundRecords]:
    yield from found
    summary.seconds = clock.perf_counter() - started
    summary.complete = True
