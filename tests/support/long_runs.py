"""How much the plain run tries of what can be tried without end, and how much the long run."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest

long = pytest.mark.long


def mostly_long(values: Iterable[Any], plain: Collection[Any]) -> list[Any]:
    """Parameters of one test, of which the plain run tries some."""
    return [each if each in plain else pytest.param(each, marks=long) for each in values]


def plain_and_long(plain: int, long_run: int) -> list[Any]:
    """Parameters of one test: how often the plain run tries a thing, and the long run."""
    return [plain, pytest.param(long_run, marks=long)]
