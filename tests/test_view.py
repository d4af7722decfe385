"""The page of a scan: what is on it, and that it is nothing but a page."""

import io
import random
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

import metricparse as mp
from metricparse.view.chart import Line, chart
from metricparse.view.curves import BUCKETS, Curve, Point, curves_of
from tests.support.command_line import run
from tests.support.sample_logs import SAMPLES

LOSS = [{"Name": "loss", "Regex": "loss: (\\S+)"}]
KINDS = sorted(path.parent for path in SAMPLES.glob("*/definitions.json"))


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("folder", KINDS, ids=lambda folder: folder.name)
def test_the_counts_and_findings_of_a_scan_are_on_its_page(folder: Path) -> None:
    for definitions in folder.glob("definitions*.json"):
        scan = mp.scan(folder / "train.log", definitions)
        page = Page(scan.to_html())
        diagnosis = mp.diagnose(folder / "train.log", definitions)
        for each in diagnosis.explanations:
            cells = f"{each.summary.emitted + each.summary.rejected:,}"
            assert re.search(rf"{re.escape(each.definition.name)}{cells}", page.text)
            for cause in each.causes:
                assert cause.message in page.text
                if cause.correction:
                    assert cause.correction.definition.regex in page.text
        assert f"{scan.summary.records:,} records from {scan.summary.lines:,} lines" in page.text


def test_a_page_needs_nothing_but_itself() -> None:
    page = Page(
        mp.html_report(SAMPLES / "transformers" / "train.log", KINDS[5] / "definitions.json")
    )
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        assert not any(name.startswith("on") or name in {"src", "style"} for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</pre></details><a href='javascript:1'>x</a>",
        "\x1b]0;title\x07\0",
        "\N{RIGHT-TO-LEFT OVERRIDE}gnorw",
        "x" * 1_000_000,
    ],
)
def test_text_of_a_log_is_never_markup(text: str) -> None:
    log = f"{text} loss: 0.5 {text}\nloss: {text[:50]}\n".encode()
    definitions = [{"Name": f"l{text[:60]}", "Regex": r"loss: (\S+)"}]
    page = mp.html_report(io.BytesIO(log), definitions, envelope="plain")
    parsed = Page(page)
    assert not {"script", "img"} & {tag for tag, _ in parsed.tags}
    assert all((given.get("href") or "#").startswith("#") for _, given in parsed.tags)
    assert not re.search("[\0\x07\x1b\N{RIGHT-TO-LEFT OVERRIDE}]", page)
    assert len(page) < 60_000


def test_a_curve_is_broken_where_no_number_stands() -> None:
    page = mp.html_report(io.BytesIO(b"loss: 1\nloss: nan\nloss: 2\n"), LOSS)
    path = re.search(r'<path d="(M[^"]*)" stroke="#12805c"', page)
    assert path
    assert path[1].count("M") == 2


def test_what_was_published_and_what_is_right_are_laid_over_each_other() -> None:
    folder = SAMPLES / "transformers"
    page = mp.html_report(folder / "train.log", folder / "definitions-copied.json")
    assert "as published" in page
    assert "corrected" in page
    assert "line, logarithmic" in page
    assert len(page.encode()) < 60_000


def test_averages_of_minutes_where_the_log_tells_times() -> None:
    log = b"".join(
        b"2026-11-22T10:%02d:%02dZ loss: %d\n" % (n // 4, n % 4 * 15, n) for n in range(40)
    )
    assert "10 averages of a minute, from 2026-11-22 10:00 UTC" in mp.html_report(
        io.BytesIO(log), LOSS
    )


def test_spikes_among_a_million_values_stand_in_their_place() -> None:
    spikes = {123_456: 50.0, 500_000: -40.0, 999_999: 60.0}
    order = random.Random(1)
    values = [spikes.get(place, order.random()) for place in range(1_000_000)]
    curve = Curve()
    for start in range(0, len(values), 65_536):
        part = values[start : start + 65_536]
        curve.extend(range(start, start + len(part)), part)
    assert curve.count == len(values)
    assert len(curve.points) <= 2 * BUCKETS
    assert {point for point in curve.points if abs(point.value) > 1} == {
        Point(place, value) for place, value in spikes.items()
    }
    drawn = chart([Line("x", curve.points, "#000")], title="x", places="line")
    assert len(drawn) < 50_000


@given(st.lists(st.lists(st.floats(-1e9, 1e9), max_size=3000), max_size=4))
def test_the_least_and_the_greatest_are_among_the_points(parts: list[list[float]]) -> None:
    curve, values = Curve(), [value for part in parts for value in part]
    for part in parts:
        curve.extend(range(curve.count, curve.count + len(part)), part)
    assert set(curve.points) <= {Point(*each) for each in enumerate(values)}
    assert curve.points == sorted(curve.points, key=lambda point: point.place)
    if values:
        drawn = [point.value for point in curve.points]
        assert (min(drawn), max(drawn)) == (min(values), max(values))


def test_values_of_several_logs_are_numbered() -> None:
    batch = mp.scan([io.BytesIO(b"loss: 1\nx\nloss: 3\n")], LOSS).to_table().to_batches()
    assert [point.place for point in curves_of(batch, by_line=True)["loss"].points] == [1, 3]
    assert [point.place for point in curves_of(batch, by_line=False)["loss"].points] == [0, 1]
    assert curves_of([pa.RecordBatch.from_pylist([], mp.SCHEMA)], by_line=True) == {}


def test_the_command_writes_a_page(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    done = run("scan", "-m", "loss=loss: (.*)", "-", "--html", page, stdin=b"loss: 0.5\n")
    assert done.returncode == 0
    assert "1 records from 1 lines" in page.read_text(encoding="utf-8")
    for wrong in (("--html", tmp_path / "no" / "x.html"), ("--html", page, "--follow")):
        assert run("scan", "-m", "loss=loss: (.*)", page, *wrong).returncode == 2


@pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium")
def test_a_browser_draws_it_without_a_complaint(tmp_path: Path) -> None:
    folder = SAMPLES / "keras"
    page = tmp_path / "report.html"
    page.write_text(mp.html_report(folder / "train.log", folder / "definitions.json"), "utf-8")
    done = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.count("<svg") >= 3
    assert "CONSOLE" not in done.stderr
