"""What is shown in a notebook; and the notebook of the documentation, run."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import metricparse as mp
from tests.support.long_runs import long
from tests.support.sample_logs import SAMPLES

ROOT = Path(__file__).parents[1]
LOG = SAMPLES / "transformers" / "train.log"
COPIED = SAMPLES / "transformers" / "definitions-copied.json"
WITHOUT = "pip install --group notebook"


class Tags(HTMLParser):
    """That all tags are closed, and which there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.open.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_startendtag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_everything_shows_itself() -> None:
    definitions = mp.load_definitions(COPIED)
    scan = mp.scan(LOG, definitions)
    everything: list[Any] = [
        scan,
        scan.summary,
        mp.diagnose(LOG, definitions),
        mp.check(str(COPIED)),
        mp.suggest(LOG),
    ]
    for each in everything:
        html = each._repr_html_()
        tags = Tags(html)
        assert "table" in tags.found
        assert not {"script", "style", "iframe", "link"} & set(tags.found)
        assert "train:loss" in html or "train" in html


def test_a_scan_shows_its_curves_and_a_diagnosis_its_causes() -> None:
    scan = mp.scan(LOG, COPIED)
    html = mp.as_html(scan)
    emitting = [each for each in scan.summary.definitions if each.emitted]
    assert html.count("<figure") == len(emitting)
    assert f"{scan.summary.records:,} records" in html
    diagnosis = mp.diagnose(LOG, COPIED)
    html = mp.as_html(diagnosis)
    for each in diagnosis.explanations:
        for cause in each.causes:
            assert re.sub(r"[<>&'\"].*", "", cause.message) in html


def test_text_of_a_log_is_never_markup(tmp_path: Path) -> None:
    log = tmp_path / "<b>.log"
    log.write_text("<script>alert(1)</script> loss: 1\n" * 3)
    scan = mp.scan(log, [{"Name": "<i>loss", "Regex": "loss: ([0-9]+)"}])
    for html in (mp.as_html(scan), mp.as_html(mp.suggest(log))):
        assert not {"script", "i", "b"} & set(Tags(html).found)


def test_what_has_no_form() -> None:
    with pytest.raises(TypeError, match="int"):
        mp.as_html(3)


@long
def test_a_plot() -> None:
    matplotlib = pytest.importorskip("matplotlib", reason=WITHOUT)
    matplotlib.use("Agg")
    scan = mp.scan(LOG, COPIED)
    axes = scan.plot("train:loss", "validation:loss")
    assert [axis.get_ylabel() for axis in axes] == ["train:loss", "validation:loss"]
    values: Any = axes[0].lines[0].get_ydata()
    assert len(values) == scan.summary.definitions[0].emitted
    assert len(mp.scan(LOG, COPIED).plot(by="line")) == 3


@long
def test_the_notebook_of_the_documentation_runs() -> None:
    nbformat = pytest.importorskip("nbformat", reason=WITHOUT)
    nbclient = pytest.importorskip("nbclient", reason=WITHOUT)
    path = ROOT / "docs" / "notebooks" / "first_look.ipynb"
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "kept without its outputs"
    client = nbclient.NotebookClient(
        notebook, resources={"metadata": {"path": str(ROOT)}}, timeout=120
    )
    run = client.execute()
    shown = [
        output["data"]
        for cell in run.cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    assert sum("text/html" in data for data in shown) >= 4
    assert any("image/png" in data for data in shown)
    assert "9.88" in json.dumps(shown)
