"""Event files, read by TensorBoard itself."""

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import metricparse as mp
from tests.support.command_line import run
from tests.support.sample_logs import SAMPLES

pytest.importorskip("tensorboardX", reason="tensorboardX is not installed")
accumulator = pytest.importorskip(
    "tensorboard.backend.event_processing.event_accumulator", reason="TensorBoard is not installed"
)

LOSS = [{"Name": "train:loss", "Regex": r"loss=(\S+)"}, {"Name": "a/b c", "Regex": r"acc=(\S+)"}]
TEXT = "2026-11-22T10:00:00.5Z loss=0.1 acc=1\nnothing\nloss=nan\nloss=-1e300 acc=5e-324\n"


def read(folder: Path) -> dict[str, list[Any]]:
    """The events of a run by their tags, each a wall time, a step and a value."""
    events = accumulator.EventAccumulator(str(folder), size_guidance={"scalars": 0})
    events.Reload()
    return {tag: events.Scalars(tag) for tag in events.Tags()["scalars"]}


def runs_below(folder: Path) -> list[str]:
    return sorted(str(path.parent.relative_to(folder)) for path in folder.rglob("*tfevents*"))


def test_values_and_steps_are_those_of_the_records(tmp_path: Path) -> None:
    log, definitions = (
        SAMPLES / "transformers" / name for name in ("train.log", "definitions.json")
    )
    out = tmp_path / "runs"
    done = run("scan", "-d", definitions, log, "-o", f"{out}/", "--format", "tensorboard")
    assert done.returncode == 0, done.stderr
    table = mp.scan(log, definitions).to_table().to_pylist()
    (folder,) = runs_below(out)
    found = read(out / folder)
    wanted: dict[str, list[tuple[int, float]]] = {}
    for row in table:
        wanted.setdefault(row["metric"], []).append((row["line"], float(np.float32(row["value"]))))
    assert {
        tag: [(each.step, each.value) for each in events] for tag, events in found.items()
    } == wanted
    assert sum(map(len, wanted.values())) > 200


def test_names_times_and_what_float32_cannot_hold(tmp_path: Path) -> None:
    with np.errstate(over="ignore"):
        mp.write(mp.scan_text(TEXT, LOSS), tmp_path / "runs", "tensorboard")
    found = read(tmp_path / "runs" / "_text_")
    loss = found["train:loss"]
    assert [each.step for each in loss] == [1, 3, 4]
    assert (loss[0].wall_time, loss[1].wall_time) == (1795341600.5, 0.0)
    assert math.isnan(loss[1].value)
    assert loss[2].value == -math.inf
    assert [(each.step, each.value) for each in found["a/b c"]] == [(1, 1.0), (4, 0.0)]


def test_each_source_is_a_run(tmp_path: Path) -> None:
    pairs = (
        ("a:b", b"loss=1\n"),
        ("a_b", b"loss=2\n"),
        ("../x/./y", b"loss=3\n"),
        ("..", b"loss=4"),
    )
    logs = [(name, io.BytesIO(data)) for name, data in pairs]
    mp.write(mp.scan(logs, LOSS), tmp_path, mp.Format.TENSORBOARD)
    assert runs_below(tmp_path) == ["a_b", "a_b-2", "run", "x/y"]
    values = [read(tmp_path / name)["train:loss"][0].value for name in ("a_b", "a_b-2", "x/y")]
    assert values == [1.0, 2.0, 3.0]


def test_other_records_than_a_scan(tmp_path: Path) -> None:
    mp.write(mp.scan_text(TEXT, LOSS).to_table(), tmp_path, "tensorboard")
    assert len(read(tmp_path / "_text_")["train:loss"]) == 3
    with pytest.raises(mp.MetricparseError, match="records: "):
        mp.write(mp.aggregate(mp.scan_text(TEXT, LOSS)), tmp_path / "other", "tensorboard")


def test_what_fails_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    class Failing:
        live = False

        def __iter__(self) -> Any:
            yield from mp.scan_text(TEXT, LOSS)
            raise mp.LogError("the rest cannot be read")

    with pytest.raises(mp.LogError, match="the rest"):
        mp.write(Failing(), tmp_path / "runs", "tensorboard")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    mp.write(mp.scan_text(TEXT, LOSS), tmp_path / "runs", "tensorboard")
    assert runs_below(tmp_path / "runs") == ["_text_"]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == list(
        tmp_path.rglob("events.*")
    )


def test_a_followed_log_can_be_watched(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("loss=1\n")
    follow = mp.follow(log, LOSS)
    seen = []

    class Watched:
        live = True

        def __iter__(self) -> Any:
            for batch in follow:
                yield batch
                (folder,) = runs_below(tmp_path / "runs")
                seen.append(len(read(tmp_path / "runs" / folder)["train:loss"]))
                if len(seen) == 1:
                    log.write_text("loss=1\nloss=2\n")
                else:
                    follow.stop()

    mp.write(Watched(), tmp_path / "runs", "tensorboard")
    assert seen == [1, 2]


def test_what_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("loss=1\n")
    given = ("scan", "-m", "loss=loss=(.)", log, "--format", "tensorboard", "-o")
    assert "need a folder" in run(*given, "-").stderr
    assert "is one of the logs" in run(*given, log).stderr
    (tmp_path / "file").touch()
    assert "file: cannot be written" in run(*given, tmp_path / "file").stderr
    assert run(*given, tmp_path / "runs").returncode == 0
    again = run(*given, tmp_path / "runs")
    assert again.returncode == 2
    assert "is there already" in again.stderr
    checkpoint = run(*given, tmp_path / "new", "--follow", "--checkpoint", tmp_path / "c")
    assert "cannot be resumed from a checkpoint" in checkpoint.stderr
