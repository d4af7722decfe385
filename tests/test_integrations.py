"""What code hosts, servers of continuous integration and pre-commit get of `check` and `test`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.support.command_line import run

ROOT = Path(__file__).parents[1]
PYTHON = """\
A = [
    {"Name": "ok", "Regex": "ok: ([0-9.]+)"},
    {"Name": "none",
     "Regex": "none: [0-9]+"},
]
fit(metric_definitions=[{"Name": "tab", "Regex": r"tab:\\t(.+)"}])
"""
REQUEST = {
    "TrainingJobDefinitions": [
        {"AlgorithmSpecification": {"TrainingInputMode": "File", "MetricDefinitions": given}}
        for given in (
            [{"Name": "ok", "Regex": "ok: (.+)"}],
            [{"Name": "a", "Regex": "a"}, {"Name": "a", "Regex": "(x"}],
        )
    ]
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("train.py").write_text(PYTHON)
    Path("job.json").write_text(json.dumps(REQUEST, indent=1))
    Path("job.yaml").write_text(yaml.safe_dump(REQUEST, sort_keys=False))
    cell = {"cell_type": "code", "source": PYTHON.splitlines(keepends=True)}
    Path("launch.ipynb").write_text(json.dumps({"cells": [cell]}, indent=1))
    Path("bad.json").write_text('[\n{"Name": "x",\n}')
    return tmp_path


def line_of(path: str, text: str) -> int:
    lines = Path(path).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def found(path: str) -> dict[str, list[int]]:
    """The lines of the findings in a SARIF log, by their rules."""
    log = json.loads(run("check", "--format", "sarif", path).stdout)
    holds_to_the_schema(log)
    lines: dict[str, list[int]] = {}
    for result in log["runs"][0]["results"]:
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == path
        lines.setdefault(result["ruleId"], []).append(
            place["physicalLocation"]["region"]["startLine"]
        )
    return lines


def holds_to_the_schema(log: dict[str, Any]) -> None:
    """What SARIF 2.1.0 demands of the parts that are used here."""
    assert log["version"] == "2.1.0"
    (each,) = log["runs"]
    driver = each["tool"]["driver"]
    assert isinstance(driver["name"], str)
    rules = [rule["id"] for rule in driver["rules"]]
    assert len(set(rules)) == len(rules)
    for result in each["results"]:
        assert set(result) == {"ruleId", "level", "message", "locations"}
        assert result["ruleId"] in rules
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1


def test_findings_have_the_lines_of_python() -> None:
    assert found("train.py") == {"no-group": [3], "control-characters": [6]}


def test_findings_have_the_lines_of_a_notebook() -> None:
    assert found("launch.ipynb") == {
        "no-group": [line_of("launch.ipynb", "none")],
        "control-characters": [line_of("launch.ipynb", "tab")],
    }


@pytest.mark.parametrize("indent", [1, None])
def test_all_lists_of_a_notebook_are_checked(indent: int | None) -> None:
    source = "a = [{'Name': 'a', 'Regex': 'a'}]\nb = [{'Name': 'b', 'Regex': c}]\n".splitlines(True)
    cells = [{"cell_type": "code", "source": each} for each in ([], source)]
    Path("two.ipynb").write_text(json.dumps({"cells": cells}, indent=indent))
    assert found("two.ipynb") == {
        "no-group": [line_of("two.ipynb", "a = [")],
        "unusable-document": [line_of("two.ipynb", "b = [")],
    }


@pytest.mark.parametrize("path", ["job.json", "job.yaml"])
def test_findings_have_the_lines_of_documents(path: str) -> None:
    lines = found(path)
    regex = '"a"\n' if path == "job.json" else "Regex: a"
    assert lines["no-group"] == [line_of(path, regex.strip()) + (path == "job.json")]
    assert lines["does-not-compile"] == [line_of(path, "(x")]
    assert "breaks-a-bound" in lines


def test_a_document_that_is_none_has_its_line() -> None:
    assert found("bad.json") == {"unusable-document": [3]}


def test_paths_are_references(tmp_path: Path) -> None:
    Path("a b.json").write_text("[{}]")
    for given, uri in (
        ("a b.json", "a%20b.json"),
        (tmp_path / "a b.json", f"file://{tmp_path}/a%20b.json"),
    ):
        log = json.loads(run("check", "--format", "sarif", given).stdout)
        (place,) = log["runs"][0]["results"][0]["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_annotations_of_github() -> None:
    done = run("check", "--format", "github", "train.py")
    first, second = done.stdout.splitlines()
    assert first.startswith("::error file=train.py,line=3,title=no-group::")
    assert second.startswith("::warning file=train.py,line=6,title=control-characters::")
    assert done.returncode == 2


CASES = """\
definitions: [{Name: ok, Regex: 'ok: ([0-9.]+)'}]
cases:
  - {line: "ok: 1", metrics: {ok: 1}}
  - {name: "a <wrong>\\u0001 one: x, y", line: "ok: 2", metrics: {ok: 3}}
  - {log: none.log, metrics: {}}
"""


def test_junit() -> None:
    Path("cases.yaml").write_text(CASES)
    done = run("test", "--format", "junit", "cases.yaml")
    (suite,) = ET.fromstring(done.stdout)  # noqa: S314 - our own
    assert {name: suite.get(name) for name in ("name", "tests", "failures", "errors")} == {
        "name": "cases.yaml",
        "tests": "3",
        "failures": "1",
        "errors": "1",
    }
    right, wrong, unread = suite
    assert (right.get("name"), len(right)) == ("ok: 1", 0)
    assert wrong.get("name") == "a <wrong>\\x01 one: x, y"
    assert "expected 3.0, got 2.0" in str(wrong[0].get("message"))
    assert unread[0].tag == "error"
    annotated = run("test", "--format", "github", "cases.yaml").stdout.splitlines()
    assert [line.partition("::ok")[0] for line in annotated][:1] == [
        "::error file=cases.yaml,title=a <wrong>\x01 one%3A x%2C y"
    ]
    assert done.returncode == 2


NONE = {
    "package.json": '{"name": "x", "definitions": [1]}',
    "list.json": '[{"Name": "x", "Value": "y"}]',
    "deep.json": "[" * 500 + "]" * 500,
    "tsconfig.json": '{\n  // comment\n  "strict": true, /* and\n  another */\n}',
    "setup.py": "setup()\n",
    "template.yaml": "Resources: [!Ref name, !Map {a: b}, !List [c]]\n",
    "several.yaml": "a: 1\n---\na: 2\n",
    "circular.yaml": "&a [*a]\n",
    "empty.yaml": "",
    "README.md": "# Regex: [0-9\n",
}
BROKEN = {
    "regex.json": '[{"Name":"a","Regex":"x(',
    "deep.json": "[" * 100_000,
    "broken.yaml": "a: [",
    "tag.yaml": "[!Map {Name: a, Regex: b}]",
    "broken.toml": "a = ",
    "broken.py": "def (\n",
    "cell.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": "def ("}]}),
    "broken.ipynb": "{",
}


def test_files_without_definitions_are_passed_over_if_asked_for() -> None:
    for name, text in NONE.items():
        Path(name).write_text(text)
    Path("picture.png").write_bytes(b"\x89PNG\xff")
    done = run("check", "--if-any", "picture.png", *NONE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert run("check", "--if-any", "train.py", *NONE).returncode == 2


@pytest.mark.parametrize("name", [*BROKEN, "missing.json", "missing.md"])
@pytest.mark.parametrize("form", ["text", "sarif", "github"])
def test_files_that_cannot_be_read_are_not_passed_over(name: str, form: str) -> None:
    if text := BROKEN.get(name):
        Path(name).write_text(text)
    done = run("check", "--if-any", *(["--format", form] if form != "text" else []), name)
    assert (done.returncode, done.stderr) == (2, "")
    assert name in done.stdout


def test_the_hook_checks_changed_files() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    program, *arguments = hook["entry"].split()
    assert program == "metricparse"
    assert {"python", "jupyter", "json", "yaml"} <= set(hook["types_or"])
    assert run(*arguments, "train.py").returncode == 2
    Path("train.py").write_text(PYTHON.replace("none: [0-9]+", "none: ([0-9]+)"))
    assert run(*arguments, "train.py").returncode == 0


def action(**settings: str) -> "subprocess.CompletedProcess[str]":
    """The step of the action that checks, as it is run by bash."""
    description = yaml.safe_load((ROOT / "action.yml").read_text())
    step = description["runs"]["steps"][1]
    inputs = {name: given["default"] for name, given in description["inputs"].items()}
    inputs.update(settings)
    given = {
        name: inputs[value.removeprefix("${{ inputs.").removesuffix(" }}")]
        for name, value in step["env"].items()
    }
    script = f'metricparse() {{ {sys.executable} -m metricparse "$@"; }}\n{step["run"]}'
    env = {**os.environ, **given, "GITHUB_STEP_SUMMARY": "summary.md"}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_action_annotates_and_reports() -> None:
    Path("good.json").write_text('[{"Name": "ok", "Regex": "ok: ([0-9.]+)"}]')
    Path("cases.yaml").write_text(CASES.rsplit("  - {name", 1)[0])
    Path("train.log").write_text("ok: 1\nok: 2\n")
    done = action(definitions="good.json", cases="cases.yaml", log="train.log")
    assert (done.returncode, done.stdout) == (0, "")
    summary = Path("summary.md").read_text()
    assert "### metricparse check\n\n```\ngood.json" in summary
    assert "1 of 1 cases passed" in summary
    assert "2 records from 2 lines" in summary


def test_the_action_fails_for_findings() -> None:
    done = action(definitions="train.py job.json")
    assert done.returncode == 2
    assert done.stdout.count("::error file=train.py,line=3") == 1
    assert "### metricparse check" in Path("summary.md").read_text()
    assert action(definitions="train.py").returncode == 2


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "metricparse", "--version"], capture_output=True, check=True
    )
    assert done.stdout.startswith(b"metricparse ")
