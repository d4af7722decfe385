"""Compiling a definition's regex, with an error that shows where it is wrong."""

import re
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
            written = pattern
            with suppress(UnknownSyntax):
                written = as_re(pattern)
            written = _without_first_set(written)
            return compiled if written == pattern else regex.compile(written)
    except (regex.error, ValueError, RecursionError, OverflowError) as error:
        problem = getattr(error, "msg", None) or str(error)
        position = getattr(error, "pos", None)
        shown = _pointed(pattern, position)
        raise DefinitionError(f"does not compile: {problem}{shown}") from None


# Flags of a part of a regex, with `i` set or unset; and those of all of it, at its start.
_CASE_OF_PART = re.compile(r"\(\?[a-z]*i[a-z]*(-[a-z]+)?:|\(\?[a-z]*-[a-z]*i[a-z]*:")
_FLAGS = re.compile(r"(\(\?[aiLmsu]+\))*")
_MAY_BE_VERBOSE = re.compile(r"\(\?[a-zA-Z]*x")


def _without_first_set(pattern: str) -> str:
    """The same regex, for which `regex` does not look for places where a match may start.

    It takes one set of all that a match may start with, and ignores case in all of it if it does in
    some: `(?i:a)?[^ab]=` is not found in `B=`. There is no such set where one alternative is empty,
    of which it does not see that it never matches.
    """
    if not _CASE_OF_PART.search(pattern) or _MAY_BE_VERBOSE.search(pattern):
        return pattern
    flags = _FLAGS.match(pattern)
    start = flags.end() if flags else 0
    return f"{pattern[:start]}(?:{pattern[start:]}|(?!))"


def _pointed(pattern: str, position: int | None) -> str:
    if position is None:
        return f"\n    {pattern}"
    return f" at position {position}\n    {pattern}\n    {' ' * position}^"
