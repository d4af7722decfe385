"""Logs by the hundred, some of which cannot be read, and logs that are no files."""

import gzip
import io
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import metricparse as mp
from metricparse.scanning import many, pipeline, reading
from tests.support.command_line import run
from tests.support.log_envelopes import FORMS
from tests.support.long_runs import mostly_long

LOSS = [{"Name": "loss", "Regex": r"loss: (\S+)"}]
ELF = b"\x7fELF" + bytes(range(256)) * 8


def told(scan: mp.Scan) -> dict[str, Any]:
    return {**scan.summary.to_dict(), "seconds": None}


def values(scan: mp.Scan) -> list[float]:
    found: list[float] = scan.to_table()["value"].to_pylist()
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Logs of many sizes and kinds."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "logs").mkdir()
    for number in range(40):
        lines = 10 ** (number % 4 + 1)
        text = b"".join(b"loss: %d.%d\n" % (number, line) for line in range(lines))
        if number % 5 == 4:
            text = b"".join(b"[1,%d]<stdout>:%s\n" % (n % 4, x) for n, x in enumerate(text.split()))
        name = f"logs/{number:02}.log"
        (folder / name).write_bytes(gzip.compress(text, 1) if number % 3 == 0 else text)
    (folder / "elf").write_bytes(ELF)
    (folder / "empty.log").write_bytes(b"")
    (folder / "cut.log.gz").write_bytes(gzip.compress(b"loss: 7\n" * 50_000)[:-9])
    return folder


@pytest.fixture
def _in_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


@pytest.mark.usefixtures("_in_folder")
@pytest.mark.parametrize(
    ("at_once", "threads", "ahead"),
    mostly_long(
        product([0, 10_000, 4 << 20], [1, 2, 8], [1, 5000, 1 << 20]),
        [(0, 8, 5000), (10_000, 2, 1), (4 << 20, 1, 1 << 20)],
    ),
)
def test_threads_change_neither_rows_nor_accounts(
    at_once: int, threads: int, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = mp.scan("logs", LOSS, threads=1)
    rows = one.to_table()
    monkeypatch.setattr(many, "LEAST_AHEAD", 1000)
    monkeypatch.setattr(pipeline, "AHEAD", ahead)
    monkeypatch.setattr(reading, "_MOST_WHOLE", at_once)
    several = mp.scan("logs", LOSS, threads=threads)
    assert [len(batch) for batch in several] == [len(batch) for batch in one]
    assert several.to_table().equals(rows)
    assert told(several) == told(one)
    assert several.summary.definitions[0].series == one.summary.definitions[0].series


@pytest.mark.parametrize("form", FORMS)
def test_logs_in_envelopes_may_be_begun_before_their_turn(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        lines = (b"loss: %d.%d\n" % (number, line) for line in range(4000))
        (tmp_path / f"{number}.log").write_bytes(FORMS[form](b"".join(lines)))
    one = mp.scan(tmp_path, LOSS, threads=1)
    rows = one.to_table()
    assert rows.num_rows == 24_000
    monkeypatch.setattr(pipeline, "AHEAD", 30_000)
    monkeypatch.setattr(many, "LEAST_AHEAD", 0)
    several = mp.scan(tmp_path, LOSS, threads=2, block_size=20_000)
    assert several.to_table().equals(rows)
    assert told(several) == told(one)


@pytest.mark.usefixtures("_in_folder")
def test_what_ends_a_log_early_comes_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    logs = ["logs/03.log", "cut.log.gz", "elf", "logs/02.log", "none.log", "logs/01.log"]
    one = mp.scan(logs, LOSS, threads=1, on_error="record")
    with pytest.warns(mp.DamagedLogWarning):
        rows = one.to_table()
    monkeypatch.setattr(many, "LEAST_AHEAD", 0)
    several = mp.scan(logs, LOSS, threads=2, on_error="record")
    with pytest.warns(mp.DamagedLogWarning):
        assert several.to_table().equals(rows)
    assert told(several) == told(one)
    strict = mp.scan(logs[:4], LOSS, threads=2)
    with pytest.raises(mp.LogError, match="an ELF program"):
        for _ in strict:
            pass


@pytest.mark.usefixtures("_in_folder")
def test_whoever_stops_early_gets_what_came_till_then() -> None:
    scan = mp.scan("logs", LOSS, threads=4)
    first = next(iter(scan))
    assert first.num_rows == 65_536
    assert not scan.summary.complete


@pytest.mark.usefixtures("_in_folder")
def test_a_log_that_cannot_be_read_is_noted_and_the_others_are_read() -> None:
    logs = ["logs/01.log", "none.log", "elf", "empty.log", "cut.log.gz", "none*.log", "logs/00.log"]
    with pytest.raises(mp.LogError, match=r"none\.log: no such file"):
        mp.scan(logs, LOSS)
    scan = mp.scan(logs, LOSS, on_error="record")
    with pytest.warns(mp.DamagedLogWarning, match="what follows line"):
        found = values(scan)
    assert {each.name: each.error for each in scan.summary.failed} == {
        "none.log": "no such file; give a log file, a directory, a pattern, or -",
        "elf": "not a text log, but an ELF program",
        "none*.log": "no file matches this pattern",
    }
    assert [each.name for each in scan.summary.damaged] == ["cut.log.gz"]
    assert [each.name for each in scan.summary.sources] == logs == scan.logs
    assert scan.summary.complete
    readable = mp.scan(["logs/01.log", "cut.log.gz", "logs/00.log"], LOSS)
    with pytest.warns(mp.DamagedLogWarning):
        assert found == values(readable)


class Failing(io.BytesIO):
    """A file that cannot be read to its end."""

    def __init__(self, text: bytes) -> None:
        super().__init__(text)
        self.left = 4

    def readinto(self, buffer: Any) -> int:
        self.left -= 1
        if not self.left:
            raise OSError(5, "Input/output error")
        return super().readinto(memoryview(buffer)[:1000])


def test_records_before_an_error_stay_and_the_accounts_close() -> None:
    text = b"".join(
        b"[1,%d]<stdout>:loss: %d\n[1,%d]<stderr>:loss: 9\n" % (n, n, n) for n in range(50)
    )
    with pytest.raises(mp.LogError, match="cannot be read: Input/output error"):
        mp.scan([("a", Failing(text))], LOSS).to_table()
    scan = mp.scan([("a", Failing(text)), ("b", io.BytesIO(b"loss: 1\n"))], LOSS, on_error="record")
    found = values(scan)
    assert found[-1] == 1
    assert [each.name for each in scan.summary.failed] == ["a"]
    assert scan.summary.records == len(found) > 10
    for source in scan.summary.sources:
        assert source.bytes_in == source.bytes_seen + sum(source.skipped.values())


@pytest.mark.usefixtures("_in_folder")
def test_the_command_records_reports_and_exits_with_a_status() -> None:
    command = ["scan", "-m", "loss=loss: (.*)", "-o", "-", "--format", "jsonl"]
    done = run(*command, "logs/01.log", "none.log", "elf")
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 100
    assert "! none.log: no such file" in done.stderr
    assert "! elf: not a text log, but an ELF program" in done.stderr
    alone = run(*command, "none.log")
    assert (alone.returncode, alone.stdout) == (2, "")
    assert alone.stderr.startswith("metricparse: none.log: no such file")
    told = run("scan", "-m", "loss=loss: (.*)", "--json", "logs/01.log", "none.log")
    sources = json.loads(told.stdout)["sources"]
    assert [bool(source["error"]) for source in sources] == [False, True]


@pytest.mark.usefixtures("_in_folder")
def test_two_logs_of_one_name_are_told_apart() -> None:
    def log(number: int) -> io.BytesIO:
        return io.BytesIO(b"loss: %d\n" % number)

    scan = mp.scan([log(1), ("a", log(2)), log(3), ("a", log(4)), ("a (2)", log(5))], LOSS)
    rows = scan.to_table()
    assert rows["source"].to_pylist() == scan.logs
    assert scan.logs == ["<stream>", "a", "<stream> (2)", "a (2)", "a (2) (2)"]
    assert [source.records for source in scan.summary.sources] == [1] * 5


def lines() -> Iterator[str]:
    yield "loss: 1"
    yield "loss: 2\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("loss: 1\nloss: 2", [1, 2]),
        (b"loss: 1\nloss: 2\n", [1, 2]),
        (bytearray(b"loss: 3"), [3]),
        (["loss: 1", b"loss: 2\n", ""], [1, 2]),
        (lines(), [1, 2]),
        (gzip.compress(b"loss: 4", mtime=0), [4]),
        ("", []),
        ([], []),
        ("loss: 1 \ud800", [1]),
    ],
)
def test_a_text_is_scanned_as_often_as_one_likes(text: Any, expected: list[float]) -> None:
    scan = mp.scan_text(text, LOSS)
    assert values(scan) == values(scan) == expected
    assert scan.logs == ["<text>"]
    named = mp.scan_text("loss: 1", LOSS, name="mine", view="raw").to_table()
    assert named["source"].to_pylist() == ["mine"]


def test_a_text_as_a_page() -> None:
    scan = mp.scan_text("loss: 1\nlss: 2\n", LOSS)
    assert scan.to_html() == scan.to_html()
    assert mp.diagnose([("a", io.BytesIO(b"loss: 1"))], LOSS).summary.sources[0].name == "a"


WRONG: list[tuple[Any, str]] = [
    (b"train.log", "bytes are not a log's path; scan_text"),
    ([b"train.log"], "bytes are not a log's path; scan_text"),
    (7, "7: not a log; give a path"),
    (None, "None: not a log"),
    ([None], "None: not a log"),
    ([("a", "b")], r"\('a', 'b'\): not a log"),
    ({"a": 1}, r"\{'a': 1\}: not a log"),
    ([["a"]], r"\['a'\]: not a log"),
]


@pytest.mark.parametrize(("logs", "sentence"), WRONG)
def test_what_is_no_log_gets_a_sentence(logs: Any, sentence: str) -> None:
    with pytest.raises(mp.LogError, match=sentence):
        mp.scan(logs, LOSS)
    with pytest.raises(mp.LogError, match=sentence):
        mp.diagnose(logs, LOSS)


def test_what_is_no_text_and_what_is_no_option() -> None:
    for text in (7, None, {"a": 1}):
        with pytest.raises(mp.LogError, match="not a text; give a string"):
            mp.scan_text(text, LOSS)  # type: ignore[arg-type] # that is what it is about
    with pytest.raises(mp.LogError, match="7: not a line"):
        mp.scan_text([7], LOSS)  # type: ignore[list-item] # that is what it is about
    with pytest.raises(ValueError, match="threads: at least 1"):
        mp.scan_text("", LOSS, threads=0)
    with pytest.raises(ValueError, match="'ignore' is not a valid"):
        mp.scan_text("", LOSS, on_error="ignore")
