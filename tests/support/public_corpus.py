"""Real logs and definitions that were collected from public sources, where they are present.

They are not part of the repository. `METRICPARSE_CORPUS` names their folder; by default they lie
beside the repository, in `shared/corpus`.
"""

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(os.environ.get("METRICPARSE_CORPUS") or Path(__file__).parents[3] / "shared/corpus")

requires_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"no corpus of real logs: {CORPUS}"
)


def log_paths() -> list[Path]:
    """The logs; none where the corpus is missing."""
    return sorted((CORPUS / "logs").glob("*.log"))


def log_path(log: str) -> Path:
    """The log of that name."""
    return CORPUS / "logs" / f"{log}.log"


def description_paths() -> list[Path]:
    """Descriptions of training jobs, as the service gives them."""
    return sorted(CORPUS.glob("*.json"))


def definition_list_names() -> list[str]:
    """The names of all lists of definitions."""
    return sorted(path.stem for path in (CORPUS / "definitions").glob("*.json"))


def definition_list_path(name: str) -> Path:
    """The document that holds a list of definitions."""
    return CORPUS / "definitions" / f"{name}.json"


def definitions_of(name: str) -> list[dict[str, str]]:
    """A list of definitions."""
    document: dict[str, Any] = json.loads(definition_list_path(name).read_bytes())
    definitions: list[dict[str, str]] = document["metric_definitions"]
    return definitions


def log_definition_pairs() -> list[tuple[str, str]]:
    """Each log with each list of definitions written for it; none where the corpus is missing."""
    if not CORPUS.is_dir():
        return []
    with (CORPUS / "SOURCES.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))[1:]
    return [(row[0], name) for row in rows for name in row[3].split(",") if name]
