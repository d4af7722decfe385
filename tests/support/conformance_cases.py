"""The conformance cases, read from their files; tests/conformance/README.md tells the format."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.long_runs import mostly_long

FOLDER = Path(__file__).parents[1] / "conformance"

# Twenty searches that use up their budget, and again in blocks of each size.
_SLOW = {"budget:is-set-aside-after-the-twentieth"}
_ESCAPE = re.compile(r"\\(?:([nrt\\])|x([0-9a-fA-F]{2}))")
_CONTROL = {"n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\"}


@dataclass(frozen=True)
class Case:
    """One conformance case."""

    name: str
    rule: str
    definitions: list[dict[str, str]]
    log: bytes
    view: str
    strip_ansi: bool
    rows: list[tuple[int, str, float]]
    counts: dict[str, dict[str, int]]
    lines: int | None
    events: int | None
    times: list[str] | None


def all_cases() -> list[Case]:
    """The cases of all files, by file and place."""
    return [case for path in sorted(FOLDER.glob("*.toml")) for case in _cases(path)]


def mostly_quick(cases: list[Case]) -> list[Any]:
    """Parameters of a test: the cases, of which those that take long are for the long run."""
    return mostly_long(cases, [case for case in cases if case.name not in _SLOW])


def _cases(path: Path) -> Iterator[Case]:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    for case in document["case"]:
        yield Case(
            name=f"{path.stem}:{case['name']}",
            rule=document["rule"],
            definitions=case["definitions"],
            log=_log(case["log"]),
            view=case.get("view", "sagemaker"),
            strip_ansi=case.get("strip_ansi", False),
            rows=[(line, metric, float(value)) for line, metric, value in case["rows"]],
            counts=case.get("counts", {}),
            lines=case.get("lines"),
            events=case.get("events"),
            times=case.get("times"),
        )


def _log(parts: Any) -> bytes:
    if isinstance(parts, str):
        return _unescaped(parts)
    if isinstance(parts, dict):
        return _log(parts["repeat"]) * int(parts["times"])
    return b"".join(map(_log, parts))


def _unescaped(text: str) -> bytes:
    log, position = b"", 0
    for escape in _ESCAPE.finditer(text):
        log += text[position : escape.start()].encode()
        log += _CONTROL[escape[1]] if escape[1] else bytes.fromhex(escape[2])
        position = escape.end()
    return log + text[position:].encode()
