"""How much the plain run tries of what can be tried without end, and how much the long run."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

long = pytest.mark.long


def mostly_long(values: Iterable[Any], plain: Collection[Any]) -> list[Any]:
    """Parameters of one test, or tuples of them, of which the plain run tries some."""
    return [each if each in plain else _long(each) for each in values]


def plain_and_long(plain: int, long_run: int) -> list[Any]:
    """Parameters of one test: how often the plain run tries a thing, and the long run."""
    return [plain, _long(long_run)]


def _long(value: Any) -> Any:
    """A parameter of the long run, or a tuple of several."""
    values = value if isinstance(value, tuple) else (value,)
    return pytest.param(*values, marks=long)


def tried(
    plain: int, long_run: int, *drawn: st.SearchStrategy[Any], **named: st.SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Callable[[int], None]]:
    """Makes a test of a property: so many drawn examples in the plain run, and in the long run."""

    def as_test(holds: Callable[..., None]) -> Callable[[int], None]:
        @pytest.mark.parametrize("examples", plain_and_long(plain, long_run))
        def test(examples: int) -> None:
            settings(max_examples=examples)(given(*drawn, **named)(holds))()

        return test

    return as_test
