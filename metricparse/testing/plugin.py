"""The pytest plugin: a fixture that holds a log to the metrics that it must give."""

import os
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping


class AssertMetrics(Protocol):
    """What the fixture `assert_metrics` is."""

    def __call__(
        self,
        log: str | os.PathLike[str] | bytes,
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
        log: str | os.PathLike[str] | bytes,
        definitions: Any,
        expected: "Mapping[str, Any]",
        *,
        only_these: bool = True,
    ) -> None:
        from metricparse.errors import LogError
        from metricparse.testing.expectations import differences

        if isinstance(log, str) and _is_text(log):
            raise LogError(
                f"{log!r}: no such file; the text of a log is given as bytes, such as b'loss: 0.5'"
            )
        found = differences(log, definitions, expected, only_these=only_these)
        if found:
            listed = "\n".join(f"  {each}" for each in found)
            pytest.fail(f"the log gives other metrics than expected:\n{listed}", pytrace=False)

    return hold


def _is_text(log: str) -> bool:
    """Whether what should be a path is the text of a log."""
    return not os.path.exists(log) and any(each in log for each in ("\n", ": ", "="))
