"""Definitions proposed for logs, against those that people wrote for them."""

import io
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

import metricparse as mp
from tests.support.public_corpus import (
    definitions_of,
    log_definition_pairs,
    log_path,
    requires_corpus,
)
from tests.support.sample_logs import SAMPLES

#: The share of the metrics in hand-made definitions that is recovered, at least.
RECOVERED_IN_SAMPLES = 0.85
RECOVERED_IN_CORPUS = 0.85


def suggested(log: bytes) -> dict[str, str]:
    return {each.definition.name: each.definition.regex for each in mp.suggest(io.BytesIO(log))}


@pytest.mark.parametrize(
    ("line", "metrics"),
    [
        ("epoch=%d train_loss=0.%d lr=%de-05", {"epoch", "train_loss", "lr"}),
        ("Epoch %d | loss: -0.%d | Test Acc: %d", {"Epoch", "loss", "test:Acc"}),
        ("{'eval_loss': 0.%d, 'eval_f1': %d, 'epoch': %d}", {"eval_loss", "eval_f1", "epoch"}),
        ('{"step": %d, "loss": 0.%d, "acc": 0.%d}', {"step", "loss", "acc"}),
        ("[%d]\ttrain-auc:0.%d\tvalidation-auc:0.%d", {"train:auc", "validation:auc"}),
        (
            "#quality_metric: host=algo-1, epoch=%d, train loss <loss>=0.%d%d",
            {"train:loss"},
        ),
        ("epoch %d, %d.5 ms/it, loss 0.%d", {"epoch", "ms_per_it", "loss"}),
        ("global step %d loss is 0.%d, accuracy is 0.%d", {"step", "loss", "accuracy"}),
    ],
)
def test_names_for_the_forms_in_which_metrics_are_printed(line: str, metrics: set[str]) -> None:
    log = "".join(line % (n, n + 1, n + 2) + "\n" for n in range(1, 7)).encode()
    assert set(suggested(log)) == metrics


def test_a_table_is_read_by_its_header() -> None:
    log = (
        b"epoch train_loss valid_loss time\n0 0.5 0.75 00:10\n1 0.25 0.5 00:11\n2 1e-3 0.4 00:09\n"
    )
    regexes = suggested(log)
    scan = mp.scan(io.BytesIO(log), [{"Name": "m", "Regex": regexes["train_loss"]}])
    assert scan.to_table()["value"].to_pylist() == [0.5, 0.25, 0.001]


def test_of_a_progress_bar_the_last_state_is_taken() -> None:
    states = [b"%d/3 [00:01, loss=0.%d]" % (n, 9 - n) for n in range(1, 4)]
    bar = b"\r".join(states) + b"\n"
    scan = mp.scan(io.BytesIO(bar * 3), [{"Name": "m", "Regex": suggested(bar * 3)["loss"]}])
    assert scan.to_table()["value"].to_pylist() == [0.6] * 3


def test_what_is_proposed_is_what_the_service_takes() -> None:
    for log in SAMPLES.glob("*/train.log"):
        suggestions = mp.suggest(log)
        assert len(suggestions) <= 40
        assert len({each.definition.name for each in suggestions}) == len(suggestions)
        document = json.loads(json.dumps([each.definition.to_request() for each in suggestions]))
        given = mp.scan(log, document).summary.definitions
        assert [each.emitted for each in given] == [each.summary.emitted for each in suggestions]
        assert not any(each.truncated or each.rejected for each in given)


@pytest.mark.parametrize("log", sorted(SAMPLES.glob("*/train.log")), ids=lambda p: p.parent.name)
def test_what_is_proposed_is_healthy(log: Path) -> None:
    proposed = [each.definition for each in mp.suggest(log)]
    for explanation in mp.diagnose(log, proposed).explanations:
        assert {cause.kind for cause in explanation.causes} <= {"several-matches"}


def test_a_log_without_numbers_gives_nothing() -> None:
    assert mp.suggest(io.BytesIO(b"starting\ndone\n")) == []
    assert mp.suggest(io.BytesIO(b"")) == []


def rows_by_metric(log: Path, regexes: Iterable[str]) -> list[set[tuple[int, float]]]:
    """For each regex the lines and values that it gives."""
    definitions = [{"Name": str(n), "Regex": regex} for n, regex in enumerate(regexes)]
    if not definitions:
        return []
    rows: dict[int, set[tuple[int, float]]] = defaultdict(set)
    scan = mp.scan(log, definitions)
    for row in scan.to_table().to_pylist():
        rows[int(row["metric"])].add((row["line"], row["value"]))
    whole = [not each.truncated for each in scan.summary.definitions]
    return [rows[n] if whole[n] else set() for n in range(len(definitions))]


def recovered(log: Path, regexes: Iterable[str]) -> list[bool]:
    """For each hand-made regex that gives numbers whether a proposal gives nearly the same rows."""
    proposed = rows_by_metric(log, [each.definition.regex for each in mp.suggest(log)])
    wanted = [rows for rows in rows_by_metric(log, dict.fromkeys(regexes)) if rows]
    return [any(len(w & p) >= 0.9 * len(w | p) for p in proposed) for w in wanted]


def share(results: Iterable[bool]) -> float:
    each = list(results)
    return sum(each) / len(each)


def test_the_metrics_of_the_samples_are_recovered() -> None:
    results: list[bool] = []
    for folder in sorted(path.parent for path in SAMPLES.glob("*/definitions.json")):
        definitions = json.loads((folder / "definitions.json").read_text(encoding="utf-8"))
        results += recovered(folder / "train.log", [each["Regex"] for each in definitions])
    assert share(results) >= RECOVERED_IN_SAMPLES


@requires_corpus
def test_the_metrics_of_the_corpus_are_recovered() -> None:
    results: list[bool] = []
    lists: dict[str, list[str]] = defaultdict(list)
    for log, name in log_definition_pairs():
        lists[log] += [each["Regex"] for each in definitions_of(name)]
    for log, regexes in lists.items():
        results += recovered(log_path(log), regexes)
    assert share(results) >= RECOVERED_IN_CORPUS
