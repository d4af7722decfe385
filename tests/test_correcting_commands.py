"""`explain --fix` and `suggest --add`: what they show, and what they write."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import metricparse as mp
from tests.support.command_line import run

LOG = "".join(f"loss: {9 - n}e-0{n}, acc=0.{n}\n" for n in range(1, 9))
SOURCE = """\
open("side_effect", "w").close()
METRICS = [
    {'Name': 'loss', 'Regex': r'loss: ([0-9\\.]+)'},  # copied
    {'Name': 'none', 'Regex': r'none: (.+)'},
]
"""
FIXED = SOURCE.replace(r"([0-9\.]+)", r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("train.log").write_text(LOG)
    Path("train.py").write_text(SOURCE)
    return tmp_path


def test_fix_shows_the_difference_and_writes_it() -> None:
    done = run("explain", "-d", "train.py", "train.log", "--fix")
    assert done.returncode == 0
    assert Path("train.py").read_text() == FIXED
    assert done.stdout == mp.DocumentChange("train.py", SOURCE, FIXED).diff
    assert done.stderr.splitlines() == [
        "metricparse: train.py: 1 definition corrected",
        "metricparse: no correction was found for none; explain without --fix says why",
    ]
    assert not Path("side_effect").exists()


def test_diff_writes_nothing() -> None:
    done = run("explain", "-d", "train.py", "train.log", "--diff")
    assert done.stdout.startswith("--- train.py\n+++ train.py\n@@ ")
    assert Path("train.py").read_text() == SOURCE
    assert "train.py: 1 definition would be corrected" in done.stderr
    assert run("explain", "-d", "train.py", "train.log", "--diff", "--strict").returncode == 1


def test_a_new_file_leaves_the_original() -> None:
    assert run("explain", "-d", "train.py", "train.log", "--fix", "-o", "new.py").returncode == 0
    assert Path("train.py").read_text() == SOURCE
    assert Path("new.py").read_text() == FIXED
    assert not Path("side_effect").exists()


def test_what_comes_from_no_file_is_said() -> None:
    inline = r"x=loss: ([0-9.]+)"
    done = run("explain", "-d", "train.py", "-m", inline, "train.log", "--fix")
    assert "x stands in no file; it would be loss: ([-+]?" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-m", "a=(b)", "--fix"], "give -d FILE"),
        (["-d", "preset:keras", "--diff"], "give -d FILE"),
        (["-d", "train.py", "-o", "new.py"], "give --fix, too"),
        (["-d", "train.py", "--fix", "--json"], "--json cannot be combined"),
        (["-d", "train.py", "-d", "train.py", "--fix", "-o", "new.py"], "-o takes one file"),
        (["-d", "train.py", "--fix", "-o", "new.json"], "of its kind"),
    ],
)
def test_what_does_not_go_together(arguments: list[str], said: str) -> None:
    done = run("explain", *arguments, "train.log")
    assert done.returncode == 2
    assert said in done.stderr


def test_suggestions_are_added_to_a_file() -> None:
    shown = run("suggest", "train.log", "--add", "train.py", "--diff")
    assert Path("train.py").read_text() == SOURCE
    done = run("suggest", "train.log", "--add", "train.py")
    assert done.returncode == 0
    assert done.stdout == shown.stdout
    assert done.stderr == "metricparse: train.py: 1 definition added\n"
    names = [each.name for each in mp.load_definitions("train.py")]
    assert names == ["loss", "none", "acc"]
    assert not Path("side_effect").exists()
    again = run("suggest", "train.log", "--add", "train.py")
    assert (again.stdout, again.returncode) == ("", 0)


def test_suggestions_are_added_to_a_job() -> None:
    Path("job.json").write_text('{"AlgorithmSpecification": {"MetricDefinitions": []}}')
    assert run("suggest", "train.log", "--add", "job.json").returncode == 0
    job = json.loads(Path("job.json").read_text())
    assert len(job["AlgorithmSpecification"]["MetricDefinitions"]) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--add", "train.py", "-o", "new.py"], "give one of them"),
        (["--diff"], "give --add FILE"),
        (["--add", "none.json"], "none.json: cannot be read"),
    ],
)
def test_what_suggest_refuses(arguments: list[str], said: str) -> None:
    done = run("suggest", *arguments, "train.log")
    assert done.returncode == 2
    assert said in done.stderr


def test_no_file_of_ones_own_is_replaced() -> None:
    for target in ("train.log", "notes.py"):
        Path("notes.py").write_text("mine")
        before = Path(target).read_text()
        done = run("explain", "-d", "train.py", "train.log", "--fix", "-o", target)
        assert done.returncode == 2
        assert "already exists" in done.stderr or "of its kind" in done.stderr
        assert Path(target).read_text() == before
    assert (
        "--diff shows" in run("explain", "-d", "train.py", "train.log", "--fix", "-o", "-").stderr
    )


def test_two_lists_of_one_file_are_both_corrected() -> None:
    Path("two.py").write_text(SOURCE + SOURCE.replace("METRICS", "OTHERS"))
    chosen = ["-d", "two.py:METRICS", "-d", "two.py:OTHERS"]
    assert run("explain", *chosen, "train.log", "--fix").returncode == 0
    assert Path("two.py").read_text() == FIXED + FIXED.replace("METRICS", "OTHERS")


def test_what_nobody_looks_at_is_written_all_the_same() -> None:
    python = f"{sys.executable} -m metricparse explain -d train.py train.log --fix"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {python} | true"], capture_output=True, check=False
    )
    assert done.returncode == 0
    assert Path("train.py").read_text() == FIXED


def test_the_status_of_a_check_survives_a_closed_pipe() -> None:
    Path("bad.json").write_text('[{"Name": "a", "Regex": "("}]')
    python = f"{sys.executable} -m metricparse check bad.json"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {python} | true"], capture_output=True, check=False
    )
    assert done.returncode == 2
