"""What the package depends on: each library is a decision, and has a licence a product may bear."""

import json
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = {
    *("backports.zstd", "isal", "pyarrow", "pydantic", "pyyaml", "regex", "rich"),
    "tzdata",
}
RUST = {"aho-corasick", "fast-float2", "libdeflate-sys", "memchr", "pcre2-sys", "pyo3", "simdutf8"}
PERMISSIVE = {
    *("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CNRI-Python", "ISC", "MIT", "MIT License"),
    *("PSF-2.0", "Unicode-3.0", "Unlicense"),
}
EXCEPTION = re.compile(r" WITH \S+")


def is_permissive(licence: str) -> bool:
    """Whether a licence expression can be met by permissive licences alone."""
    needed = EXCEPTION.sub("", licence).replace("(", "").replace(")", "").split(" AND ")
    return all(PERMISSIVE & set(each.split(" OR ")) for each in needed)


def name_of(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower()


def test_each_library_is_a_decision() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {name_of(each) for each in project["dependencies"]} == PYTHON
    kernel = tomllib.loads((ROOT / "kernel" / "Cargo.toml").read_text())
    assert set(kernel["dependencies"]) == RUST


def test_licences_of_python_packages() -> None:
    checked: set[str] = set()
    waiting = sorted(PYTHON)
    while waiting:
        name = waiting.pop()
        if name in checked:
            continue
        checked.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # it is for another system
        told = found.metadata.get_all("Classifier") or []
        named = [
            found.metadata[key] or ""
            for key in ("License-Expression", "License")
            if key in found.metadata
        ]
        classifiers = [each.rpartition(" :: ")[2] for each in told if each.startswith("License")]
        assert any(map(is_permissive, [*named, *classifiers])), f"{name}: {named or classifiers}"
        waiting += [name_of(each) for each in found.requires or [] if "extra ==" not in each]
    assert {"pyarrow", "pydantic-core", "pygments"} <= checked


@pytest.mark.skipif(not shutil.which("cargo"), reason="cargo is not installed")
def test_licences_of_crates() -> None:
    command = ["cargo", "metadata", "--locked", "--offline", "--format-version", "1"]
    done = subprocess.run(
        [*command, "--manifest-path", "kernel/Cargo.toml"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("the crates were not fetched")
    crates = json.loads(done.stdout)["packages"]
    assert len(crates) > len(RUST)
    assert [each["name"] for each in crates if not is_permissive(each["license"] or "")] == []


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [
        ("MIT OR Apache-2.0", True),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("MIT OR LGPL-2.1-or-later", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("", False),
    ],
)
def test_what_is_permissive(licence: str, permissive: bool) -> None:
    assert is_permissive(licence) is permissive
