"""What importing costs, what is exported, and what the documentation says of it."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import metricparse as mp

ROOT = Path(__file__).parents[1]
HEAVY = {"pyarrow", "pandas", "polars", "rich", "pydantic", "regex", "yaml"}


def modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import metricparse",
        "import metricparse.cli",
        "import metricparse.cli\ntry: metricparse.cli.main(['--version'])\nexcept SystemExit: pass",
    ],
)
def test_heavy_modules_are_loaded_when_first_needed(code: str) -> None:
    assert not modules_after(code) & HEAVY


def test_reading_definitions_does_not_load_arrow() -> None:
    assert "pyarrow" not in modules_after("import metricparse; metricparse.load_definitions")


def test_checking_does_not_load_arrow() -> None:
    path = ROOT / "sample_logs" / "xgboost" / "definitions.json"
    assert "pyarrow" not in modules_after(
        f"import metricparse.cli; metricparse.cli.main(['check', {str(path)!r}])"
    )


@pytest.mark.parametrize("definitions", ["definitions.json", "definitions-copied.json"])
def test_reporting_does_not_load_arrow(definitions: str) -> None:
    """Neither what was found nor what went wrong, where no records are wanted."""
    sample = ROOT / "sample_logs" / "transformers"
    arguments = ["scan", "-d", str(sample / definitions), str(sample / "train.log")]
    assert "pyarrow" not in modules_after(
        f"import metricparse.cli; metricparse.cli.main({arguments!r})"
    )


def test_every_exported_name_is_there_and_documented() -> None:
    for name in mp.__all__:
        assert getattr(mp, name) is not None
    documented = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert {name for name in mp.__all__ if f"`{name}" not in documented} == {"__version__"}


def test_type_checkers_see_the_names_where_they_are_loaded_from() -> None:
    tree = ast.parse((ROOT / "metricparse" / "__init__.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    seen = {alias.name: str(node.module) for node in imports for alias in node.names}
    assert seen.pop("__version__") == "metricparse._version"
    assert sorted(seen) == sorted(set(mp.__all__) - {"__version__"})
    for name, module in seen.items():
        assert getattr(importlib.import_module(module), name) is getattr(mp, name)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        mp.nope  # noqa: B018


def test_importing_a_module_does_not_hide_a_function() -> None:
    assert (
        "function"
        in subprocess.run(
            [
                sys.executable,
                "-c",
                "import metricparse.scanning.scan, metricparse.sinks, metricparse as mp; print(type(mp.scan))",
            ],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
    )
