"""Compiling a definition's regex, with an error that shows where it is wrong."""

import warnings
from functools import lru_cache
from typing import Any

import regex

from metricparse.errors import DefinitionError


@lru_cache(maxsize=1024)
def compile_regex(pattern: str) -> Any:
    """The regex as the `regex` module compiles it by default: version 0, on `str`.

    A regex is compiled once, however often it is asked for. Raises `DefinitionError` with the
    place of what is wrong.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a regex could be read as is `check`'s to say
            return regex.compile(pattern)
    except (regex.error, ValueError, RecursionError, OverflowError) as error:
        problem = getattr(error, "msg", None) or str(error)
        position = getattr(error, "pos", None)
        shown = _pointed(pattern, position)
        raise DefinitionError(f"does not compile: {problem}{shown}") from None


def _pointed(pattern: str, position: int | None) -> str:
    if position is None:
        return f"\n    {pattern}"
    return f" at position {position}\n    {pattern}\n    {' ' * position}^"
