"""Fixtures of all tests."""

import pytest

from metricparse.matching import reference


@pytest.fixture(autouse=True)
def search_budget(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reference give up early, where a test is marked so; how late is its own affair."""
    if request.node.get_closest_marker("small_budget"):
        monkeypatch.setattr(reference, "BUDGET", 0.1)
