"""Definitions proposed for logs, against those that people wrote for them."""

import io
import json
import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

import metricparse as mp
from metricparse.suggestions.judgement import Reason
from tests.support.command_line import run
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
        ("epoch=%d train_loss=0.%d lr=%de-05", {"train:loss", "lr"}),
        ("Epoch %d | loss: -0.%d | Test Acc: %d", {"loss", "test:acc"}),
        ("{'eval_loss': 0.%d, 'eval_f1': %d, 'epoch': %d}", {"validation:loss", "validation:f1"}),
        ('{"step": %d, "loss": 0.%d, "acc": 0.%d}', {"loss", "acc"}),
        ("[%d]\ttrain-auc:0.%d\tvalidation-auc:0.%d", {"train:auc", "validation:auc"}),
        ("#quality_metric: host=algo-1, epoch=%d, train loss <loss>=0.%d%d", {"train:loss"}),
        ("epoch %d, %d.5 ms/it, loss 0.%d", {"ms_per_it", "loss"}),
        ("global step %d loss is 0.%d, accuracy is 0.%d", {"loss", "accuracy"}),
        ("step %d <mAP>=(0.%d) <recall>=[0.%d]", {"map", "recall"}),
        ("step %d: EM 0.%d F1 0.%d", {"em", "f1"}),
        (
            "%d train/loss=0.%d eval/rewards/margin_reward=0.%d",
            {"train:loss", "validation:rewards_margin_reward"},
        ),
        ("轮 %d 损失: 0.%d 准确率: 0.%d", {"损失", "准确率"}),
        ("Iteration %d: perte=0.%d loss=0.%d", {"perte", "loss"}),
        ("%d/9 - temps: %d - Loss: 1.%d", {"loss"}),
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
    scan = mp.scan(io.BytesIO(log), [{"Name": "m", "Regex": regexes["train:loss"]}])
    assert scan.to_table()["value"].to_pylist() == [0.5, 0.25, 0.001]


@pytest.mark.parametrize(
    ("line", "name", "reason"),
    [
        ("epoch=%d loss=0.%d", "epoch", Reason.COUNTER),
        ("samples seen so far: %d000 loss=0.%d", "samples_seen_so_far", Reason.COUNTER),
        ("ts=176380440%d loss=0.%d", "ts", Reason.TIME),
        ("rank=%d loss=0.%d", "rank", Reason.IDENTIFIER),
        ("ERROR 14015694982944%d loss=0.%d", "error", Reason.IDENTIFIER),
        ("batch_size=64 loss%d=0.%d", "batch_size", Reason.SIZE),
        ("lr=0.1 step %d loss=0.%d", "lr", Reason.SETTING),
        ("#%d: gc pause took: 0.%d", "gc_pause_took", Reason.DURATION),
        ("Downloading %d: 0.%dMB/s", "mb_per_s", Reason.RATE),
        ("%d queue: 0.%d", "queue", Reason.NO_METRIC_NAME),
        ("%d loss: 0,%d", "loss", Reason.COMMA),
        ("%d samples: 1,%d00", "samples", Reason.COMMA),
    ],
)
def test_what_no_person_would_plot_is_left_out_with_the_reason(
    line: str, name: str, reason: Reason
) -> None:
    log = "".join(line % (n % 9, 3 * n * n % 7 + 1) + "\n" for n in range(1, 9)).encode()
    found = {each.definition.name: each for each in mp.suggest(io.BytesIO(log), left_out=True)}
    assert found[name].left_out is reason
    assert name not in suggested(log)


def test_a_value_that_is_printed_once_more_is_not_offered_twice() -> None:
    log = b"step 1 loss=0.5\nstep 2 loss=0.25\nRun summary: loss 0.25\n"
    assert set(suggested(log)) == {"loss"}


def test_hosts_and_the_width_of_numbers_are_left_open() -> None:
    log = b"".join(
        b"#quality_metric: host=algo-%d, epoch=%d, train loss <loss>=0.%d\nloss:%4d.5\n"
        % (n % 2 + 1, n, n, 5 * n)
        for n in range(1, 30)
    )
    assert "algo" not in "".join(suggested(log).values())
    values = mp.scan(io.BytesIO(log), [{"Name": "m", "Regex": suggested(log)["loss"]}]).summary
    assert values.definitions[0].emitted == 29


@pytest.mark.parametrize(
    "line",
    [
        '10.0.0.%d - - [22/Nov/2026:10:00:0%d +0000] "GET /a?x=%d HTTP/1.1" 200 5%d12 0.01%d',
        "2026-11-22 10:00:0%d.%d UTC [12%d] LOG:  duration: 0.%d5 ms  statement: SELECT %d",
        "26/11/22 10:00:0%d INFO TaskSetManager: Finished task 1.%d in stage %d.0 (TID %d) in 9%d ms",
        "Nov 22 10:00:0%d host CRON[12%d]: load average: 0.%d, 0.%d, 0.1%d",
        "kernel: [ 12%d.%d] memory used=%d free=%d cached=1%d",
        "LOG: duration: %d.%d ms  plan: Seq Scan on t  (cost=0.%d..7.%d rows=%d)",
        'time="10:00:0%d" level=info latency=0.%d%d score=%d error_rate=0.%d',
    ],
)
def test_a_log_without_any_metric_gives_nothing(line: str) -> None:
    order = random.Random(2)
    log = "".join(line % tuple(order.randrange(10) for _ in range(5)) + "\n" for _ in range(300))
    assert suggested(log.encode()) == {}


def test_the_command_says_why_nothing_is_offered(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"".join(b"rank=%d pid=%d\n" % (n % 4, n) for n in range(9)))
    done = run("suggest", tmp_path / "a.log")
    assert (done.returncode, done.stdout) == (1, "[]\n")
    assert "none of 2 numbers in the log looks like a metric" in done.stderr
    assert "2  an identifier" in done.stderr
    assert (
        "- pid  9 numbers, 0 … 8: an identifier"
        in run("suggest", tmp_path / "a.log", "--all").stderr
    )


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


def test_a_file_of_ones_own_is_not_overwritten(tmp_path: Path) -> None:
    log, own = tmp_path / "train.log", tmp_path / "own.json"
    log.write_text("loss: 0.5\nloss: 0.4\nloss: 0.3\n")
    assert run("suggest", log, "-o", own).returncode == 0
    written = own.read_text()
    assert run("suggest", log, "-o", own).returncode == 0
    own.write_text("[]")
    done = run("suggest", log, "-o", own)
    assert done.returncode == 2
    assert f"own.json: already exists with other content; add to it with --add {own}" in done.stderr
    assert own.read_text() == "[]"
    assert run("suggest", log, "-o", "-").stdout == written


def test_the_table_has_the_names_of_the_file(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("".join(f"loss: 0.{n}\n{{'loss': 0.{n}}}\nloss=0.{n}\n" for n in range(1, 9)))
    done = run("suggest", log, "-o", tmp_path / "a.json")
    rows = [line.split()[0] for line in done.stdout.splitlines()[1:]]
    assert rows == [each.name for each in mp.load_definitions(tmp_path / "a.json")]
