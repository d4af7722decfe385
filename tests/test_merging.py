"""The summaries of parts, merged into that of the whole."""

import io
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import strategies as st

import metricparse as mp
from tests.support.long_runs import tried

DEFINITIONS = [
    {"Name": "loss", "Regex": r"loss: (\S+)"},
    {"Name": "acc", "Regex": r"acc: (\d+)"},
    {"Name": "none", "Regex": "none"},
]
PATTERN = mp.CombinedPattern(DEFINITIONS)
_LINES = st.sampled_from(
    [
        *(
            b"loss: 0.5\n",
            b"loss: -0.0 acc: 12\n",
            b"loss: 1e300\n",
            b"loss: nan\n",
            b"loss: oops\n",
        ),
        *(b"acc: 3 acc: 4\n", b"acc: 1.5\n", b"nothing\n", b"none\n", b"[1,0]<stderr>:loss: 7\n"),
        *(b"2026-11-22 10:00:00 loss: 2\n", b"2026-11-22 09:00:00 loss: 3\n", b"\xff\x00\n"),
    ]
)
LOGS = st.lists(
    st.builds(lambda lines, times: b"".join(lines) * times, st.lists(_LINES), st.integers(1, 40)),
    min_size=1,
    max_size=8,
)


def scanned(logs: list[tuple[str, bytes]]) -> mp.Summary:
    def named(name: str, log: bytes) -> io.BytesIO:
        file = io.BytesIO(log)
        file.name = name
        return file

    return mp.scan([named(*log) for log in logs], PATTERN).summary


def told(summary: mp.Summary) -> dict[str, Any]:
    data = summary.to_dict()
    del data["seconds"]
    # NaN is not equal to itself.
    return data | {"series": [repr(each.series) for each in summary.definitions]}


@tried(40, 400, LOGS, st.data())
def test_any_division_of_logs_in_any_order_merges_to_the_same(
    contents: list[bytes], data: st.DataObject
) -> None:
    named = [(f"{number}.log", content) for number, content in enumerate(contents)]
    logs = data.draw(st.permutations(named))
    cuts = data.draw(st.lists(st.integers(0, len(logs)), max_size=4).map(sorted))
    parts = [
        scanned(logs[start:end]) for start, end in pairwise([0, *cuts, len(logs)]) if start < end
    ]
    middle = data.draw(st.integers(1, len(parts)))
    nested = [mp.Summary.merge(each) for each in (parts[:middle], parts[middle:]) if each]
    whole = told(scanned(logs))
    assert told(mp.Summary.merge(parts)) == whole
    assert told(mp.Summary.merge(nested)) == whole


def test_more_logs_than_values_that_are_kept() -> None:
    logs = [(f"{number}.log", b"loss: %d\n" % number) for number in range(1000)]
    parts = [scanned(logs[start : start + 90]) for start in range(0, len(logs), 90)]
    merged = mp.Summary.merge(parts)
    assert told(merged) == told(scanned(logs))
    series = merged.definitions[0].series
    assert 32 < len(series) <= 128
    assert series == sorted(series)


def test_merging_leaves_the_parts_as_they_are() -> None:
    parts = [scanned([(name, b"loss: 1\nloss: a\n")]) for name in "ab"]
    before = [told(part) for part in parts]
    merged = mp.Summary.merge(parts)
    merged.sources[0].lines += 1
    mp.Summary.merge([merged, merged])
    assert [told(part) for part in parts] == before


def test_what_cannot_be_merged() -> None:
    with pytest.raises(mp.MetricparseError, match="no summaries"):
        mp.Summary.merge([])
    other = mp.scan(io.BytesIO(b""), DEFINITIONS[:1]).summary
    with pytest.raises(mp.MetricparseError, match="different definitions"):
        mp.Summary.merge([scanned([("a", b"")]), other])
