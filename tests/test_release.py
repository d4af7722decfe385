"""What a release is made by, as far as that can be told without making one."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml

import metricparse as mp

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_citation_names_this_version() -> None:
    citation = read(ROOT / "CITATION.cff")
    assert citation["version"] == mp.__version__
    assert citation["license"] == "Apache-2.0"


def test_an_issue_asks_for_the_version_and_a_line() -> None:
    fields = {each["id"]: each for each in read(GITHUB / "ISSUE_TEMPLATE" / "report.yml")["body"]}
    assert "metricparse --version" in fields["version"]["attributes"]["label"]
    assert all(fields[name]["validations"]["required"] for name in ("version", "line"))


def test_a_release_has_wheels_for_all_systems_and_is_published_whole() -> None:
    jobs = read(GITHUB / "workflows" / "release.yml")["jobs"]
    assert set(jobs["publish"]["needs"]) == set(jobs) - {"publish"}
    runners = [each["runner"] for each in jobs["wheels"]["strategy"]["matrix"]["include"]]
    for system in ("ubuntu", "macos", "windows"):
        assert sum(each.startswith(system) for each in runners) == 2
    steps = [step.get("run", "") for step in jobs["others"]["steps"]]
    assert ".ci/wheels" in steps


def test_the_pure_wheel_is_built_without_the_extension(tmp_path: Path) -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    path = tmp_path / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    script = ROOT / ".ci" / "without_extension.py"
    subprocess.run([sys.executable, script, path], check=True)
    before, after = tomllib.loads(text), tomllib.loads(path.read_text(encoding="utf-8"))
    del before["tool"]["setuptools-rust"]
    del before["tool"]["distutils"]
    assert after == before
