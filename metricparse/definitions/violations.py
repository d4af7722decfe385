"""What is said of values that break a rule of the API, and the two ways in which it writes names."""

import re
from collections.abc import Iterable

from metricparse.errors import did_you_mean

_VALUE_SHOWN = 60
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def api_name(name: str) -> str:
    """A field's name as the API writes it: `MetricDefinitions` for `metric_definitions`."""
    return name.title().replace("_", "") if name.islower() else name


def snake_name(name: str) -> str:
    """A field's name as Python writes it: `metric_definitions` for `MetricDefinitions`."""
    return _WORD_START.sub("_", name).lower()


def unknown_field(name: str, known: Iterable[str]) -> str:
    """That a shape has no such field, and which one may be meant; `known`: the API's names."""
    return _unknown(name, api_name(name), list(known))


def unknown_key(name: str, known: Iterable[str]) -> str:
    """That there is no such field, and which one may be meant."""
    return _unknown(name, name, list(known))


def _unknown(name: str, alike: str, known: list[str]) -> str:
    advice = did_you_mean(alike, known, f"the fields are {', '.join(known)}")
    return f"unknown field {name!r}; {advice}"


def too_short(least: int, length: int, noun: str) -> str:
    """That there are too few characters or items."""
    return f"at least {_count(least, noun)}, not {length}"


def too_long(most: int, length: int, noun: str) -> str:
    """That there are too many characters or items."""
    return f"at most {_count(most, noun)}, not {length}"


def mismatch(value: str, pattern: str) -> str:
    """That a string does not match its pattern."""
    return f"{shown(value)} does not match the pattern {pattern}"


def shown(value: object) -> str:
    """A value, or its beginning."""
    text = repr(value)
    return text if len(text) <= _VALUE_SHOWN else text[: _VALUE_SHOWN - 1] + "…"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
