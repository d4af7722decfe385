"""Text of a log as markup: never as anything else than text."""

from html import escape

from metricparse.diagnosis.causes.base import Sighting

_BEFORE, _AFTER = 60, 60
_LONGEST_MATCH = 120


def shown(text: str) -> str:
    """A text with what cannot be seen, or would change how the page reads, written out."""
    return escape("".join(each if each.isprintable() else repr(each)[1:-1] for each in text))


def marked(sighting: Sighting) -> str:
    """The part of a line around a match: the match in `mark`, the capture in `strong`."""
    text = sighting.text
    first, last = sighting.match or (0, 0)
    start, end = sighting.capture or (last, last)
    begin = max(0, min(first, start) - _BEFORE, start - _LONGEST_MATCH)
    stop = min(len(text), max(last, end) + _AFTER, end + _LONGEST_MATCH)
    first, last = max(first, begin), min(last, stop)
    parts = [
        "…" if begin else "",
        shown(text[begin:first]),
        "<mark>" if last > first else "",
        shown(text[first:start]) if start >= first else "",
        f"<strong>{shown(text[start:end])}</strong>" if end > start else "",
        shown(text[max(end, first) : last]),
        "</mark>" if last > first else "",
        shown(text[last:stop]),
        "…" if stop < len(text) else "",
    ]
    return "".join(parts)
