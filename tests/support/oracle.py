"""What a list of metric definitions means, said as plainly as possible.

This is section by section what `docs/semantics.md` says, for tests to hold the matchers against.
It uses the standard library's `re` and nothing of metricparse, and it makes no attempt to be fast.
The regexes given to it must mean the same in `re` as in the PyPI `regex` module.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

EVENT_BYTES = 16_384

Row = tuple[int, str, float]
"""Line (1-based), metric, value."""

_SGR = re.compile(rb"\x1b\[[0-9;:]*m")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ASCII_WHITESPACE = " \t\n\r\v\f"
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
    r"|[+-]?(?:[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)"
)


@dataclass
class Counts:
    """What became of the events that one definition was searched in."""

    emitted: int = 0
    rejected: int = 0
    unmatched: int = 0


@dataclass
class Outcome:
    """Everything that the definitions publish for one log, and the counts that go with it."""

    rows: list[Row] = field(default_factory=list)
    counts: list[Counts] = field(default_factory=list)
    """One for each definition, in their order."""
    lines: int = 0
    events: int = 0


def rows(
    log: bytes,
    definitions: list[dict[str, str]],
    view: str = "sagemaker",
    strip_ansi: bool = False,
) -> list[Row]:
    """The rows that the definitions publish, by line, piece of a line, and definition."""
    return outcome(log, definitions, view, strip_ansi).rows


def outcome(
    log: bytes,
    definitions: list[dict[str, str]],
    view: str = "sagemaker",
    strip_ansi: bool = False,
) -> Outcome:
    """The rows that the definitions publish, and the counts."""
    patterns = [re.compile(definition["Regex"]) for definition in definitions]
    result = Outcome(counts=[Counts() for _ in definitions])
    if strip_ansi:
        log = _SGR.sub(b"", log)
    for number, line in enumerate(lines(log), start=1):
        result.lines += 1
        for text in events(line, view):
            result.events += 1
            for definition, pattern, counts in zip(
                definitions, patterns, result.counts, strict=True
            ):
                if pattern.groups == 0:
                    continue
                match = pattern.search(text)
                if match is None:
                    counts.unmatched += 1
                    continue
                value = number_in(match[1])
                if value is None:
                    counts.rejected += 1
                    continue
                counts.emitted += 1
                result.rows.append((number, definition["Name"], value))
    return result


def lines(log: bytes) -> list[bytes]:
    """The lines of a log without their `\\n`; what follows the last one is a line if not empty."""
    pieces = log.split(b"\n")
    if pieces[-1] == b"":
        pieces.pop()
    return pieces


def events(line: bytes, view: str) -> Iterator[str]:
    """The texts that the regexes see of one line: at least one, which may be empty."""
    if view == "raw":
        yield decoded(line)
    elif view == "sagemaker":
        for start in range(0, max(len(line), 1), EVENT_BYTES):
            yield escaped(decoded(line[start : start + EVENT_BYTES]))
    else:
        raise ValueError(f"no view is called {view!r}: 'sagemaker' and 'raw' are")


def decoded(piece: bytes) -> str:
    """UTF-8 as text, with U+FFFD for whatever is not UTF-8."""
    return piece.decode("utf-8", errors="replace")


def escaped(text: str) -> str:
    """The text with each ASCII control character as `#` and three octal digits."""
    return _CONTROL.sub(lambda control: f"#{ord(control[0]):03o}", text)


def number_in(capture: str | None) -> float | None:
    """The number that a capture is, if it took part in the match and is one."""
    if capture is None:
        return None
    stripped = capture.strip(_ASCII_WHITESPACE)
    if _NUMBER.fullmatch(stripped) is None:
        return None
    return float(stripped)
