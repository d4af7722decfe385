"""The examples of the documentation are run, or it is said here why not."""

import contextlib
import importlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import metricparse as mp
from tests.support.long_runs import long
from tests.support.sample_logs import SAMPLES

ROOT = Path(__file__).parents[1]
#: Pages of which tests/test_docs.py and tests/test_examples.py hold the contents.
GENERATED = {"commands.md", "reference.md"}
PAGES = [
    ROOT / "README.md",
    *(page for page in sorted((ROOT / "docs").glob("*.md")) if page.name not in GENERATED),
]
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?<=\n\n)(?:    .*\n)+")
_PROGRAMS = ("metricparse", "pip", "python", "python3")

#: Commands that are not run here: what they hold, and why.
COMMANDS_NOT_RUN = {
    r"^(pip|python3 -m venv) ": "installs",
    r"^cp sample_logs/": "is done by docs/generate_transcripts.py, which goes through the tutorial",
    r"^python (-m )?(benchmarks|proof)[./]": "measures, or tries for minutes; tests/test_proof.py",
    r"^metricparse view ": "runs until it is ended; tests/test_page.py",
    r"^metricparse serve ": "runs until it is ended; tests/test_endpoint.py",
    r" --follow\b": "runs until it is ended; tests/test_follow.py",
    r"sagemaker://|cloudwatch://|^metricparse verify": "needs an account; tests/test_training_jobs.py, "
    "tests/test_verify.py",
    r"^(export|aws|python -c 'from sagemaker)": "other programs; tests/test_endpoint.py runs them",
    r"s3://": "needs a bucket; tests/test_remote.py",
    r"\| gh ": "needs a pull request",
    r"metricparse completion": "is for an interactive shell; tests/test_completion.py",
    r"^tensorboard ": "runs until it is ended; tests/test_tensorboard.py reads its files",
    r"\[--metric NAME\]": "is a form, not a command",
}
#: Python that is not run here: what it holds, and why.
PYTHON_NOT_RUN = {
    "mp.follow(": "runs until it is stopped; tests/test_follow.py",
    "on_ray": "needs Ray; tests/test_engines.py",
    "on_spark": "needs Spark; tests/test_engines.py",
    "on_dask": "needs Dask; tests/test_engines.py",
    "spark.read": "needs Spark; tests/test_engines.py",
    "mapInArrow": "needs Spark; tests/test_engines.py",
    "sagemaker.processing": "needs an account",
    "assert_metrics": "is a test; tests/test_testing.py",
    "import mlflow": "tests/test_trackers.py",
    "import wandb": "tests/test_trackers.py",
}


class Example(NamedTuple):
    """Code in a page; language as its fence says."""

    page: str
    language: str
    code: str


def examples() -> Iterator[Example]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for language, code in _FENCED.findall(text):
            yield Example(page.name, language, code)
        for block in _INDENTED.findall(_FENCED.sub("", text)):
            if block.split()[0] in _PROGRAMS:
                yield Example(page.name, "sh", re.sub("^    ", "", block, flags=re.MULTILINE))


def commands() -> Iterator[Any]:
    for example in examples():
        if example.language == "sh":
            for line in example.code.replace("\\\n", " ").splitlines():
                if command := line.partition("  #")[0].strip():
                    yield pytest.param(command, id=f"{example.page}: {command[:60]}")


def pythons() -> Iterator[Any]:
    for example in examples():
        if example.language == "python":
            first = example.code.strip().splitlines()[-1]
            marks = [long] if ".plot(" in example.code else []
            yield pytest.param(example.code, id=f"{example.page}: {first[:60]}", marks=marks)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What examples are run beside."""
    folder = tmp_path_factory.mktemp("examples")
    definitions = json.loads((SAMPLES / "transformers" / "definitions.json").read_text())
    definitions += [
        {"Name": "epoch", "Regex": r"'epoch': '?([0-9.]+)"},
        {"Name": "val_loss", "Regex": r"'eval_loss': '?([0-9.]+)"},
    ]
    log = (SAMPLES / "transformers" / "train.log").read_bytes()
    for name in ("train.log", "main.log", "branch.log"):
        (folder / name).write_bytes(log)
    (folder / "logs" / "one").mkdir(parents=True)
    (folder / "logs" / "one" / "train.log").write_bytes(log)
    (folder / "definitions.json").write_text(json.dumps(definitions))
    (folder / "job.json").write_text(json.dumps({"MetricDefinitions": definitions}))
    assigned = f"METRICS = {definitions!r}"
    (folder / "train.py").write_text("\n" * 119 + f"{assigned}\nprint(\"{{'loss': 0.5}}\")\n")
    cell = {"cell_type": "code", "source": assigned, "metadata": {}, "outputs": []}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "launch.ipynb").write_text(json.dumps(notebook))
    return folder


@pytest.fixture
def copied(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same for one example, which may write there."""
    subprocess.run(["cp", "--recursive", f"{folder}/.", tmp_path], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@long
@pytest.mark.parametrize("command", list(commands()))
def test_commands(command: str, copied: Path) -> None:
    reasons = (why for what, why in COMMANDS_NOT_RUN.items() if re.search(what, command))
    if why := next(reasons, None):
        pytest.skip(why)
    if "cases.yaml" in command:
        write_cases(copied)
    if command.startswith("metricparse suggest"):
        (copied / "definitions.json").unlink()  # it is what is written
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def write_cases(folder: Path) -> None:
    """The file of cases that the documentation shows, and definitions that it holds to lines."""
    shown = (each for each in examples() if each.page == "testing.md")
    (cases,) = [each.code for each in shown if each.language == "yaml"]
    (folder / "cases.yaml").write_text(cases)
    number = "'?: '?([-+0-9.e]+)"
    pairs = {"train:loss": rf"\bloss{number}", "validation:f1": rf"\beval_f1{number}"}
    definitions = [{"Name": name, "Regex": regex} for name, regex in pairs.items()]
    (folder / "definitions.json").write_text(json.dumps(definitions))


@pytest.mark.usefixtures("copied")
@pytest.mark.parametrize("code", list(pythons()))
def test_python(code: str) -> None:
    if why := next((why for text, why in PYTHON_NOT_RUN.items() if text in code), None):
        pytest.skip(why)
    if ".plot(" in code:
        pytest.importorskip("matplotlib", reason="pip install --group notebook")
    given: dict[str, Any] = {"mp": mp, "__name__": "__main__"}
    given |= {
        name: importlib.import_module(name) for name in ("duckdb", "pandas", "polars", "pyarrow")
    }
    importlib.import_module("pyarrow.dataset")
    given |= {"pl": given["polars"], "pa": given["pyarrow"], "definitions": "definitions.json"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, given)  # noqa: S102 - our own


def test_every_reason_not_to_run_is_needed() -> None:
    shown = [each for each in examples() if each.language == "sh"]
    lines = [line for each in shown for line in each.code.splitlines()]
    for pattern in COMMANDS_NOT_RUN:
        assert any(re.search(pattern, line) for line in lines), pattern
    code = "".join(each.code for each in examples() if each.language == "python")
    for text in PYTHON_NOT_RUN:
        assert text in code, text


def test_every_fence_says_what_is_in_it() -> None:
    known = {"console", "python", "sh", "toml", "yaml"}
    assert {each.language for each in examples()} <= known
