"""How much the plain run tries of what can be tried without end, and how much the long run."""

from typing import Any

import pytest

long = pytest.mark.long


def plain_and_long(plain: int, long_run: int) -> list[Any]:
    """Parameters of one test: how often the plain run tries a thing, and the long run."""
    return [plain, pytest.param(long_run, marks=long)]
