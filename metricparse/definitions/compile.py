"""Compiling a definition's regex, with an error that shows where it is wrong."""

import warnings
from contextlib import suppress
from functools import lru_cache
from typing import Any

import regex

from metricparse.errors import DefinitionError
from metricparse.regex_syntax.as_re import as_re
from metricparse.regex_syntax.parse import UnknownSyntax


@lru_cache(maxsize=1024)
def compile_regex(pattern: str) -> Any:
    """The regex compiled by the `regex` module, version 0, on `str`; its classes are those of `re`.

    A regex is compiled once, however often it is asked for. Raises `DefinitionError` with the
    place of what is wrong.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a regex could be read as is `check`'s to say
            compiled = regex.compile(pattern)
            with suppress(UnknownSyntax):
                if (written := as_re(pattern)) != pattern:
                    return regex.compile(written)
            return compiled
    except (regex.error, ValueError, RecursionError, OverflowError) as error:
        problem = getattr(error, "msg", None) or str(error)
        position = getattr(error, "pos", None)
        shown = _pointed(pattern, position)
        raise DefinitionError(f"does not compile: {problem}{shown}") from None


def _pointed(pattern: str, position: int | None) -> str:
    if position is None:
        return f"\n    {pattern}"
    return f" at position {position}\n    {pattern}\n    {' ' * position}^"
