"""`[tool.metricparse]` in `pyproject.toml`: found upwards, shown, and less than the command line."""

import json
from pathlib import Path

import pytest

from metricparse.cli.settings import Settings, find_settings
from tests.support.command_line import run

SECTION = """\
[project]
name = "metrics"
[tool.metricparse]
definitions = "job.json"
presets = ["keras"]
view = "raw"
time-zone = "Europe/Berlin"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, in a folder of which one stands."""
    (tmp_path / "pyproject.toml").write_text(SECTION)
    (tmp_path / "job.json").write_text(json.dumps([{"Name": "tab", "Regex": "tab:\t([0-9]+)"}]))
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "train.log").write_text("2026-07-01T12:00:00 tab:\t1\n")
    (inner / "pyproject.toml").write_text("[tool.other]\nmetricparse = 1\n")
    monkeypatch.chdir(inner)
    return tmp_path


def test_it_is_found_upwards_and_shown(project: Path) -> None:
    shown = run("--show-config")
    assert shown.returncode == 0
    assert shown.stdout == (
        f"# {project / 'pyproject.toml'}\n[tool.metricparse]\n"
        f'definitions = ["{project / "job.json"}", "preset:keras"]\n'
        'view = "raw"\ntime-zone = "Europe/Berlin"\n'
    )


@pytest.mark.usefixtures("project")
def test_commands_use_it() -> None:
    done = run("scan", "train.log", "-o", "-", "--format", "jsonl", "--strict")
    (row,) = (json.loads(line) for line in done.stdout.splitlines())
    assert (row["metric"], row["value"]) == ("tab", 1)
    assert row["timestamp"].startswith("2026-07-01T10:00:00")
    assert run("explain", "train.log").stdout.startswith("✓ tab")


@pytest.mark.usefixtures("project")
def test_the_command_line_comes_first() -> None:
    zone = ("--time-zone", "UTC", "--view", "sagemaker")
    done = run("scan", "-m", "tab=#011([0-9]+)", "train.log", "-o", "-", "--format", "jsonl", *zone)
    (row,) = (json.loads(line) for line in done.stdout.splitlines())
    assert row["timestamp"].startswith("2026-07-01T12:00:00")


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("defintions = 'a'", "unknown field 'defintions'; did you mean definitions?"),
        ("zzz = 1", "unknown field 'zzz'; the fields are definitions, presets, view, time-zone"),
        ("definitions = 1", "definitions: expected a string or a list of strings, not 1"),
        ("view = ['raw']", "view: expected a string"),
        ("view = 'row'", "view: sagemaker or raw, not 'row'"),
        ("view = ", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(project: Path, section: str, said: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.metricparse]\n{section}\n")
    done = run("scan", "train.log")
    assert done.returncode == 2
    assert done.stderr.startswith(f"metricparse: {project / 'pyproject.toml'}: ")
    assert said in done.stderr
    assert run("scan", "--help").returncode == 0
    assert run("--version").returncode == 0


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not find_settings().path
    assert run("--show-config").stdout.endswith(
        'definitions = []\nview = "sagemaker"\ntime-zone = "UTC"\n'
    )


def test_a_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert find_settings() == Settings()


def test_presets_and_jobs_are_no_files(project: Path) -> None:
    given = 'definitions = ["preset:keras", "sagemaker://job", "job.json"]'
    (project / "pyproject.toml").write_text(f"[tool.metricparse]\n{given}\n")
    expected = ("preset:keras", "sagemaker://job", str(project / "job.json"))
    assert find_settings().definitions == expected


def test_a_section_that_is_none(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool]\nmetricparse = 3\n")
    assert "[tool.metricparse]: expected a table" in run("check", "x.json").stderr
