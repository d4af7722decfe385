"""What the page asks of the desk: counts as of a scan, lines, curves, corrections, and the ends."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

import metricparse as mp
from tests.support.long_runs import mostly_long, plain_and_long
from tests.support.sample_logs import SAMPLE_NAMES, SAMPLES

pytest.importorskip("starlette", reason="the extra `view` is not installed")

from metricparse.view.live.desk import Desk
from metricparse.view.live.points import NO_TIME, Point, reduced
from metricparse.view.live.series import Range

READING: dict[str, Any] = {
    "view": "sagemaker",
    "strip_ansi": False,
    "envelope": None,
    "time": "auto",
    "time_zone": "UTC",
}


@pytest.fixture
def desk_of() -> Iterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def begin(logs: list[str], definitions: Any, origin: str | None = None) -> Desk:
        desks.append(Desk(logs, mp.load_definitions(definitions), READING, origin))
        return desks[-1]

    yield begin
    for each in desks:
        each.close()


def settled(desk: Desk) -> dict[str, Any]:
    """The state once all is searched."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        state = desk.state()
        if not state["busy"]:
            return state
        time.sleep(0.02)
    raise AssertionError(desk.state())


def aged(path: Path, text: str | bytes) -> str:
    """A log that was written a while ago."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    os.utime(path, (1, 1))
    return str(path)


def counted(log: str, drafts: list[dict[str, str]]) -> list[tuple[int, int, float | None]]:
    usable = [
        mp.MetricDefinition(name=f"m{n}", regex=each["regex"]) for n, each in enumerate(drafts)
    ]
    if not usable:
        return []
    summary = mp.scan(log, usable).summary
    return [(each.emitted, each.rejected, each.last) for each in summary.definitions]


@pytest.mark.parametrize("sample", mostly_long(SAMPLE_NAMES, {"keras", "pytorch_tqdm"}))
def test_counts_are_those_of_a_scan(
    sample: str, desk_of: Callable[..., Desk], tmp_path: Path
) -> None:
    log = aged(tmp_path / "train.log", (SAMPLES / sample / "train.log").read_bytes())
    definitions = mp.load_definitions(SAMPLES / sample / "definitions.json")
    state = settled(desk_of([log], definitions))
    shown = [
        (each["counts"]["emitted"], each["counts"]["rejected"], each["counts"]["last"])
        for each in state["definitions"]
    ]
    assert shown == counted(log, [{"regex": each.regex} for each in definitions])


@pytest.mark.parametrize("edits", plain_and_long(5, 1000))
def test_counts_after_random_edits(
    edits: int, desk_of: Callable[..., Desk], tmp_path: Path
) -> None:
    log = aged(
        tmp_path / "log",
        "".join(f"step {n} loss: {n / 7:.4f} lr=1e-0{n % 9}\n" for n in range(400)),
    )
    random = Random(1)
    pieces = [
        "loss: ",
        "lr=",
        "step ",
        "([0-9.]+)",
        r"(\S+)",
        "(",
        ")",
        "[0-9]",
        ".*",
        "e-0",
        "?",
        "^",
        "$",
    ]
    desk = desk_of([log], [{"Name": "a", "Regex": "loss: ([0-9.]+)"}])
    for _ in range(edits):
        drafts = [
            {
                "key": f"k{n}",
                "name": f"m{n}",
                "regex": "".join(random.choices(pieces, k=random.randint(1, 4))),
            }
            for n in range(random.randint(1, 4))
        ]
        desk.put(drafts)
        if random.random() < 0.5:
            continue  # the next keystroke comes before anything is found
        state = settled(desk)
        usable = [each for each in state["definitions"] if each["lane"]]
        shown = [
            (each["counts"]["emitted"], each["counts"]["rejected"], each["counts"]["last"])
            for each in usable
        ]
        assert shown == counted(log, usable)


def test_lines_show_what_matches(desk_of: Callable[..., Desk], tmp_path: Path) -> None:
    log = aged(tmp_path / "log", "a\tloss: 1e-05 😀 loss: 2\n<b>loss: x</b>\n")
    desk = desk_of([log], [{"Name": "loss", "Regex": r"loss: ([0-9.x]+)"}])
    settled(desk)
    first, second = desk.lines(log, 1, 10, raw=True)["lines"]
    (event,) = first["events"]
    assert [each["text"] for each in event["pieces"]] == ["a#011", "loss: ", "1", "e-05 😀 loss: 2"]
    (match,) = event["matches"]
    assert (match["number"], match["truncated"], match["repeated"]) == (1.0, True, True)
    assert first["raw"] == "a\tloss: 1e-05 😀 loss: 2"
    assert second["events"][0]["matches"][0]["captured"] == "x"
    assert second["events"][0]["matches"][0]["number"] is None


def test_a_regex_that_runs_away_stops_neither_lines_nor_the_others(
    desk_of: Callable[..., Desk], tmp_path: Path
) -> None:
    log = aged(tmp_path / "log", "loss: 1\n" + "a" * 3000 + "\n")
    desk = desk_of([log], [{"Name": "loss", "Regex": "loss: ([0-9])"}])
    settled(desk)
    desk.put([{"name": "bad", "regex": "(a|aa)+$x"}, {"name": "loss", "regex": "loss: ([0-9])"}])
    shown = desk.lines(log, 1, 10, raw=False)
    assert len(shown["lines"]) == 2
    assert desk.lines(log, 1, 1, raw=False)["lines"][0]["events"][0]["matches"]
    assert [each["counts"].get("emitted") for each in desk.state()["definitions"]][1] == 1
    again = aged(tmp_path / "again", ("a" * 5000 + "!\n") * 60)
    (draft,) = settled(desk_of([again], [{"Name": "bad", "Regex": "(a+)+$"}]))["definitions"]
    assert draft["counts"]["gave_up"] + draft["counts"]["set_aside"] == 60
    assert draft["counts"]["set_aside"] > 0


@pytest.mark.parametrize(
    ("regex", "problem"),
    [("(", "does not compile"), ("loss", "group"), ("x" * 501, "500"), ("", "")],
)
def test_what_is_wrong_is_said(
    regex: str, problem: str, desk_of: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = desk_of([aged(tmp_path / "log", "loss: 1\n")], [{"Name": "a", "Regex": "(x)"}])
    desk.put([{"name": "m", "regex": regex}])
    (draft,) = settled(desk)["definitions"]
    assert any(problem in each["message"] for each in draft["problems"])


def test_streams_of_an_envelope(desk_of: Callable[..., Desk], tmp_path: Path) -> None:
    rows = "".join(
        f"2026-01-01T00:00:0{n}.0Z {stream} F loss: {n}\n"
        for n in range(3)
        for stream in ("stdout", "stderr")
    )
    log = aged(tmp_path / "cri.log", rows)
    desk = desk_of([log], [{"Name": "loss", "Regex": "loss: ([0-9])"}])
    state = settled(desk)
    names = [each["name"] for each in state["sources"]]
    curves = desk.curves(None, Range(), 100)
    assert {each["source"] for each in curves} <= set(names)
    assert (
        desk.lines(names[0], 3, 1, raw=False)["lines"][0]["events"][0]["pieces"][-1]["text"] == "1"
    )


def test_curves_in_a_range(desk_of: Callable[..., Desk], tmp_path: Path) -> None:
    log = aged(tmp_path / "log", "".join(f"2026-01-01 00:00:{n:02} v={n}\n" for n in range(60)))
    desk = desk_of([log], [{"Name": "v", "Regex": "v=([0-9]+)"}])
    settled(desk)
    (curve,) = desk.curves(None, Range(first=10, last=19), 100)
    assert curve["count"] == 10
    assert [point[0] for point in curve["points"]] == list(range(10, 20))
    start = 1767225600 * 10**9
    (curve,) = desk.curves(None, Range(by_time=True, first=start, last=start + 4 * 10**9), 100)
    assert [point[2] for point in curve["points"]] == [0, 1, 2, 3, 4]


def test_spikes_and_gaps_survive() -> None:
    values = [1.0] * 100_000
    values[5], values[50_000], values[99_999], values[70_000] = 9.0, -9.0, 7.0, float("nan")
    points = reduced(range(100_000), [NO_TIME] * 100_000, values, 500)
    assert len(points) <= 1501
    kept = {each.line: each.value for each in points}
    assert (kept[5], kept[50_000], kept[99_999], kept[70_000]) == (9.0, -9.0, 7.0, None)
    assert points == sorted(points, key=lambda each: each.line)
    assert reduced([1], [2], [3.0], 5) == [Point(1, 2, 3.0)]


def test_a_log_that_grows(desk_of: Callable[..., Desk], tmp_path: Path) -> None:
    path = tmp_path / "log"
    aged(path, "loss: 1\n")
    desk = desk_of([str(path)], [{"Name": "loss", "Regex": "loss: ([0-9]+)"}])
    assert settled(desk)["definitions"][0]["counts"]["emitted"] == 1
    with path.open("a") as file:
        file.write("".join(f"loss: {n}\n" for n in range(500)))
    until = time.monotonic() + 30
    while (
        desk.state()["definitions"][0]["counts"].get("emitted") != 501 and time.monotonic() < until
    ):
        time.sleep(0.05)
    state = desk.state()
    assert state["live"]
    assert state["definitions"][0]["counts"]["emitted"] == 501
    assert state["sources"][0]["lines"] == 501
    key = state["definitions"][0]["key"]
    while desk.next_match(key, str(path), 3, backwards=False) != 4:  # values come a moment later
        assert time.monotonic() < until
        time.sleep(0.05)


def test_finding_text_and_matches(desk_of: Callable[..., Desk], tmp_path: Path) -> None:
    log = aged(tmp_path / "log", "one\nloss: 1\ntwo\nloss: 2\n")
    desk = desk_of([log], [{"Name": "loss", "Regex": "loss: ([0-9]+)"}])
    key = settled(desk)["definitions"][0]["key"]
    assert desk.next_match(key, log, 2, backwards=False) == 4
    assert desk.next_match(key, log, 4, backwards=True) == 2
    assert desk.next_match(key, log, 4, backwards=False) is None
    assert desk.find(log, "loss", 2, backwards=False) == {"line": 4, "wrapped": False}
    assert desk.find(log, "one", 2, backwards=False) == {"line": 1, "wrapped": True}
    assert desk.find(log, "loss", 4, backwards=True) == {"line": 2, "wrapped": False}
    assert desk.find(log, "nowhere", 1, backwards=False)["line"] is None


def test_a_correction_is_offered_and_saved(desk_of: Callable[..., Desk], tmp_path: Path) -> None:
    log = aged(tmp_path / "log", "".join(f"lr: {n}e-05\n" for n in range(1, 9)))
    document = tmp_path / "job.json"
    document.write_text(
        '{"Other":  1,\n "MetricDefinitions": [{"Name": "lr", "Regex": "lr: ([0-9.]+)"}]}'
    )
    desk = desk_of([log], str(document), str(document))
    (draft,) = settled(desk)["definitions"]
    causes = desk.explain("lr", draft["regex"])["causes"]
    right = causes[0]["correction"]["Regex"]
    settled(desk)
    own, corrected = desk.curves(None, Range(), 100)
    assert [each["corrected"] for each in (own, corrected)] == [False, True]
    assert [point[2] for point in own["points"]] == [float(n) for n in range(1, 9)]
    assert [point[2] for point in corrected["points"]] == [float(f"{n}e-05") for n in range(1, 9)]
    desk.put([{"key": draft["key"], "name": "lr", "regex": right}])
    assert settled(desk)["definitions"][0]["counts"]["truncated"] == 0
    assert desk.save() == str(document)
    assert document.read_text().startswith('{"Other":  1,\n "MetricDefinitions": [')
    assert mp.load_definitions(str(document))[0].regex == right
    assert "lr" in desk.exported()["python"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "job.yaml",
            "Other: 1  # kept\nMetricDefinitions:\n  - Name: lr\n    Regex: 'lr: ([0-9.]+)'\n",
            (
                "Other: 1  # kept\nMetricDefinitions:\n  - Name: lr\n    Regex: 'lr: (.+)'\n"
                "  - Name: acc\n    Regex: 'acc: (.+)'\n"
            ),
        ),
        (
            "train.py",
            "x = 1\nmetric_definitions = [\n    {'Name': 'lr', 'Regex': r'lr: ([0-9.]+)'},\n]\n",
            (
                "x = 1\nmetric_definitions = [\n    {'Name': 'lr', 'Regex': r'lr: (.+)'},\n"
                "    {'Name': 'acc', 'Regex': r'acc: (.+)'},\n]\n"
            ),
        ),
    ],
)
def test_definitions_are_saved_where_they_came_from(
    name: str, text: str, expected: str, desk_of: Callable[..., Desk], tmp_path: Path
) -> None:
    document = tmp_path / name
    document.write_text(text)
    desk = desk_of([aged(tmp_path / "log", "lr: 1\nacc: 2\n")], str(document), str(document))
    desk.put([{"name": "rate", "regex": "lr: (.+)"}])
    with pytest.raises(mp.MetricparseError, match="renamed"):
        desk.save()
    assert document.read_text() == text
    desk.put([{"name": "lr", "regex": "lr: (.+)"}, {"name": "acc", "regex": "acc: (.+)"}])
    desk.save()
    assert document.read_text() == expected
    desk.put(
        [
            {"name": "lr", "regex": "acc: (.+)"},
            {"name": "acc", "regex": "lr: (.+)"},
            {"name": "again", "regex": "lr: (.+)"},
        ]
    )
    desk.save()
    found = [(each.name, each.regex) for each in mp.load_definitions(str(document))]
    assert found == [("lr", "acc: (.+)"), ("acc", "lr: (.+)"), ("again", "lr: (.+)")]


def test_a_number_that_was_selected_gets_a_definition(
    desk_of: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = desk_of([aged(tmp_path / "log", "x\n")], [{"Name": "a", "Regex": "(x)"}])
    text = "epoch 3 val_loss: 0.25 acc: 0.5"
    proposed = desk.propose(text, text.index("0.25"), text.index("0.25") + 4)
    assert proposed
    assert proposed["name"] == "validation:loss"
    assert desk.propose("nothing", 0, 3) is None
