"""What the documentation shows is what happens."""

import html
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

import metricparse as mp

ROOT = Path(__file__).parents[1]


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_help_in_the_documentation_is_the_commands_own() -> None:
    generator = load(ROOT / "docs" / "generate_commands.py")
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == generator.page(), "run: python docs/generate_commands.py"


def test_the_man_page_is_the_help() -> None:
    generator = load(ROOT / "docs" / "generate_commands.py")
    page = (ROOT / "docs" / "metricparse.1").read_text(encoding="utf-8")
    assert page == generator.man_page(), "run: python docs/generate_commands.py"


@pytest.mark.skipif(shutil.which("man") is None, reason="no man here")
def test_the_man_page_can_be_read() -> None:
    done = subprocess.run(
        ["man", "--warnings", "-l", str(ROOT / "docs" / "metricparse.1")],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "MANWIDTH": "90", "LC_ALL": "C.UTF-8", "MANPAGER": "cat"},
    )
    assert done.stderr == ""
    for text in ("metricparse suggest", "--strip-ansi", "'loss=loss: ([0-9.]+)'", "EXIT STATUS"):
        assert text in done.stdout


def test_the_reports_in_the_readme_are_those_that_are_printed() -> None:
    generator = load(ROOT / "docs" / "generate_transcripts.py")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.count("```console") == 1
    expected = generator.updated(readme)
    assert without_times(readme) == without_times(expected), "run: docs/generate_transcripts.py"


def test_the_tutorial_shows_what_is_printed_when_it_is_gone_through() -> None:
    generator = load(ROOT / "docs" / "generate_transcripts.py")
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    expected = generator.updated_tutorial(page)
    assert without_times(page) == without_times(expected), "run: docs/generate_transcripts.py"


def test_the_reference_is_that_of_the_code() -> None:
    generator = load(ROOT / "docs" / "generate_reference.py")
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert page == generator.page(), "run: python docs/generate_reference.py"
    shown = [
        name for modules in generator.SECTIONS.values() for name in generator.names_of(modules)
    ]
    assert sorted(shown) == sorted(set(mp.__all__) - {"__version__"})


def test_pictures_show_what_is_so() -> None:
    generator = load(ROOT / "docs" / "generate_pictures.py")
    pictures = ROOT / "docs" / "pictures"
    terminal = (pictures / "terminal.svg").read_text(encoding="utf-8")
    assert text_of(terminal) == text_of(generator.terminal()), "run: docs/generate_pictures.py"
    benchmarks = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    drawn = (pictures / "benchmarks.svg").read_text(encoding="utf-8")
    assert drawn == generator.benchmarks(benchmarks), "run: docs/generate_pictures.py"
    assert sum(each.stat().st_size for each in pictures.iterdir()) < 150_000


def text_of(picture: str) -> list[str]:
    """The words of an SVG, without those of its style."""
    without_style = re.sub(r"<style>.*?</style>", "", picture, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", " ", without_style)).split()


def without_times(text: str) -> str:
    return re.sub(r" in [^ ]+ s, scanned at [^ ]+ .B/s$", "", text, flags=re.MULTILINE)


def test_tests_that_the_documentation_names_are_there() -> None:
    for page in ROOT.glob("docs/*.md"):
        named = re.findall(r"`(tests/\w+\.py)(?:::(\w+))?`", page.read_text(encoding="utf-8"))
        for file, test in named:
            assert f"def {test}" in (ROOT / file).read_text(encoding="utf-8"), (
                f"{page.name}: {test}"
            )


def test_links_between_documents_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md")]
    for page in [*pages, ROOT / "tests" / "conformance" / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
