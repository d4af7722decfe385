"""A table of definitions and logs, faults seeded, with the cause that must be named first."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import metricparse as mp
from metricparse.evidence.reading import Reading
from metricparse.evidence.rereadable import RereadableLogs
from metricparse.evidence.sample import gather
from metricparse.logs.envelopes.base import Text
from metricparse.logs.envelopes.detect import decoder_of, recognise
from tests.support.command_line import run
from tests.support.long_runs import long, mostly_long, plain_and_long
from tests.support.public_corpus import (
    definitions_of,
    log_definition_pairs,
    log_path,
    requires_corpus,
)

KERAS = b"""\
Epoch 1/3
100/100 - 2s - loss: 0.6931 - accuracy: 0.5120 - val_loss: 0.6512 - val_accuracy: 0.6010
Epoch 2/3
100/100 - 2s - loss: 0.4100 - accuracy: 0.8120 - val_loss: 0.4312 - val_accuracy: 0.7910
Epoch 3/3
100/100 - 2s - loss: 3.1e-05 - accuracy: 0.9920 - val_loss: 0.2312 - val_accuracy: 0.9110
"""
PLAIN = b"""\
INFO starting
epoch=1 train_loss=0.5 lr=1e-3 grad=-0.25
epoch=2 train_loss=0.25 lr=5e-4 grad=0.5
epoch=3 train_loss=0.125 lr=2.5e-4 grad=-0.125
done in 12.5 s
"""
TABS = b"[0]\ttrain-rmse:1.5\tvalid-rmse:1.75\n[1]\ttrain-rmse:1.25\tvalid-rmse:1.5\n"
DICTS = b"{'loss': 0.5, 'learning_rate': 3.6e-05, 'epoch': 0.1}\n{'eval_f1': 0.75, 'epoch': 1.0}\n"
JSON = b'{"step": 1, "loss": 0.5, "acc": 0.25}\n{"step": 2, "loss": 0.25, "acc": 0.5}\n'
COLOURED = b"\x1b[32mloss\x1b[0m: \x1b[1m0.5\x1b[0m\n\x1b[32mloss\x1b[0m: \x1b[1m0.25\x1b[0m\n"
RESULTS = (
    b"Test set: Average loss: 0.11, Accuracy: 9650/10000 (96.5%)\nF1 (macro): 0.91\nTest (2)\n"
)
BAR = (
    b"".join(
        b"\r%3d%%|###| %d/4 [00:0%d<00:01, loss=0.%d]" % (25 * n, n, n, 9 - n) for n in range(1, 5)
    )
    + b"\n"
)
THROUGHPUT = b"samples: 1,234,567\nsamples: 2,345,678\nacc: 91%\nacc: 92.5%\n"
QUALITY = b"""\
[01/02/2024 10:00:00 INFO 1] #quality_metric: host=algo-1, epoch=0, train loss <loss>=0.75
[01/02/2024 10:00:01 INFO 1] #quality_metric: host=algo-1, epoch=1, train loss <loss>=0.5
"""
CUT = b"x" * 16_378 + b"loss=0.125 end\n"


class Pair(NamedTuple):
    """A definition's regex, a log, and the cause to be named first; None where all is well."""

    log: bytes
    regex: str
    cause: str | None


PAIRS = [
    # the number is cut short
    Pair(DICTS, r"'learning_rate': ([0-9\.]+)", "cut-short"),
    Pair(KERAS, r"- loss: ([0-9.]+)", "cut-short"),
    Pair(PLAIN, r"lr=([0-9]+)", "cut-short"),
    Pair(PLAIN, r"grad=-?([0-9.]+)", "cut-short"),
    Pair(PLAIN, r"train_loss=(\d)", "cut-short"),
    Pair(THROUGHPUT, r"samples: (\d+)", "cut-short"),
    Pair(THROUGHPUT, r"acc:.*?(\d+)%", "cut-short"),
    Pair(KERAS, r"val_loss: ([0-9.]+?)", "cut-short"),
    Pair(CUT, r"loss=([0-9.]+)", "cut-line"),
    # the capture is no number
    Pair(KERAS, r"val_accuracy: (.*?)", "empty-capture"),
    Pair(DICTS, r"'eval_f1': ([0-9.]*?)", "empty-capture"),
    Pair(JSON, r'"loss": (.*)', "not-a-number"),
    Pair(JSON, r'"loss": (\S+)', "not-a-number"),
    Pair(THROUGHPUT, r"acc: (\S+)", "not-a-number"),
    Pair(THROUGHPUT, r"samples: ([0-9,]+)", "not-a-number"),
    Pair(RESULTS, r"Accuracy: (.*)", "not-a-number"),
    Pair(TABS, r"train-rmse:(\S+)", "control-characters"),
    Pair(COLOURED, r"loss\S*: \S*m(\S+)", "colour-codes"),
    # groups
    Pair(PLAIN, r"train_loss=[0-9.]+", "no-group"),
    Pair(PLAIN, r"(?:train_loss)=\S+", "no-group"),
    Pair(PLAIN, r"(train|val)_loss=([0-9.]+)", "wrong-group"),
    Pair(QUALITY, r"host=(\S+), epoch=\d+, train loss <loss>=(\S+)", "wrong-group"),
    # case, spaces, separators, quotes, names
    Pair(KERAS, r"Val_Loss: ([0-9.]+)", "other-case"),
    Pair(RESULTS, r"average loss: ([0-9.]+)", "other-case"),
    Pair(KERAS, r"val_loss:([0-9.]+)", "other-spacing"),
    Pair(PLAIN, r"train_loss = ([0-9.]+)", "other-spacing"),
    Pair(QUALITY, r"#quality_metric:host=\S+, epoch=\S+, train loss <loss>=(\S+)", "other-spacing"),
    Pair(KERAS, r"val_loss=([0-9.]+)", "other-separator"),
    Pair(PLAIN, r"train_loss: ([0-9.]+)", "other-separator"),
    Pair(QUALITY, r"train loss <loss>: (\S+)", "other-separator"),
    Pair(DICTS, r'"eval_f1": ([0-9.]+)', "other-quotes"),
    Pair(JSON, r"'acc': ([0-9.]+)", "other-quotes"),
    Pair(JSON, r"acc: ([0-9.]+)", "other-quotes"),
    Pair(KERAS, r"val_acc: ([0-9.]+)", "other-name"),
    Pair(KERAS, r"validation_loss: ([0-9.]+)", "other-name"),
    Pair(DICTS, r"'eval_f1_score': ([0-9.]+)", "no-such-text"),
    Pair(KERAS, r"val/loss: ([0-9.]+)", "other-name"),
    Pair(KERAS, r"val-accuracy: ([0-9.]+)", "other-name"),
    Pair(KERAS, r"valLoss: ([0-9.]+)", "other-name"),
    Pair(DICTS, r"'lr': ([0-9.e-]+)", "other-name"),
    Pair(DICTS, r"'training_loss': ([0-9.e-]+)", "other-name"),
    Pair(KERAS, r"val_acuracy: ([0-9.]+)", "other-name"),
    # escapes
    Pair(KERAS, r"val_loss: (\\d+\\.\\d+)", "escaped-twice"),
    Pair(RESULTS, r"F1 \\(macro\\): ([0-9.]+)", "escaped-twice"),
    Pair(KERAS, r"val_loss: (d+.d+)", "not-escaped"),
    Pair(RESULTS, r"F1 (macro): ([0-9.]+)", "not-escaped"),
    Pair(TABS, r"[0]#011train-rmse:([0-9.]+)", "not-escaped"),
    Pair(KERAS, "\bval_loss: ([0-9.]+)", "not-escaped"),
    Pair(b"Epoch 1 | Loss: 0.5\n", r"Epoch \d+ | Loss: ([0-9.]+)", "not-escaped"),
    Pair(b"[train] loss: 0.5\n", r"[train] loss: ([0-9.]+)", "not-escaped"),
    Pair(b"cost: $0.5\n", r"cost: $([0-9.]+)", "not-escaped"),
    Pair(b"acc (%): 0.5\n", r"acc (%): ([0-9.]+)", "not-escaped"),
    # what CloudWatch shows
    Pair(TABS, r"\]\ttrain-rmse:([0-9.]+)", "control-characters"),
    Pair(TABS, r"\]\s+train-rmse:([0-9.]+)", "control-characters"),
    Pair(b"a\r\nloss: 0.5\r\n", r"loss: ([0-9.]+)$", "control-characters"),
    Pair(COLOURED, r"loss: ([0-9.]+)", "colour-codes"),
    Pair(b"loss:\t0.5\nloss:\t0.25\n", r"loss:\D*([0-9.]+)", "control-characters"),
    # greedy repeats, several matches, names within names
    Pair(PLAIN, r"epoch.*=([0-9.]+)", "later-number"),
    Pair(KERAS, r"- loss.* ([0-9.]+)", "later-number"),
    Pair(KERAS, r".*accuracy: ([0-9.]+)", "later-number"),
    Pair(BAR, r"loss=([0-9.]+)", "several-matches"),
    Pair(b"train_loss: 0.5\nval_loss: 0.75\n" * 9, r"loss: ([0-9.]+)", "two-names"),
    # other metrics, other lines
    Pair(DICTS * 5 + b"{'train_loss': 0.75}\n", r"loss': ([0-9.]+)", "two-names"),
    Pair(
        b"".join(
            b"Class all %d 0.5 x\nloss: 0.%d end of it all\nlr 5 [a] 0.%d more\n" % (n, n, n)
            for n in range(9)
        ),
        r"(0\.[0-9]+)",
        "several-forms",
    ),
    # words, units, look-alikes
    Pair(RESULTS, r"Average test loss: ([0-9.]+)", "nearest-miss"),
    Pair(RESULTS, r"Average mean loss: ([0-9.]+)", "other-words"),
    Pair(b"Train avg loss: 0.5\nTrain avg loss: 0.25\n", r"Train loss: ([0-9.]+)", "other-words"),
    Pair(b"epoch 1 25ms/step\nepoch 2 26ms/step\n", r"epoch \d (\d+)us/step", "other-unit"),
    Pair(KERAS, "val_l\N{CYRILLIC SMALL LETTER O}ss: ([0-9.]+)", "look-alike"),
    Pair("acc\N{FULLWIDTH COLON} 0.5\n".encode(), r"acc: ([0-9.]+)", "look-alike"),
    Pair(
        b"step 1 bverage_loss=1\naverage_loss=0.5\n" * 2,
        r"\average_loss=([0-9.]+)",
        "letter-escaped",
    ),
    Pair(b"best_f1=0.5\n" * 3, r"\best_f1=([0-9.]+)", "letter-escaped"),
    # values that are no one number
    Pair(b"loss: 0,53\nloss: 11,2\n", r"loss: ([0-9.]+)", "decimal-comma"),
    Pair(b"loss: 0,532\nloss: 0,499\n", r"loss: ([0-9.]+)", "decimal-comma"),
    Pair(b"loss: 0,53\nloss: 0,5\n", r"loss: (\S+)", "decimal-comma"),
    Pair(b"loss: 0,53\nloss: 0,5\n", r"loss: ([0-9]+\.[0-9]+)", "decimal-comma"),
    Pair(b'"loss": {"value": 0.5, "seed": 7}\n', r'"loss": ([0-9.]+)', "not-one-number"),
    Pair(b'"loss": {"value": 0.5, "seed": 7}\n', r'"loss": (.*)', "not-one-number"),
    Pair(b"loss=[0.5, 0.25]\n", r"loss=([0-9.]+)", "not-one-number"),
    Pair(b"x" * 16_370 + b"train loss=0.125 end\n", r"loss=([0-9.]+) end", "cut-line"),
    # nearest misses
    Pair(PLAIN, r"^train_loss=([0-9.]+)", "anchored"),
    Pair(PLAIN, r"train_loss=([0-9.]+)$", "anchored"),
    Pair(PLAIN, r"train_loss=([0-9.]+);", "nearest-miss"),
    Pair(PLAIN, r"epoch=\d+ lr=([0-9.e-]+)", "nearest-miss"),
    Pair(PLAIN, r"grad=([0-9.]+)", "number-form"),
    Pair(THROUGHPUT, r"acc: ([0-9]+)%", "number-form"),
    Pair(b"gain: -1.5\ngain: -2.5\n", r"gain: ([0-9.]+)", "number-form"),
    Pair(DICTS, r"(['\"])Loss\1: ([0-9.]+)", "no-such-text"),
    # nothing there
    Pair(KERAS, r"val_auc: ([0-9.]+)", "no-such-text"),
    Pair(TABS, r"#011train-mae:([0-9.]+)", "no-such-text"),
    Pair(TABS, r"#011train-mse:([0-9.]+)", "no-such-text"),
    Pair(QUALITY, r"#quality_metric: host=\S+, validation mse <loss>=(\S+)", "no-such-text"),
    Pair(b"", r"loss: ([0-9.]+)", "empty-log"),
    Pair(b"a" * 60 + b"b\n", r"((?:a|aa)+)$", "gave-up"),
    # healthy
    Pair(KERAS, r"- loss: ([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)", None),
    Pair(KERAS, r" - accuracy: ([0-9.]+)", None),
    Pair(KERAS, r"val_loss: (\S+) -", None),
    Pair(KERAS, r"accuracy: ([0-9.]+)", None),
    Pair(PLAIN, r"epoch=(\d+)", None),
    Pair(PLAIN, r"grad=(\S+)", None),
    Pair(PLAIN, r"done in ([0-9.]+) s", None),
    Pair(TABS, r"\[[0-9]+\].*#011train-rmse:([0-9.]+)", None),
    Pair(TABS, r"train-rmse:([0-9.]+)#011", None),
    Pair(DICTS, r"'loss': (.*?),", None),
    Pair(DICTS, r"'loss': ([0-9]+(.|e\-)[0-9]+),?", None),
    Pair(JSON, r'"acc": (\S+)}', None),
    Pair(COLOURED, r"loss\S*: \S*?m([0-9.]+)", None),
    Pair(RESULTS, r"\((.+)%\)", None),
    Pair(BAR, r".*loss=([0-9.]+)", None),
    Pair(DICTS, r"(?P<value>0\.5), (?=')", None),
    Pair(DICTS, r"'loss': ([[:digit:].]+)", "engines-differ"),
    Pair(THROUGHPUT, r"acc: ([0-9.]+)%", None),
    Pair(QUALITY, r"#quality_metric: host=\S+, epoch=\S+, train loss <loss>=(\S+)", None),
    Pair(b"loss: 0.5\nloss: None\nloss: 0.25\n", r"loss: (\S+)", None),
    Pair(b"loss: nan\nloss: 1\nloss: inf\n", r"loss: (\S+)", None),
]
FAULTY = [pair for pair in PAIRS if pair.cause]
HEALTHY = [pair for pair in PAIRS if not pair.cause]


def explained(pair: Pair) -> mp.Explanation:
    definitions = [{"Name": "metric:loss", "Regex": pair.regex}]
    (explanation,) = mp.diagnose(io.BytesIO(pair.log), definitions).explanations
    return explanation


def cause_of(log: bytes | Path, regex: str, **options: Any) -> mp.Cause | None:
    source = io.BytesIO(log) if isinstance(log, bytes) else log
    definitions = [{"Name": "m", "Regex": regex}]
    (explanation,) = mp.diagnose(source, definitions, **options).explanations
    return explanation.cause


def kind_of(log: bytes | Path, regex: str, **options: Any) -> str | None:
    cause = cause_of(log, regex, **options)
    return cause.kind if cause else None


def test_there_are_enough_pairs_to_tell() -> None:
    assert len(FAULTY) >= 40
    assert len(HEALTHY) >= 15


@pytest.mark.parametrize("pair", FAULTY, ids=lambda pair: f"{pair.cause}: {pair.regex}")
def test_the_cause_is_named_first(pair: Pair) -> None:
    cause = explained(pair).cause
    assert cause is not None
    assert cause.kind == pair.cause, cause.message


@pytest.mark.parametrize("pair", HEALTHY, ids=lambda pair: pair.regex)
def test_a_healthy_definition_is_not_accused(pair: Pair) -> None:
    explanation = explained(pair)
    assert [cause.kind for cause in explanation.causes] == []
    assert explanation.matches


@pytest.mark.parametrize("pair", FAULTY, ids=lambda pair: f"{pair.cause}: {pair.regex}")
def test_a_corrected_definition_gives_numbers_and_no_fewer_right_ones(pair: Pair) -> None:
    explanation = explained(pair)
    before = explanation.summary
    for cause in explanation.causes:
        if cause.correction is None:
            continue
        scanned = mp.scan(io.BytesIO(pair.log), cause.correction.definition).summary
        (after,) = scanned.definitions
        right = before.emitted - before.truncated - cause.surplus
        assert after.emitted - after.truncated >= max(1, right)
        assert after.emitted == cause.correction.summary.emitted


def test_what_is_published_and_what_would_be_stand_side_by_side() -> None:
    cause = cause_of(DICTS, r"'learning_rate': ([0-9\.]+)")
    assert cause is not None
    (sighting,) = cause.sightings
    assert (sighting.line, sighting.value, sighting.right) == (1, 3.6, 3.6e-05)
    assert sighting.capture is not None
    assert sighting.text[slice(*sighting.capture)] == "3.6"
    assert "in 1 of 1 values: the exponent is not captured" in cause.message


def test_how_far_into_the_regex_the_best_line_got() -> None:
    cause = cause_of(RESULTS, r"Average loss: [0-9.]+, Accuracy: ([0-9.]+) of")
    assert cause is not None
    assert cause.kind == "nearest-miss"
    assert "' of' after the number, but finds '/10000 (96.5%)'" in cause.message


@pytest.mark.parametrize(
    ("name", "kind"), [("train:loss", "later-number"), ("validation:loss", None)]
)
def test_the_metrics_name_tells_which_number_is_meant(name: str, kind: str | None) -> None:
    log = b"epoch 1 train loss=0.5 valid loss=0.75\nepoch 2 train loss=0.25 valid loss=0.5\n"
    definitions = [{"Name": name, "Regex": r"epoch.* loss=([0-9.]+)"}]
    (explanation,) = mp.diagnose(io.BytesIO(log), definitions).explanations
    assert (explanation.cause.kind if explanation.cause else None) == kind


def test_text_that_is_there_in_the_other_view_alone() -> None:
    assert kind_of(TABS, r"#011train-rmse:([0-9.]+)", view="raw") == "control-characters"
    assert kind_of(TABS, r"\ttrain-rmse:([0-9.]+)", view="raw") is None
    assert kind_of(COLOURED, r"loss: ([0-9.]+)", strip_ansi=True) is None


def test_text_that_is_in_another_log_of_the_same_job(tmp_path: Path) -> None:
    (tmp_path / "algo-1.log").write_bytes(b"starting\n")
    (tmp_path / "algo-2.log").write_bytes(b"loss: 0.5\n")
    (tmp_path / "notes.log").write_bytes(b"acc: 0.5\n")
    assert kind_of(tmp_path / "algo-1.log", r"loss: ([0-9.]+)") == "other-source"
    assert kind_of(tmp_path / "algo-1.log", r"acc: ([0-9.]+)") == "no-such-text"
    assert kind_of(tmp_path, r"loss: ([0-9.]+)") is None


def test_a_definition_that_is_healthy_costs_a_look_at_the_beginning_alone(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_bytes(b"".join(b"step %d loss: 0.%d\n" % (n, n) for n in range(1_000_000)))
    with RereadableLogs([log, log]) as again:
        evidence = gather(again, (), Reading(), everywhere=False)
    assert sum(evidence.shapes.values()) < 200_000
    assert {line.source for line in evidence.lines} == {str(log)}
    assert max(line.line for line in evidence.lines) < 200_000


LOGS = [*dict.fromkeys(pair.log for pair in PAIRS)]


@pytest.mark.parametrize("log", mostly_long(LOGS, LOGS[::4]))
def test_a_scan_says_what_the_explanation_says(log: bytes, tmp_path: Path) -> None:
    """The same kinds and corrections, of a stream and of a command."""
    regexes = [pair.regex for pair in PAIRS if pair.log == log]
    given = [
        mp.MetricDefinition(name=f"m{place}", regex=regex) for place, regex in enumerate(regexes)
    ]
    explained = [
        (each.definition.name, cause.kind.value, cause.correction and cause.correction.definition)
        for each in mp.diagnose(io.BytesIO(log), given).explanations
        for cause in each.causes
    ]
    arguments = [f"-m{each.name}={each.regex}" for each in given]
    (tmp_path / "train.log").write_bytes(log)
    scanned = run("scan", *arguments, "-", "--json", stdin=log)
    printed = run("exec", *arguments, "--json", "--", "cat", tmp_path / "train.log")
    for text in (scanned.stdout, printed.stderr):
        found = [
            (each["where"], each["kind"], each["correction"] and each["correction"]["Regex"])
            for each in json.loads(text[text.index("{\n") :])["findings"]
            if each["where"] != "MetricDefinitions"
        ]
        assert found == [(*each[:2], each[2] and each[2].regex) for each in explained]


@pytest.mark.parametrize("from_standard_input", [False, True])
def test_the_report_of_a_scan_names_the_cause(from_standard_input: bool, tmp_path: Path) -> None:
    (tmp_path / "train.log").write_bytes(KERAS)
    log = "-" if from_standard_input else tmp_path / "train.log"
    done = run("scan", "-m", r"loss=Val_loss: ([0-9.]+)", log, stdin=KERAS)
    assert "upper and lower case differ: the regex asks for 'Val'" in done.stdout
    assert "\n  try  val_loss: ([0-9.]+)\n" in done.stdout
    assert ("metricparse explain" in done.stdout) == (not from_standard_input)


def test_what_a_preset_has_besides_is_a_quiet_line(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_bytes(KERAS)
    for command in ("scan", "explain"):
        done = run(command, "-d", "preset:keras", log, "--strict")
        assert done.returncode == 0
        assert done.stdout.count(" definitions not in this log: train:") == 1
        assert done.stdout.count("more\n") == 1
        assert "✗" not in done.stdout
        assert len(done.stdout.splitlines()) < 24
    assert "0 of 32 definitions went wrong" in done.stdout
    assert json.loads(run("scan", "-d", "preset:keras", log, "--json").stdout)["findings"] == []


def test_a_preset_of_which_the_log_holds_nothing_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "train.log").write_bytes(KERAS)
    for command in ("scan", "explain"):
        done = run(command, "-d", "preset:xgboost", tmp_path / "train.log", "--strict")
        assert done.returncode == 1
        assert done.stdout.count("✗ none of 32 definitions matched in this log: ") == 1
        assert len(done.stdout.splitlines()) < 4


def test_a_long_list_of_ones_own_is_a_line_and_a_finding(tmp_path: Path) -> None:
    (tmp_path / "train.log").write_bytes(KERAS)
    preset = mp.load_definitions("preset:keras")
    own = tmp_path / "own.json"
    own.write_text(json.dumps([each.to_request() for each in preset]))
    done = run("scan", "-d", own, tmp_path / "train.log", "--strict")
    assert done.returncode == 1
    assert done.stdout.count(" definitions not in this log: train:") == 1
    assert len(done.stdout.splitlines()) < 24


def test_a_diagnosis_knows_what_is_optional() -> None:
    optional = mp.diagnose(io.BytesIO(KERAS), "preset:keras")
    assert optional.wrong == []
    assert optional.unused
    asked = mp.diagnose(io.BytesIO(KERAS), list(mp.load_definitions("preset:keras")))
    assert asked.unused == []
    assert len(asked.wrong) == len(optional.unused)


def test_the_command_explains_and_marks_the_capture(tmp_path: Path) -> None:
    (tmp_path / "train.log").write_bytes(DICTS)
    arguments = ("explain", "-m", r"lr='learning_rate': ([0-9.]+)", "-m", "f1='eval_f1': (.*?),")
    done = run(*arguments, "--metric", "lr", tmp_path / "train.log", "--strict")
    assert done.returncode == 1
    assert "! lr  'learning_rate': ([0-9.]+)" in done.stdout
    assert "~~~~~~~~~~~~~~~~~^^^" in done.stdout
    assert "→ 3.6, right: 3.6e-05" in done.stdout
    assert "eval_f1" not in done.stdout
    assert run(*arguments, "--metric", "f1", "-", "--strict", stdin=DICTS).returncode == 0
    assert run(*arguments, "--metric", "nope", "-", stdin=DICTS).returncode == 2


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_the_explanation_fits_the_terminal(
    columns: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    (tmp_path / "a.log").write_bytes(b"x" * 300 + b" loss: 3.6e-05 " + b"y" * 300 + b"\n")
    monkeypatch.chdir(tmp_path)
    done = run("explain", "-m", r"l=loss: ([0-9.]+)", "a.log", "a.log")
    shown = [line for line in done.stdout.splitlines() if line.startswith("    ")]
    assert shown[0].startswith("    a.log line 1  …")
    assert "right: 3.6e-05" in done.stdout
    assert max(map(len, shown)) <= int(columns)


def test_the_explanation_as_json() -> None:
    done = run("explain", "-m", "f1=F1: (.*?)", "-", "--json", stdin=b"F1: 0.5\n")
    (explanation,) = json.loads(done.stdout)["explanations"]
    (cause,) = explanation["causes"]
    assert cause["kind"] == "empty-capture"
    assert cause["correction"]["summary"]["emitted"] == 1
    assert cause["sightings"][0]["right"] == 0.5


@pytest.mark.parametrize("parts", plain_and_long(8, 40))
def test_only_a_bounded_number_of_lines_is_looked_at(parts: int, tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    with log.open("wb") as file:
        for part in range(parts):
            file.write(b"".join(b"word %d other %x\n" % (n, n * n) for n in range(40_000)))
            file.write(b"rare loss=0.%d\n" % part)
    with RereadableLogs(log) as again:
        evidence = gather(again, {"rare", "never"}, Reading())
    assert len(evidence.lines) < 60_000
    assert evidence.words == {"rare"}
    assert sum("rare" in line.text for line in evidence.lines) >= 3
    assert kind_of(log, r"Rare loss=([0-9.]+)") == "other-case"


def test_a_line_of_any_length_is_looked_at_in_pieces() -> None:
    log = b"loss=0.5 " + b"x" * 20_000_000 + b"\nloss=0.25\n"
    assert kind_of(log, r"Loss=([0-9.]+)") == "other-case"
    assert mp.suggest(io.BytesIO(log))


def test_what_is_no_log_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(bytes(range(256)) * 20)
    for command in (("explain", "-m", "a=(b)"), ("suggest",), ("bench", "-m", "a=(b)")):
        done = run(*command, tmp_path / "model.bin")
        assert done.returncode == 2
        assert "not a text log, but binary data" in done.stderr
    done = run("explain", "-m", "a=b: (", tmp_path / "model.bin")
    assert "does not compile: missing )" in done.stderr


@requires_corpus
@pytest.mark.parametrize(("log", "name"), log_definition_pairs(), ids=str)
def test_real_definitions_that_give_numbers_are_not_accused(log: str, name: str) -> None:
    """A mistake in one is shown by its counts: rejected, cut short, several on a line."""
    diagnosis = mp.diagnose(log_path(log), definitions_of(name))
    for explanation in diagnosis.explanations:
        gave = explanation.summary
        if gave.emitted and not gave.rejected and not gave.truncated:
            kinds = {cause.kind for cause in explanation.causes}
            assert kinds <= ({"several-forms"} if log == "yolov5-train" else set())
        else:
            assert explanation.causes
        for cause in explanation.causes:
            if cause.correction:
                after = cause.correction.summary
                assert after.emitted - after.truncated >= max(1, gave.emitted - gave.truncated)


@long
@requires_corpus
@pytest.mark.parametrize(("log", "name"), log_definition_pairs(), ids=str)
def test_colours_of_the_sdk_change_no_verdict(log: str, name: str) -> None:
    """The lines as CloudWatch holds them, and as the SDK prints these."""
    plain = b"".join(text.data for text in decoded(log_path(log).read_bytes()))
    lines = plain.split(b"\n")[:1000]
    printed = b"".join(b"\x1b[34m" + line + b"\x1b[0m\n" for line in lines)
    definitions = definitions_of(name)
    as_held = mp.diagnose(io.BytesIO(b"\n".join([*lines, b""])), definitions, envelope="plain")
    as_printed = mp.diagnose(io.BytesIO(printed), definitions)
    assert kinds_in(as_printed) == kinds_in(as_held)


def kinds_in(diagnosis: mp.Diagnosis) -> list[list[str]]:
    return [[cause.kind for cause in each.causes] for each in diagnosis.explanations]


def decoded(log: bytes) -> Iterator[Text]:
    decoder = decoder_of(recognise(log))
    yield from decoder.feed(log)
    yield from decoder.finish()


def test_a_fault_that_many_share_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "train.log").write_bytes(KERAS)
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    arguments = [f"-m{name}= - {name}=([0-9.]+)" for name in names]
    scanned = run("scan", *arguments, tmp_path / "train.log").stdout
    assert "✗ loss, accuracy, val_loss, val_accuracy: never matched" in scanned
    assert scanned.count("what separates the name") == 1
    explained = run("explain", *arguments, tmp_path / "train.log").stdout
    assert explained.count("what separates the name") == 1
    assert explained.count("other-separator, as above") == 3
    assert explained.count("  try  ") == 4
