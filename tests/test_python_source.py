"""Definitions are read from Python and notebooks as they stand there, and nothing is run."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

import metricparse as mp
from metricparse.definitions.documents import parse_document
from metricparse.definitions.python_source import source_of

WANTED = [
    {"Name": "loss", "Regex": r"loss: ([0-9.]+)"},
    {"Name": "acc", "Regex": r"acc=(\d+)%"},
]


def read(text: str, name: str = "train.py", wanted: str = "") -> Any:
    return parse_document(text, name, wanted)


@pytest.mark.parametrize(
    "text",
    [
        # A keyword of an estimator.
        r"""
estimator = PyTorch(
    entry_point="train.py", role=role, hyperparameters={"epochs": get_epochs()},
    metric_definitions=[
        {"Name": "loss", "Regex": r"loss: ([0-9.]+)"},  # the loss
        {'Name': 'acc', 'Regex': 'acc=(\\d+)%'},
    ],
)
estimator.fit({"train": upload()})
""",
        # A name that is given to it.
        r"""
METRICS: list[dict[str, str]] = [
    {"Name": "loss", "Regex": "loss: " "([0-9.]+)"},
    dict(Name="acc", Regex=r"acc=(\d+)%"),
]
job = Estimator(metric_definitions=METRICS)
""",
        # Names, f-strings and joined texts.
        r"""
NUMBER = r"([0-9.]+)"
LOSS = f"loss: {NUMBER}"
shared = [{"Name": "loss", "Regex": LOSS}]
request = {"AlgorithmSpecification": {"MetricDefinitions": shared + [{"Name": "acc", "Regex": "acc=" + r"(\d+)%"}]}}
""",
        # The shapes of the SDK.
        r"""
from sagemaker.core.shapes import MetricDefinition
trainer = ModelTrainer(image).with_metric_definitions([
    MetricDefinition(name="loss", regex=r"loss: ([0-9.]+)"),
    shapes.MetricDefinition("acc", regex=r"acc=(\d+)%"),
])
""",
        # Several names at once, and names that are declared first.
        r"""
COLON, EQUALS = ": ", "="
acc: str
acc = alias = f"acc{EQUALS}(\d+)%"
request = {"MetricDefinitions": [{"Name": "loss", "Regex": f"loss{COLON}([0-9.]+)"}, {"Name": "acc", "Regex": alias}]}
request["Role"] = role
request.update(more)
""",
        # Within a function, and spread.
        r"""
def definitions():
    common = [{"Name": "loss", "Regex": r"loss: ([0-9.]+)"}]
    return launch(metric_definitions=[*common, {"Name": "acc", "Regex": r"acc=(\d+)%"}])
""",
    ],
)
def test_ways_to_write_them(text: str) -> None:
    assert read(text) == WANTED


def test_nothing_is_run(tmp_path: Path) -> None:
    trace = tmp_path / "run"
    source = tmp_path / "train.py"
    source.write_text(
        f"open({str(trace)!r}, 'w').close()\nimport {'no_such_module'}\n"
        'fit(metric_definitions=[{"Name": "loss", "Regex": "loss: ([0-9]+)"}])\n'
    )
    assert mp.load_definitions(str(source))[0].name == "loss"
    assert not trace.exists()


def test_a_notebook() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["metric_definitions=[1]"]},
        {"cell_type": "code", "source": ["%pip install sagemaker\n", "!ls -l\n", "x = 1\n"]},
        {"cell_type": "code", "source": "%%bash\necho metric_definitions=["},
        {"cell_type": "code", "source": ["metrics = ", json.dumps(WANTED)]},
        {"cell_type": "code", "source": ["Estimator(metric_definitions=metrics)"]},
    ]
    assert read(json.dumps({"cells": cells, "nbformat": 4}), "launch.ipynb") == WANTED
    with pytest.raises(mp.DefinitionError, match="not a notebook"):
        read("[]", "launch.ipynb")


@given(
    st.lists(st.lists(st.sampled_from(["x", "", "\n", "\n\n", "y\n"]), max_size=6), max_size=4),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_lines_of_a_notebook_are_those_of_its_file(
    parts: list[list[str]], indent: int | None, is_one_text: bool
) -> None:
    numbers = count()
    cells = [
        [
            part.replace("x", f"_{next(numbers)}_,").replace("y", f"_{next(numbers)}_,")
            for part in cell
        ]
        for cell in parts
    ]
    sources = ["".join(cell) if is_one_text else cell for cell in cells]
    listed = [{"cell_type": "code", "source": each} for each in sources]
    text = json.dumps({"metadata": {}, "cells": [{"cell_type": "raw"}, *listed]}, indent=indent)
    file = text.split("\n")
    source = source_of(text, "launch.ipynb")
    for number, line in enumerate(source.text.split("\n"), 1):
        for name in line.split(",")[:1] if line else ():
            assert f"{name}," in file[source.line(number) - 1]


def test_messages_have_the_lines_of_the_notebook() -> None:
    def notebook(*sources: str) -> str:
        cells = [{"cell_type": "code", "source": each.splitlines(True)} for each in sources]
        return json.dumps({"cells": cells}, indent=1)

    for sources, told in (
        (("x = 1\n", "y = 2\nx = f(\n"), "x = f("),
        (("x = 1", f"y = 2\n{OF_R}"), "metric_definitions"),
        (("x = 1", f"{LOSS}a.append(x)"), "a.append"),
    ):
        text = notebook(*sources)
        line = next(n for n, each in enumerate(text.split("\n"), 1) if told in each)
        with pytest.raises(mp.DefinitionError, match=rf"^launch.ipynb:{line}: ") as error:
            read(text, "launch.ipynb")
        assert "<unknown>" not in str(error.value)
    text = notebook("x = 1", LOSS, f"fit(metric_definitions=[\n{ACC!r}])")
    with pytest.raises(mp.DefinitionError, match=r"a \(line 12\), line 18; choose one"):
        read(text, "launch.ipynb")
    assert read(text, "launch.ipynb", "19") == [ACC]


CELLS = [
    "metrics = [\n    # the loss?\n    {'Name': 'loss', 'Regex': r'loss: ([0-9.]+)'},  # right?\n]\n",
    'text = """\n%pip\n!ls\nwhat?\n"""\nx = (7\n  % 3)\n',
    "%pip install x\nx = (7\n  % 3)\n# why?\n",
    "!pip install \\\n  it's\n!echo it's (\n?fit\nfit?\n",
    "if x:\n    %time fit()\n    fit??\n    np.*load*?\nfiles, others = !ls 'it\nx = %env A\n",
    "%%bash\necho 'it\n",
]


@pytest.mark.parametrize("cell", CELLS)
def test_magic_is_known_from_what_looks_like_it(cell: str) -> None:
    named = "" if cell is CELLS[0] else CELLS[0]
    sources = [cell, f"{named}fit(metric_definitions=metrics)"]
    cells = [{"cell_type": "code", "source": each} for each in sources]
    assert read(json.dumps({"cells": cells}), "launch.ipynb") == WANTED[:1]


def test_what_magic_gives_is_not_known() -> None:
    cells = [{"cell_type": "code", "source": f"r = !ls\n{OF_R}"}]
    with pytest.raises(mp.DefinitionError, match="cannot be known"):
        read(json.dumps({"cells": cells}), "launch.ipynb")


LOSS = "a = [{'Name': 'loss', 'Regex': 'loss: ([0-9.]+)'}]\n"
ACC = {"Name": "acc", "Regex": r"acc=(\d+)%"}
OF_R = "fit(metric_definitions=[{'Name': 'a', 'Regex': r}])"
TWO = """A = [{"Name": "a", "Regex": "(a)"}]

fit(
    metric_definitions=[
        {"Name": "b", "Regex": "(b)"},
    ]
)
"""


def test_one_of_several_is_chosen(tmp_path: Path) -> None:
    with pytest.raises(mp.DefinitionError, match=r"2 lists .* A \(line 1\), line 4; choose one"):
        read(TWO)
    path = tmp_path / "train.py"
    path.write_text(TWO)
    names = {chosen: mp.load_definitions(f"{path}:{chosen}")[0].name for chosen in ("A", "1", "5")}
    assert names == {"A": "a", "1": "a", "5": "b"}
    with pytest.raises(mp.DefinitionError, match=r"no list B; there is A \(line 1\), line 4"):
        mp.load_definitions(f"{path}:B")


def test_an_empty_list_counts_where_there_is_no_other() -> None:
    assert read("metric_definitions = []") == []
    assert read(f"metric_definitions = []\nif x:\n    metric_definitions = [{ACC!r}]") == [ACC]
    assert read(f"fit(metric_definitions=[])\n{LOSS}", wanted="1") == []
    with pytest.raises(mp.DefinitionError, match="2 lists"):
        read(f"metric_definitions = []\nmetric_definitions.append(x)\n{LOSS}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "no metric definitions found"),
        ("def f(:\n", "1: not valid Python"),
        ("fit(metric_definitions=[\n{'Name': 'a', 'Regex': make()}])", "2: make() cannot be known"),
        (
            "n='x'\nn='y'\nfit(metric_definitions=[{'Name': n, 'Regex': 'x'}])",
            "3: n cannot be known",
        ),
        ("fit(metric_definitions=[{'Name': 'a', 'Regex': f'{x!r}'}])", "cannot be known"),
        ("a = b\nb = a\nfit(metric_definitions=[{'Name': a, 'Regex': 'x'}])", "cannot be known"),
        ("fit(metric_definitions=[{'Name': 'a', 'Regex': 'x'}, other])", "other cannot be known"),
        (f"{LOSS}a.append({ACC!r})", "2: a.append({'Name': 'acc', "),
        (f"{LOSS}a.extend(more)", "2: a.extend(more) cannot be known"),
        (f"{LOSS}a.insert(0, {ACC!r})", "2: a.insert("),
        (f"{LOSS}a += [{ACC!r}]", "2: a += [{'Name': 'acc', "),
        (f"{LOSS}b = a\nb.append(x)", "3: b.append(x) cannot be known"),
        (f"{LOSS}fit(metric_definitions=[*a, {ACC!r}])\na.append(x)", "3: a.append(x) cannot"),
        (f"{LOSS}a[0] = x", "2: a[0] cannot be known"),
        (f"{LOSS}a[0]['Regex'] = x", "2: a[0]['Regex'] cannot be known"),
        (f"{LOSS}del a[0]", "2: a[0] cannot be known"),
        ("r = {'MetricDefinitions': []}\nr['MetricDefinitions'].append(x)", "2: r['MetricDefin"),
        (f"r = 'x'\nr += 'y'\n{OF_R}", "3: r cannot be known"),
        (f"r = 'x'\nfor r in 'ab':\n  {OF_R}", "3: r cannot be known"),
        (f"r = 'x'\nwith open() as r:\n  {OF_R}", "3: r cannot be known"),
        (f"r = 'x'\nr, s = pair()\n{OF_R}", "3: r cannot be known"),
        (f"r = 'x'\nf(r := 'y')\n{OF_R}", "3: r cannot be known"),
        (f"r = 'x'\ndef f(r):\n  {OF_R}", "3: r cannot be known"),
        (f"r = 'x'\nimport r\n{OF_R}", "3: r cannot be known"),
        (f"r = 'x'\ndef f():\n  global r\n{OF_R}", "4: r cannot be known"),
        (f"r = f'{{r}}'\n{OF_R}", "2: r cannot be known"),
        (f"def f(a):\n  a = a + [{ACC!r}]", "2: a cannot be known"),
        (f"a = a + [{ACC!r}]", "1: a cannot be known"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(mp.DefinitionError) as error:
        read(text)
    assert str(error.value).startswith("train.py:")
    assert said in str(error.value)


def test_what_is_nested_too_deeply_is_said() -> None:
    names = "".join(f"n{n + 1} = f'{{n{n}}}'\n" for n in range(2000))
    with pytest.raises(mp.DefinitionError, match="nested too deeply"):
        read(f"n0 = 'x'\n{names}r = n2000\n{OF_R}")


@pytest.mark.parametrize(
    "text",
    [
        "[{'Name': 'loss', 'Regex': r'loss: ([0-9.]+)'},\n {'Name': 'acc', 'Regex': r'acc=(\\d+)%'},]",
        '[{"Name": "loss", "Regex": "loss: ([0-9.]+)"}, // first\n{"Name": "acc", "Regex": "acc=(\\\\d+)%"},\n]',
        (
            "metric_definitions=[{'Name': 'loss', 'Regex': 'loss: ([0-9.]+)'},\n"
            "# a comment\n{'Name': 'acc', 'Regex': r'acc=(\\d+)%'}]"
        ),
        (
            '{"MetricDefinitions": [{"Name": "loss", "Regex": "loss: ([0-9.]+)"}, '
            "{'Name': 'acc', 'Regex': r'acc=(\\d+)%',}], 'Enabled': true}"
        ),
    ],
)
def test_pasted_text_is_read_with_a_warning(text: str) -> None:
    with pytest.warns(mp.LooseDocumentWarning, match="not valid JSON"):
        assert read(text, "definitions.json") == WANTED


def test_what_is_neither_json_nor_python_is_said_as_before() -> None:
    with pytest.raises(mp.DefinitionError, match=r"definitions.json:1:2: not valid JSON"):
        read("{,}", "definitions.json")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=4))
def test_any_text_is_read_as_python_reads_it(pairs: list[tuple[str, str]]) -> None:
    wanted = [{"Name": name, "Regex": regex} for name, regex in pairs]
    assert read(f"fit(metric_definitions={wanted!r})") == wanted
    assert read(f"fit(metric_definitions={wanted!a})") == wanted
