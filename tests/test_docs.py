"""What the documentation shows is what happens."""

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

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


def test_the_report_in_the_readme_is_the_one_that_is_printed() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    transcripts = re.findall(r"```console\n\$ (metricparse .*)\n([^`]*)```", readme)
    assert transcripts
    for command, expected in transcripts:
        done = subprocess.run(
            [sys.executable, "-m", *shlex.split(command)],
            capture_output=True,
            check=False,
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name != "COLUMNS"},
        )
        assert without_times(done.stdout.decode()) == without_times(expected)


def without_times(report: str) -> list[str]:
    return [re.sub(r" in [^ ]+ m?s, .*", "", line).rstrip() for line in report.splitlines()]


def test_links_between_documents_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md")]
    for page in [*pages, ROOT / "tests" / "conformance" / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
