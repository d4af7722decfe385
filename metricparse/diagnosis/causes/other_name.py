"""Names in a log that are nearly the one that a regex asks for."""

import re

from metricparse.diagnosis.causes.base import SIGHTINGS_SHOWN, Sighting
from metricparse.diagnosis.edits.pieces import Pieces
from metricparse.diagnosis.edits.similar_names import is_same, likeness
from metricparse.evidence.named_numbers import NamedNumber
from metricparse.evidence.sample import Evidence, LogLine
from metricparse.matching.numbers import NUMBER_GROUP, NUMBER_OR_NAN_GROUP, parse_number
from metricparse.regex_syntax.write import literally
from metricparse.values import value

_LAST_WORDS = re.compile(r"([\w./@'\"-]*[A-Za-z][\w./@'\"-]*(?:[ ][<(]?[\w./@'\">)-]+){0,2})\W*\Z")
_ALIKE = 0.8


@value
class NearName:
    """A name in the log that is nearly the one that is asked for.

    asked: the name in the regex. written: the name in the log, and its number. same_name: only what stands around it differs. regexes: they capture its number.
    """

    asked: str
    written: str
    same_name: bool
    regexes: list[str]
    sightings: list[Sighting]


def closest_name(pieces: Pieces, evidence: Evidence) -> NearName | None:
    """The name in the log that is most like the one before the value in a regex."""
    match = _LAST_WORDS.search(pieces.characters[: pieces.value].replace("\0", "\n"))
    if not match:
        return None
    asked = match[1].strip("'\"")
    found: dict[tuple[float, str], list[tuple[LogLine, NamedNumber]]] = {}
    for (name, before), lines in evidence.named.items():
        alike = likeness(asked, name)
        if alike >= _ALIKE:
            found.setdefault((alike, before), []).extend(lines)
    if not found:
        return None
    best = max(alike for alike, _ in found)
    _, lines = max(
        ((before, lines) for (alike, before), lines in found.items() if alike == best),
        key=lambda each: sum(evidence.shapes[line.shape] for line, _ in each[1]),
    )
    first_line, first = lines[0]
    return NearName(
        asked,
        first_line.text[first.start : first.end],
        same_name=is_same(asked, first.name),
        regexes=[
            _regex(first_line, first, number) for number in (NUMBER_GROUP, NUMBER_OR_NAN_GROUP)
        ],
        sightings=[_sighting(line, named) for line, named in lines[:SIGHTINGS_SHOWN]],
    )


def _regex(line: LogLine, named: NamedNumber, number: str) -> str:
    """A regex for the named number that does not match inside a longer name."""
    before = line.text[: named.start]
    guard = "#011" if before.endswith("#011") else before[-1:]
    if guard.isalnum() and guard != "#011":
        guard = ""
    return literally(guard + named.before) + number


def _sighting(line: LogLine, named: NamedNumber) -> Sighting:
    end = named.end
    return Sighting(
        line.source,
        line.line,
        line.text,
        (named.start, end),
        (end - len(named.value), end),
        None,
        parse_number(named.value),
    )
