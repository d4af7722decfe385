"""Where the `regex` module, which searches, may read a definition otherwise than Python's `re`."""

import re
import warnings
from functools import lru_cache

from metricparse.regex_syntax.differences import difference
from metricparse.regex_syntax.parse import FuzzyMatch, UnknownSyntax, parse

_POSIX_CLASS = re.compile(r"\[\[:\^?\w+:\]|\[[^\]]*\[:\^?\w+:\]")


@lru_cache(maxsize=1024)
def engines_differ(pattern: str) -> str | None:
    """What the two engines do not agree on, as far as that can be told; None if on nothing."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"re refuses it: {error}"
    if _POSIX_CLASS.search(pattern):
        return "[[:name:]] is a class of characters for regex, a plain set for re"
    if _asks_for_fuzzy_match(pattern):
        return "{e<=1} and its like ask for a fuzzy match in regex, and are plain text for re"
    if caught:
        return f"re warns: {caught[0].message}"
    try:
        return difference(parse(pattern), ascii_only=bool(compiled.flags & re.ASCII))
    except UnknownSyntax as unknown:
        return f"syntax that was not compared: {unknown}"


def _asks_for_fuzzy_match(pattern: str) -> bool:
    try:
        parse(pattern)
    except FuzzyMatch:
        return True
    except UnknownSyntax:
        return False
    return False
