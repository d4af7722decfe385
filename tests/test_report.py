"""What people look at."""

import io
import math
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

import metricparse as mp
from metricparse.cli.report.curve import curve
from metricparse.cli.report.numbers import of_bytes, of_count, of_seconds, of_value, sparkline
from metricparse.cli.report.scan import live_report, report_scan
from metricparse.cli.report.table import Column, table
from metricparse.cli.report.text import Text, cells, plain
from metricparse.diagnosis.findings import findings_of
from metricparse.matching.tally import tally
from metricparse.scanning.series import SERIES_KEPT, Series
from tests.support.command_line import METRICPARSE
from tests.support.long_runs import mostly_long


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
        for each in tally(
            [0] * len(values), [0] * len(values), values, [series.state], SERIES_KEPT
        ):
            series.extend(each, "log")

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


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1594123456789.0, "1594123456789"),
        (123456.789, "123457"),
        (-20000.0, "-20000"),
        (1234.5, "1234"),
        (0.00012345, "0.0001234"),
        (1e16, "1e+16"),
        (math.inf, "inf"),
        (math.nan, "nan"),
        (None, ""),
    ],
)
def test_digits_before_the_point_are_shown(value: float | None, shown: str) -> None:
    assert of_value(value, 4) == shown


def test_streams_of_a_log_are_no_logs(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("".join(f"[1,{rank}]<stdout>:loss: 0.5\n" for rank in range(4)))
    summary = mp.scan(str(log), [{"Name": "loss", "Regex": "loss: (.+)"}]).summary
    file = io.StringIO()
    report_scan(summary, [], file, seconds=0.5)
    assert f"of {log} with 4 streams in" in file.getvalue()


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
    drawn = plain_curve([0.0, 1.0, 2.0, 3.0], 13, 1)
    assert drawn == ["loss", "         3 " + chr(0x2800 | 0x40 | 0x20) + chr(0x2800 | 0x02 | 0x08)]
    stretched = plain_curve([0.0, 3.0], 13, 1)[1]
    assert stretched[-2:] == chr(0x2800 | 0x40 | 0x80) + chr(0x2800 | 0x01 | 0x08)
    spike = plain_curve([0.0] * 500 + [9.0] + [0.0] * 500, 60, 4)
    assert spike[1].strip("\u2800 9")
    assert plain_curve([math.nan], 40, 3) == ["loss"]
    assert len(plain_curve([1e308, -1e308, math.inf], 40, 3)) == 4


def plain_curve(values: list[float], width: int, rows: int) -> list[str]:
    return [line.plain for line in curve("loss", values, width, rows)]


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_a_live_report_fits_its_terminal(width: int) -> None:
    log = io.BytesIO(b"".join(b"loss: %d acc: %d\n" % (n, n % 7) for n in range(300)))
    summary = mp.scan(
        log,
        [{"Name": name, "Regex": f"{name}: ([0-9]+)"} for name in ("loss", "acc", "never")],
    ).summary
    for height in (5, 14, 40):
        drawn = list(live_report(summary, width, height))
        assert max(line.width for line in drawn) <= width
        assert len(drawn) < max(height, 9)


STYLED = st.lists(
    st.tuples(
        st.text(st.sampled_from("ab  ") | st.characters(exclude_categories=["Cc", "Cs"])),
        st.sampled_from(["", "bold", "dim red"]),
    )
).map(lambda parts: Text(*parts))


@given(STYLED, st.integers(2, 30))
def test_broken_text_fits_and_lacks_blanks_alone(text: Text, width: int) -> None:
    folded, wrapped = text.folded(width), text.wrapped(width)
    assert max(line.width for line in [*folded, *wrapped]) <= width
    assert "".join(line.plain for line in folded) == text.plain
    assert "".join("".join(line.plain.split()) for line in wrapped) == "".join(text.plain.split())


def test_text_is_broken_between_words() -> None:
    text = Text(("two", "bold"), " words, and onelongword")
    assert [line.plain for line in text.wrapped(10)] == ["two words,", "and", "onelongwor", "d"]
    assert text.wrapped(10)[0].in_colour() == "\x1b[1mtwo\x1b[0m words,"


@pytest.mark.parametrize(("text", "columns"), [("損失", 4), ("e\u0301", 1), ("😀x", 3), ("", 0)])
def test_columns_of_a_terminal(text: str, columns: int) -> None:
    assert cells(text) == columns


def test_a_table_narrows_what_may_be_folded() -> None:
    columns = [Column("name", fold=True, least=4), Column("n", right=True)]
    rows = [[Text("abcdefghij"), Text("12")], [Text("損失"), Text("345")]]
    drawn = [line.plain.rstrip() for line in table(columns, rows, 10, gap=1)]
    assert drawn == ["name     n", "abcdef  12", "ghij", "損失   345"]
    assert [line.plain for line in table(columns, rows, 6, gap=1)][1] == "abcd  "


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colours_are_for_terminals_unless_asked_for(
    variables: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in printed(b"x=1\ny=1\n", DEFINITIONS)) is coloured


def test_what_a_terminal_would_obey_is_written_out() -> None:
    assert plain("a\x1b[31m\u202eb") == "a\\x1b[31m\\u202eb"


@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")
def test_what_a_terminal_shows_of_ctrl_c_does_not_move_the_live_table(tmp_path: Path) -> None:
    import pty

    log = tmp_path / "log"
    log.write_text("".join(f"loss: {n}\n" for n in range(300)))
    child, terminal = pty.fork()
    if not child:
        command = ["scan", "--follow", "-m", "loss=loss: ([0-9]+)", str(log)]
        environment = {**os.environ, "COLUMNS": "60", "LINES": "30", "TERM": "xterm"}
        python = [sys.executable, "-m", "metricparse"]
        os.execve(python[0], [*python, *command], environment)  # noqa: S606 - our own
    shown = ""
    while "\u2880" not in shown and "\u28c0" not in shown:  # dots of a curve
        shown += os.read(terminal, 65536).decode("utf-8", "replace")
    live = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).replace("\r", "")
    os.write(terminal, b"\x03")
    with suppress(OSError):  # the end of a pseudo-terminal
        while os.read(terminal, 65536):
            pass
    os.waitpid(child, 0)
    os.close(terminal)
    assert max(map(cells, live.splitlines())) <= 60 - len("^C")


TRANSFORMERS = Path(__file__).parents[1] / "sample_logs" / "transformers"
COMMANDS = {
    "scan": ("scan", "-d", TRANSFORMERS / "definitions-copied.json", TRANSFORMERS / "train.log"),
    "preset": ("scan", "-d", "preset:huggingface", TRANSFORMERS / "train.log"),
    "explain": (
        "explain",
        "-d",
        TRANSFORMERS / "definitions-copied.json",
        TRANSFORMERS / "train.log",
    ),
    "check": ("check", TRANSFORMERS / "definitions.json"),
    "presets": ("presets",),
    "help": ("scan", "--help"),
}


@pytest.mark.parametrize("width", mostly_long([60, 80, 100, 160], {60, 100}))
@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_printed_fits_the_terminal_and_regexes_stay_whole(command: str, width: int) -> None:
    """On a terminal, of which the widths are given; regexes are left for it to break."""
    shown = on_a_terminal(width, *map(str, COMMANDS[command]))
    regexes = {
        each.regex
        for path in ("definitions.json", "definitions-copied.json")
        for each in mp.load_definitions(TRANSFORMERS / path)
    }
    long = [line for line in shown if len(line) > width]
    assert [line for line in long if not re.search(r"\[0-9|metricparse ", line)] == []
    if command == "check":
        assert sum(any(regex in line for regex in regexes) for line in shown) == 7
    if command == "scan":
        assert any(line.startswith("train:learning_rate ") for line in shown)
        (row,) = (line for line in shown if line.startswith("train:loss"))
        assert "█" in row


def on_a_terminal(width: int, *command: str) -> list[str]:
    """The lines that a command prints on a terminal, without its colours."""
    terminal, inside = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": str(width)}
    with subprocess.Popen(
        [*METRICPARSE, *command], stdout=inside, stderr=inside, env=env
    ) as process:
        os.close(inside)
        printed = b"".join(iter(lambda: _read(terminal), b""))
        os.close(terminal)
    assert process.returncode == 0
    return re.sub(r"\x1b\[[0-9;]*m", "", printed.decode()).replace("\r", "").splitlines()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how the end of a terminal is told
        return b""
