"""What is wrong with a command is said in a sentence, with what may have been meant."""

import json
from pathlib import Path

import pytest

from tests.support.command_line import run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("train.log").write_text("loss: 1\n")
    Path("good.json").write_text(json.dumps([{"Name": "loss", "Regex": "loss: (.+)"}]))
    Path("other.json").write_text("{}")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("scna train.log", "metricparse: no such command: scna; did you mean scan?"),
        ("scan --strip-anse x", "scan: no such option: --strip-anse; did you mean --strip-ansi?"),
        ("suggest --ad=x train.log --oll", "suggest: no such option: --oll; did you mean --all?"),
        ("check --strickt x", "check: no such option: --strickt; did you mean --strict?"),
        ("scan --zzzzzz x", "metricparse scan: no such option: --zzzzzz"),
        ("presets keras more", "metricparse presets: one argument too many: more"),
        ("scan x --view sagemakr", "argument --view: not sagemakr; did you mean sagemaker?"),
        ("scan x --view zzz", "argument --view: not zzz; it is one of sagemaker, raw"),
        ("scan -d preset:kreas train.log", "preset:kreas: no such preset; did you mean keras?"),
        ("exec -d good.json python3 x --epochs 3", "exec ... -- python3 x ..."),
        (
            "exec --strip-anse python3",
            "exec: no such option: --strip-anse; did you mean --strip-ansi?",
        ),
        ("scan train.log good.json", "good.json contains definitions; pass it as -d good.json"),
        ("scan train.log other.json", "give -d FILE or -m NAME=REGEX; metricparse suggest train"),
    ],
)
def test_errors_are_a_sentence(command: str, said: str) -> None:
    done = run(*command.split())
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[0]
    assert len(done.stderr.splitlines()) <= 2
    assert "usage:" not in done.stderr
