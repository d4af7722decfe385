"""What people look at."""

import io
import math

import pytest
from hypothesis import given, strategies as st
from rich.console import Console

import metricparse as mp
from metricparse.cli.report.curve import curve
from metricparse.cli.report.numbers import of_bytes, of_count, of_seconds, sparkline
from metricparse.cli.report.scan import live_report, report_scan
from metricparse.diagnosis.findings import findings_of
from metricparse.matching.tally import tally
from metricparse.scanning.series import SERIES_KEPT, Series


@pytest.mark.parametrize(
    ("values", "width", "expected"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7], 8, "▁▂▃▄▅▆▇█"),
        ([7, 0], 8, "█▁"),
        ([0, 0, 1, 1], 2, "▁█"),
        ([3, 3, 3], 3, "▅▅▅"),
        ([0, math.nan, 1], 3, "▁ █"),
        ([math.inf], 3, " "),
        ([], 3, ""),
        ([1, 2], 0, ""),
        ([-1e308, 1e308], 2, "▁█"),
    ],
)
def test_sparkline(values: list[float], width: int, expected: str) -> None:
    assert sparkline(values, width) == expected


@given(st.lists(st.floats(), max_size=300), st.integers(0, 40))
def test_a_sparkline_is_never_wider_than_asked(values: list[float], width: int) -> None:
    assert len(sparkline(values, width)) == min(width, len(values))


@given(st.lists(st.lists(st.floats(allow_nan=False), max_size=200), max_size=8))
def test_a_series_does_not_depend_on_how_its_values_are_divided(parts: list[list[float]]) -> None:
    def extend(series: Series, values: list[float]) -> None:
        (values_tally,) = tally([0] * len(values), values, [series.state], SERIES_KEPT)
        series.extend(values_tally)

    divided, whole = Series(), Series()
    for part in parts:
        extend(divided, part)
    values = [value for part in parts for value in part]
    extend(whole, values)
    assert divided.values == whole.values
    assert len(whole.values) == min(len(values), len(whole.values)) <= SERIES_KEPT
    assert whole.values[:1] == values[:1]


def test_words_for_figures() -> None:
    assert [of_bytes(n) for n in (0, 999, 1000, 53_519, 5e9)] == [
        *("0 bytes", "999 bytes", "1 kB", "53.5 kB", "5 GB")
    ]
    assert (of_count(1, "line"), of_count(2000, "line")) == ("1 line", "2,000 lines")
    assert (of_seconds(0.0312), of_seconds(185)) == ("0.0312 s", "3 min 5 s")


def printed(log: bytes, definitions: list[dict[str, str]]) -> str:
    summary = mp.scan(io.BytesIO(log), definitions).summary
    file = io.StringIO()
    report_scan(summary, findings_of(summary), file, seconds=0.5)
    return file.getvalue()


DEFINITIONS = [
    {"Name": "a name of some length", "Regex": r"x=(\S+)"},
    {"Name": "[bold]y[/bold]", "Regex": r"y=(\S+)"},
]


@pytest.mark.parametrize("columns", ["40", "60", "80", "200"])
def test_no_figure_is_lost_on_a_narrow_terminal(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    report = printed(b"x=0.125\nx=0.5\ny=[red]\n", DEFINITIONS)
    assert max(map(len, report.splitlines()[:4])) <= int(columns)
    if int(columns) >= 80:
        assert "a name of some length" in report
        assert report.count("0.125") == 2


def test_names_and_captures_are_shown_as_they_are() -> None:
    report = printed(b"x=1\ny=[red]\n", DEFINITIONS)
    assert "[bold]y[/bold]" in report
    assert "group 1 captured '[red]'" in report


def test_a_curve_in_dots() -> None:
    drawn = curve("loss", [0.0, 1.0, 2.0, 3.0], 13, 1).plain.split("\n")
    assert drawn == ["loss", "         3 " + chr(0x2800 | 0x40 | 0x20) + chr(0x2800 | 0x02 | 0x08)]
    stretched = curve("loss", [0.0, 3.0], 13, 1).plain.split("\n")[1]
    assert stretched[-2:] == chr(0x2800 | 0x40 | 0x80) + chr(0x2800 | 0x01 | 0x08)
    spike = curve("loss", [0.0] * 500 + [9.0] + [0.0] * 500, 60, 4).plain
    assert spike.split("\n")[1].strip("\u2800 9")
    assert curve("loss", [float("nan")], 40, 3).plain == "loss"
    assert curve("loss", [1e308, -1e308, float("inf")], 40, 3).plain.count("\n") == 3


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_a_live_report_fits_its_terminal(width: int) -> None:
    log = io.BytesIO(b"".join(b"loss: %d acc: %d\n" % (n, n % 7) for n in range(300)))
    summary = mp.scan(
        log,
        [{"Name": name, "Regex": f"{name}: ([0-9]+)"} for name in ("loss", "acc", "never")],
    ).summary
    for height in (5, 14, 40):
        file = io.StringIO()
        Console(file=file, width=width, height=height).print(live_report(summary, width, height))
        printed = file.getvalue().splitlines()
        assert max(map(len, printed)) <= width
        assert len(printed) < max(height, 9)
