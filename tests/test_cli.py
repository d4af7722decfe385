"""The command line: its output and its exit code, here and as a process of its own."""

import gzip
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import metricparse as mp
from tests.support.command_line import METRICPARSE, run, run_process
from tests.support.sample_logs import XGBOOST_DEFINITIONS, XGBOOST_LOG

CHOSEN = mp.Matcher.chosen()


def test_the_report_has_a_row_a_definition_and_the_totals() -> None:
    done = run_process("scan", "-d", XGBOOST_DEFINITIONS, XGBOOST_LOG)
    assert done.returncode == 0
    assert not done.stderr
    rows = done.stdout.splitlines()
    assert rows[0].split() == [
        *("metric", "matches", "rejected", "first", "last", "min", "max", "line", "values")
    ]
    assert rows[1].split()[:-1] == [
        *("train:logloss", "300", "0", "0.6767", "0.2042", "0.2042", "0.6767", "3")
    ]
    assert rows[-1].startswith("1,200 records from 303 lines (28.8 kB)")


def test_records_go_to_a_file_whose_ending_tells_the_format(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    assert run("scan", "-m", r"auc=train-auc:([0-9.]+)", XGBOOST_LOG, "-o", out).returncode == 0
    table = pq.read_table(out)
    assert table.num_rows == 300
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]


def test_records_go_to_standard_output_and_the_report_elsewhere() -> None:
    done = run_process(
        "scan", "-m", "loss=loss: ([0-9.]+)", "-", "-o", "-", stdin=b"loss: 0.5\nloss: 1\n"
    )
    assert done.stdout.splitlines() == [
        '"timestamp","source","line","metric","value"',
        ',"<stdin>",1,"loss",0.5',
        ',"<stdin>",2,"loss",1',
    ]
    assert "2 records from 2 lines" in done.stderr


def test_the_report_as_json_holds_the_summary_and_the_findings() -> None:
    done = run("scan", "-m", "a=loss: (.*)", "-m", "b=x", "-", "--json", stdin=b"loss: inf\n")
    report = json.loads(done.stdout)
    assert report["records"] == 1
    assert report["definitions"][0]["first"] == "Infinity"
    assert [found["kind"] for found in report["findings"]] == ["no-group"]


@pytest.mark.parametrize(("regex", "code"), [("loss: ([0-9.]+)", 0), ("lr: ([0-9.]+)", 1)])
def test_strict_exits_with_one_if_a_definition_gave_no_number(regex: str, code: int) -> None:
    arguments = ("scan", "-m", f"m={regex}", "-")
    assert run(*arguments, "--strict", stdin=b"loss: 1\n").returncode == code
    assert run(*arguments, stdin=b"loss: 1\n").returncode == 0


def test_a_truncated_gzip_keeps_its_records_and_states_the_loss(tmp_path: Path) -> None:
    damaged, out = tmp_path / "train.log.gz", tmp_path / "out.jsonl"
    damaged.write_bytes(gzip.compress(XGBOOST_LOG.read_bytes())[:-400])
    done = run("scan", "-d", XGBOOST_DEFINITIONS, damaged, "-o", out)
    assert done.returncode == 3
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert 1000 < len(records) < 1200
    last_line = records[-1]["line"]
    assert "damaged gzip: Compressed file ended" in done.stdout
    assert f"what follows line {last_line} is lost" in done.stdout
    assert "incomplete line before the damage" in done.stdout


def test_a_directory_stands_for_its_text_files(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "b.log").write_text("loss: 2\n")
    (tmp_path / "deep" / "a.log").write_text("loss: 3\n")
    (tmp_path / ".hidden").write_text("loss: 4\n")
    (tmp_path / "model.bin").write_bytes(bytes(4096))
    done = run("scan", "-m", "loss=loss: (.*)", tmp_path, "-o", "-", "--format", "jsonl")
    assert done.returncode == 0
    assert [json.loads(line)["value"] for line in done.stdout.splitlines()] == [2, 3]
    assert "model.bin: not a text log; left out" in done.stderr


BAD_INPUT = {
    "missing log": (["scan", "-d", "ok.json", "none.log"], "none.log: no such file"),
    "pattern without a match": (["scan", "-d", "ok.json", "*.nope"], "*.nope: no file matches"),
    "empty directory": (["scan", "-d", "ok.json", "empty"], "empty: the directory holds no files"),
    "binary log": (["scan", "-d", "ok.json", "binary"], "binary: not a text log"),
    "missing definitions": (["scan", "-d", "none.json", "ok.log"], "none.json: cannot be read"),
    "definitions that are a directory": (["scan", "-d", "empty", "ok.log"], "empty: cannot be"),
    "invalid JSON": (["scan", "-d", "bad.json", "ok.log"], "bad.json:2:4: not valid JSON"),
    "empty list": (["scan", "-d", "nothing.json", "ok.log"], "MetricDefinitions is an empty list"),
    "misspelt key": (["scan", "-d", "misspelt.json", "ok.log"], "did you mean metric_definitions?"),
    "no time format": (["scan", "-d", "ok.json", "ok.log", "--time", "lines"], "or a format such"),
    "a format without a year": (
        ["scan", "-d", "ok.json", "ok.log", "--time", "%d %b"],
        "the format has no year; say which it is",
    ),
    "where, without a format": (
        ["scan", "-d", "ok.json", "ok.log", "--time-where", "x"],
        "belong to a format: give --time, too",
    ),
    "no such time zone": (
        ["scan", "-d", "ok.json", "ok.log", "--time-zone", "Mars"],
        "'Mars': no such time zone",
    ),
    "a checkpoint of what is not followed": (
        ["scan", "-d", "ok.json", "ok.log", "--checkpoint", "c"],
        "--checkpoint goes with --follow and -o FILE",
    ),
    "standard input that is followed": (
        ["scan", "-d", "ok.json", "-", "--follow"],
        "only files can be followed",
    ),
    "output of a followed scan over the log": (
        ["scan", "-d", "ok.json", "ok.log", "--follow", "-o", "ok.log", "--format", "csv"],
        "is one of the logs",
    ),
    "exec without a command": (["exec", "-m", "a=(b)"], "no command: give one after --"),
    "bad regex": (["scan", "-m", "a=x(", "ok.log"], "does not compile: missing ) at position 2"),
    "no definitions": (["scan", "ok.log"], "give -d FILE or -m NAME=REGEX"),
    "no name": (["scan", "-m", "abc", "ok.log"], "a definition is written NAME=REGEX"),
    "directory that is not there": (
        ["scan", "-d", "ok.json", "ok.log", "-o", "no/where.csv"],
        "no/where.csv: cannot be written: no directory no",
    ),
    "output that is a directory": (
        ["scan", "-d", "ok.json", "ok.log", "-o", "empty", "--format", "csv"],
        "empty: cannot be written: Is a directory",
    ),
    "output without a format": (
        ["scan", "-d", "ok.json", "ok.log", "-o", "records"],
        "records: its ending does not tell the format",
    ),
    "full disk": (
        ["scan", "-d", "ok.json", "ok.log", "-o", "/dev/full", "--format", "csv"],
        "/dev/full: cannot be written: No space left on device",
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "empty").mkdir()
    (tmp_path / "ok.log").write_text("loss: 1\n")
    (tmp_path / "ok.json").write_text('[{"Name": "loss", "Regex": "loss: (.*)"}]')
    (tmp_path / "bad.json").write_text("[\n  {]")
    (tmp_path / "nothing.json").write_text("[]")
    (tmp_path / "misspelt.json").write_text('{"metric_definitons": []}')
    (tmp_path / "binary").write_bytes(b"\x7fELF" + bytes(range(256)) * 8)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_gives_one_message_and_writes_nothing(name: str, folder: Path) -> None:
    arguments, message = BAD_INPUT[name]
    before = sorted(folder.rglob("*"))
    done = run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert not done.stdout
    assert sorted(folder.rglob("*")) == before


def test_a_log_in_an_envelope_is_said_to_be_one(folder: Path) -> None:
    (folder / "cri.log").write_bytes(b"2026-11-22T10:00:00Z stdout F loss: 1\nloss: 2\n")
    done = run("scan", "-d", "ok.json", "cri.log", "-o", "out.csv", "--time", "envelope")
    assert "cri.log: cri envelope taken off (30 bytes)" in done.stdout
    assert "1 line not valid in the envelope, searched as plain text" in done.stdout
    assert "2026-11-22 10:00:00" in (folder / "out.csv").read_text()


def test_more_definitions_than_the_service_takes(folder: Path) -> None:
    many = [{"Name": f"m{n}", "Regex": f"m{n}=([0-9]+)"} for n in range(41)]
    (folder / "many.json").write_text(json.dumps(many))
    (folder / "m.log").write_text("m40=7\n")
    refused = "41 metric definitions, of which the service takes at most 40"
    checked = run("check", "many.json")
    assert (checked.returncode, refused in checked.stdout) == (2, True)
    scanned = run("scan", "-d", "many.json", "m.log")
    assert (scanned.returncode, refused in scanned.stdout) == (0, True)
    assert "1 record from 1 line" in scanned.stdout


@pytest.mark.parametrize(
    ("around", "too_many"),
    [
        ({}, "MetricDefinitions: 41 metric definitions, of which the service takes at most 40"),
        ({"TrainingInputMode": "File"}, "MetricDefinitions: at most 40 items, not 41"),
    ],
)
def test_check_tells_what_many_definitions_share_once(
    around: dict[str, str], too_many: str, folder: Path
) -> None:
    many = [{"Name": f"m{n}", "Regex": "m=([0-9]+"} for n in range(40)]
    job = {"TrainingImage": "a:1", **around, "MetricDefinitions": [*many, {"Name": ""}]}
    (folder / "job.json").write_text(json.dumps(job if around else job["MetricDefinitions"]))
    done = run("check", "job.json")
    told = [line for line in done.stdout.splitlines() if line.startswith("✗ ")]
    assert done.returncode == 2
    assert sum(line.startswith(f"✗ {too_many}") for line in told) == 1
    assert "✗ MetricDefinitions[40].Name: at least 1 character, not 0" in told
    assert "✗ MetricDefinitions[40].Regex: required, but missing" in told
    assert sum("MetricDefinitions[0..39].Regex: does not compile" in line for line in told) == 1


@pytest.mark.parametrize("output", [[], ["-o", "-"], ["-o", "-", "--format", "jsonl"]])
def test_a_reader_that_goes_away_ends_the_run_quietly(output: list[str], tmp_path: Path) -> None:
    log = tmp_path / "long.log"
    log.write_bytes(XGBOOST_LOG.read_bytes() * 200)
    done = subprocess.Popen(
        [*METRICPARSE, "scan", "-d", str(XGBOOST_DEFINITIONS), str(log), *output],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert done.stdout is not None
    assert done.stderr is not None
    done.stdout.close()
    errors = done.stderr.read().decode()
    done.stderr.close()
    assert done.wait() == 0
    assert "Error" not in errors


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_a_run_that_is_killed_leaves_no_output(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    fifo, out = tmp_path / "log", tmp_path / "out.csv"
    os.mkfifo(fifo)
    out.write_text("what was there before")
    process = subprocess.Popen(
        [*METRICPARSE, "scan", "-m", "loss=loss: (.*)", str(fifo), "-o", str(out)],
        stderr=subprocess.PIPE,
    )
    with fifo.open("wb") as log:
        log.write(b"loss: 1\n")
        log.flush()
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob(".*.partial")):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(number)
        _, errors = process.communicate()
    assert process.returncode == code
    assert b"Traceback" not in errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log", "out.csv"]
    assert out.read_text() == "what was there before"


def test_check_reports_everything_at_once(folder: Path) -> None:
    specification = {
        "TrainingImage": "registry.example.com/team/train:1",
        "TrainingInputMode": "Tape",
        "MetricDefinitions": [
            {"Name": "fine", "Regex": r"loss: ([0-9.]+)"},
            {"Name": "", "Regex": "x" * 501},
            {"Name": "lazy", "Regex": "F1=(.*?)"},
            {"Name": "open", "Regex": "f1=("},
        ],
    }
    (folder / "job.json").write_text(json.dumps({"AlgorithmSpecification": specification}))
    done = run("check", "job.json", "--json")
    assert done.returncode == 2
    (check,) = json.loads(done.stdout)
    base = "AlgorithmSpecification.MetricDefinitions"
    assert [(found["kind"], found["where"]) for found in check["findings"]] == [
        ("breaks-a-bound", "AlgorithmSpecification.TrainingInputMode"),
        ("breaks-a-bound", f"{base}[1].Name"),
        ("breaks-a-bound", f"{base}[1].Regex"),
        ("lazy-at-the-end", f"{base}[2].Regex (lazy)"),
        ("does-not-compile", f"{base}[3].Regex (open)"),
    ]


def test_check_of_a_faultless_document_says_so_and_shows_the_specification(folder: Path) -> None:
    specification = {
        "TrainingImage": "registry.example.com/team/train:1",
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "loss", "Regex": "loss: ([0-9.]+)"}],
        "ContainerEntrypoint": ["python", "train.py"],
    }
    (folder / "job.json").write_text(json.dumps(specification))
    done = run("check", "job.json", "--strict")
    assert done.returncode == 0
    for shown in (
        "registry.example.com",
        "team/train",
        "kept: at least one metric definition",
        "python train.py",
        "nothing to complain about",
    ):
        assert shown in done.stdout


def test_check_exits_with_one_for_warnings_under_strict(folder: Path) -> None:
    (folder / "odd.json").write_text('[{"Name": "a", "Regex": "loss:\\t([0-9.]+)"}]')
    assert run("check", "odd.json").returncode == 0
    done = run("check", "odd.json", "--strict")
    assert done.returncode == 1
    assert "which CloudWatch shows as #011" in done.stdout


def test_a_matcher_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICPARSE_MATCHER", "fast")
    for arguments in (["--version"], ["scan", "-d", str(XGBOOST_DEFINITIONS), str(XGBOOST_LOG)]):
        done = run_process(*arguments)
        assert done.returncode == 2
        assert "no matcher is called 'fast'; there are: native, reference" in done.stderr


def test_version_and_help() -> None:
    version = run_process("--version").stdout
    assert version == f"metricparse {mp.__version__} ({CHOSEN} matcher, engine {CHOSEN.engine})\n"
    assert "scan" in run_process("--help").stdout
    assert run_process().returncode == 2
