"""The long runs, briefly: that they run, and find nothing."""

import importlib

import pytest

from proof.run import Run
from tests.support.long_runs import long

pytest.importorskip("metricparse._kernel", reason="the native extension was not built")


@pytest.mark.parametrize(
    "name",
    [
        "pairs",
        "envelopes",
        "fuzzing",
        pytest.param("soak", marks=long),
        pytest.param("following", marks=long),
        pytest.param("budgets", marks=long),
        pytest.param("faults", marks=long),
        pytest.param("serve", marks=long),
    ],
)
def test_a_brief_run_finds_nothing(name: str) -> None:
    run = Run(seed=7, seconds=0.5)
    importlib.import_module(f"proof.{name}").prove(run)
    assert run.failures == []
    assert run.counts
