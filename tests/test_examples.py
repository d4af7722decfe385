"""The examples in the docstrings of what is public give what they say."""

import doctest
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import metricparse as mp

#: What a newcomer calls first.
CALLED_FIRST = {
    "AlgorithmSpecification",
    "aggregate",
    "compare",
    "diagnose",
    "execute",
    "follow",
    "load_definitions",
    "publish",
    "scan",
    "serve",
    "suggest",
    "wide",
    "write",
}
LINES = ["starting", "loss: 0.9", "saved", "loss: 0.5"]


def examples_of(name: str) -> list[doctest.DocTest]:
    given = {"mp": mp, "datetime": datetime, "UTC": UTC, "Path": Path}
    finder = doctest.DocTestFinder(recurse=False)
    module = sys.modules[getattr(mp, name).__module__]
    found = finder.find(getattr(mp, name), name, module=module, globs=given)
    return [each for each in found if each.examples]


@pytest.mark.parametrize("name", sorted(CALLED_FIRST))
def test_examples(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    timed = (f"2026-11-22T10:00:0{second}Z {line}\n" for second, line in enumerate(LINES))
    (tmp_path / "train.log").write_text("".join(timed))
    (tmp_path / "bare.log").write_text("".join(f"{line}\n" for line in LINES))
    (tmp_path / "definitions.json").write_text('[{"Name": "loss", "Regex": "loss: ([0-9.]+)"}]')
    monkeypatch.chdir(tmp_path)
    (example,) = examples_of(name)
    if name == "serve":
        pytest.importorskip("uvicorn")
    said = io.StringIO()
    failed, tried = doctest.DocTestRunner().run(example, out=said.write)
    assert not failed, said.getvalue()
    assert tried
