"""Where definitions match on a line, for people to look at."""

from typing import Any

from metricparse.matching.numbers import is_truncated, parse_number
from metricparse.values import value

#: Seconds that one search of one event may take.
PATIENCE = 0.25


@value
class Match:
    """What a definition finds in an event: the first match, which is the one that counts.

    definition: its place in the list. match: where the match stands in the text. capture: where
    group 1 stands; None where it took no part. number: what would be published; None for none.
    truncated: the number is only a part of the one on the line. repeated: there are more matches.
    gave_up: the search took too long; then there is nothing else.
    """

    definition: int
    match: tuple[int, int] = (0, 0)
    capture: tuple[int, int] | None = None
    number: float | None = None
    truncated: bool = False
    repeated: bool = False
    gave_up: bool = False


def matches_in(text: str, compiled: list[Any]) -> list[Match]:
    """What each of the regexes, compiled by `compile_regex`, finds in an event.

    A regex without a group, or None in its place, finds nothing.
    """
    found = (_match_in(text, regex, place) for place, regex in enumerate(compiled) if regex)
    return [each for each in found if each]


def _match_in(text: str, regex: Any, place: int) -> Match | None:
    if not regex.groups:
        return None
    try:
        match = regex.search(text, timeout=PATIENCE)
        if match is None:
            return None
        rest = max(match.end(), match.start() + 1)
        repeated = regex.search(text, rest, timeout=PATIENCE) is not None
    except TimeoutError:
        return Match(place, gave_up=True)
    start, end = match.span(1)
    if start < 0:
        return Match(place, match.span(), repeated=repeated)
    captured = match[1]
    number = parse_number(captured)
    first = start + len(captured) - len(captured.lstrip())
    whole = first, first + len(captured.strip())
    truncated = number is not None and is_truncated(text, *whole)
    return Match(place, match.span(), (start, end), number, truncated, repeated)
