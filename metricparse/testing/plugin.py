"""The pytest plugin: a fixture that holds a log to the metrics that it must give."""

from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping


class AssertMetrics(Protocol):
    """What the fixture `assert_metrics` is."""

    def __call__(
        self,
        log: "str | os.PathLike[str] | bytes",
        definitions: Any,
        expected: "Mapping[str, Any]",
        *,
        only_these: bool = True,
    ) -> None:
        """Fail, with the differences and their causes, unless the log gives these metrics."""


@pytest.fixture(scope="session")
def assert_metrics() -> AssertMetrics:
    """Hold a log to the metrics that it must give.

    log: a path, or the log itself as bytes. definitions: whatever `load_definitions` takes.
    expected: for each metric its only value, all its values, figures about them (`count`,
    `first`, `last`, `min`, `max`), or None. only_these: other metrics must give nothing.
    """

    def hold(
        log: "str | os.PathLike[str] | bytes",
        definitions: Any,
        expected: "Mapping[str, Any]",
        *,
        only_these: bool = True,
    ) -> None:
        from metricparse.testing.expectations import differences

        found = differences(log, definitions, expected, only_these=only_these)
        if found:
            listed = "\n".join(f"  {each}" for each in found)
            pytest.fail(f"the log gives other metrics than expected:\n{listed}", pytrace=False)

    return hold
