"""Definitions are corrected and added where they stand; all else of a file stays as it is."""

import ast
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import strategies as st

import metricparse as mp
from tests.support.long_runs import tried

from .support.public_corpus import definition_list_names, definitions_of, requires_corpus

LOSS = mp.MetricDefinition(name="loss", regex=r"loss=([0-9\.]+)")
ACC = mp.MetricDefinition(name="acc", regex=r"acc: (\d+)")
RIGHT = r"loss: ([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"
F1 = mp.MetricDefinition(name="f1", regex=r"f1 = (\d\.\d+)")


def corrected(tmp_path: Path, name: str, text: str, regexes: dict[Any, str] | None = None) -> str:
    path = tmp_path / name.partition(":")[0]
    path.write_bytes(text.encode())
    change = mp.correct_definitions(str(tmp_path / name), regexes or {LOSS: RIGHT})
    assert path.read_bytes() == text.encode()
    change.save()
    assert path.read_bytes() == change.after.encode()
    return change.after


def added(tmp_path: Path, name: str, text: str, *definitions: mp.MetricDefinition) -> str:
    path = tmp_path / name
    path.write_bytes(text.encode())
    change = mp.add_definitions(path, definitions or [F1])
    change.save()
    return change.after


PYTHON = [
    # Each with the string of the regex, and the one that takes its place.
    (r'''"loss=([0-9\\.]+)"''', r'''"loss: ([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"'''),
    (r"""'loss=([0-9\\.]+)'""", r"""'loss: ([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?)'"""),
    (r'''r"loss=([0-9\.]+)"''', r'''r"loss: ([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"'''),
    (r"""R'loss=([0-9\.]+)'""", r"""R'loss: ([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)'"""),
    (r"""r'''loss=([0-9\.]+)'''""", r"""r'''loss: ([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)'''"""),
    # Over lines, the part alone that differs.
    (
        '(\n    "loss="  # the name\n    r"([0-9\\.]+)"\n)',
        '(\n    "loss: "  # the name\n    r"([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"\n)',
    ),
    (
        "'loss=' + r'([0-9\\.]+)'",
        "'loss: ' + r'([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?)'",
    ),
    # Of an f-string the texts between its expressions.
    (
        "rf'{KEY}=([0-9\\.]+)'",
        "rf'{KEY}: ([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?)'",
    ),
]


@pytest.mark.parametrize(("before", "after"), PYTHON)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_only_the_string_changes_in_its_own_style(
    tmp_path: Path, before: str, after: str, ending: str
) -> None:
    text = (
        '# -*- coding: utf-8 -*- ünïcödé\nKEY = "loss"\n'
        "x = fit(  metric_definitions=[\n"
        "\t{ 'Name':'loss',  \"Regex\": %s }, # 'ü' \"\n"
        "  {'Name': 'acc', 'Regex': 'acc: (\\d+)'},\n"
        "])\n"
    ).replace("\n", ending)
    shown = before.replace("\n", ending), after.replace("\n", ending)
    assert corrected(tmp_path, "train.py", text % shown[0]) == text % shown[1]


def test_a_name_is_changed_where_its_text_stands(tmp_path: Path) -> None:
    text = (
        'NUMBER = r"([0-9\\.]+)"\n'
        'fit(metric_definitions=[{"Name": "loss", "Regex": "loss=" + NUMBER},\n'
        '    {"Name": "f1", "Regex": f"f1={NUMBER}"}])\n'
    )
    f1 = mp.MetricDefinition(name="f1", regex=r"f1=([0-9\.]+)")
    both = corrected(tmp_path, "train.py", text, {LOSS: r"loss=(\S+)", f1: r"f1=(\S+)"})
    assert both == text.replace(r"[0-9\.]+", r"\S+")
    with pytest.raises(mp.DefinitionError, match=r"train.py:1: NUMBER is shared by loss and f1"):
        corrected(tmp_path, "train.py", text, {LOSS: r"loss=(\S+)"})
    used = text + "print(NUMBER)\n"
    with pytest.raises(mp.DefinitionError, match=r"train.py:1: NUMBER is used in line 4"):
        corrected(tmp_path, "train.py", used, {LOSS: r"loss=(\S+)", f1: r"f1=(\S+)"})


def test_quotes_that_the_new_text_holds(tmp_path: Path) -> None:
    text = "fit(metric_definitions=[{'Name': 'loss', 'Regex': %s}])"
    new = r"'loss': (\d+)"
    after = corrected(tmp_path, "train.py", text % r"r'loss=([0-9\.]+)'", {LOSS: new})
    assert after == text % r'''r"'loss': (\d+)"'''
    after = corrected(tmp_path, "train.py", text % r"'loss=([0-9\\.]+)'", {LOSS: new})
    assert after == text % r"'\'loss\': (\\d+)'"
    new = """'"(\\d+)"""
    after = corrected(tmp_path, "train.py", text % r"r'loss=([0-9\.]+)'", {LOSS: new})
    assert after == text % r"""'\'"(\\d+)'"""
    new = """loss'"(\\d+)"""
    with pytest.raises(mp.DefinitionError, match=r"train.py:2: .*f-string; change it by hand"):
        corrected(tmp_path, "train.py", "K='loss'\n" + text % r"rf'{K}=([0-9\.]+)'", {LOSS: new})


def test_the_list_that_was_chosen(tmp_path: Path) -> None:
    one = "A = [{'Name': 'loss', 'Regex': r'loss=([0-9\\.]+)'}]\n"
    text = one + one.replace("A", "B")
    after = corrected(tmp_path, "train.py:B", text)
    assert after.startswith(one)
    assert mp.load_definitions(f"{tmp_path / 'train.py'}:B")[0].regex == RIGHT


def notebook(source: Any, **form: Any) -> str:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# ü 'loss=([0-9\\.]+)'"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["%pip install x\n", "!ls"]},
        {"cell_type": "code", "metadata": {}, "outputs": [{"text": "✓"}], "source": source},
    ]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}, **form) + "\n"


@pytest.mark.parametrize("form", [{"indent": 1, "ensure_ascii": False}, {"indent": 1}, {}])
@pytest.mark.parametrize("several", [True, False])
def test_a_notebook(tmp_path: Path, form: dict[str, Any], several: bool) -> None:
    lines = [
        "# ü 😀 above\n",
        "?fit\n",
        "fit(metric_definitions=[\n",
        "    {'Name': 'loss', 'Regex': r'loss=([0-9\\.]+)'},  # ü\n",
        "])",
    ]
    source: Any = lines if several else "".join(lines)
    text = notebook(source, **form)
    after = corrected(tmp_path, "launch.ipynb", text)
    before = json.dumps(r"loss=([0-9\.]+)")[1:-1]
    assert after == json.dumps(RIGHT)[1:-1].join(text.rsplit(before, 1))
    assert mp.load_definitions(tmp_path / "launch.ipynb") == (
        mp.MetricDefinition(name="loss", regex=RIGHT),
    )


def test_nothing_is_run(tmp_path: Path) -> None:
    trace = tmp_path / "run"
    text = (
        f"open({str(trace)!r}, 'w').close()\nimport no_such_module\n"
        "fit(metric_definitions=[{'Name': 'loss', 'Regex': 'loss=([0-9\\.]+)'}])\n"
    )
    corrected(tmp_path, "train.py", text)
    added(tmp_path, "train.py", text)
    corrected(tmp_path, "launch.ipynb", notebook(text))
    assert not trace.exists()


JSON = """{ "TrainingJobName" : "job", "Note": "loss=([0-9\\\\.]+)",
\t"AlgorithmSpecification": { "MetricDefinitions": [ {"Regex":%s,   "Name": "loss"},
 {"Name": "acc", "Regex": "acc: (\\\\d+)"} ],
"TrainingInputMode":"File" }}"""


def test_json_keeps_all_else(tmp_path: Path) -> None:
    after = corrected(tmp_path, "job.json", JSON % json.dumps(LOSS.regex))
    assert after == JSON % json.dumps(RIGHT)


def test_json_with_comments(tmp_path: Path) -> None:
    text = """
// the metrics
[
  {"Name": "loss", "Regex": "loss=([0-9\\\\.]+)"}, // the loss
]
"""
    with pytest.warns(mp.LooseDocumentWarning):
        mp.load_definitions(json_file(tmp_path, text))
    after = corrected(tmp_path, "loose.json", text)
    assert after == text.replace(json.dumps(LOSS.regex)[1:-1], json.dumps(RIGHT)[1:-1])


def json_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "loose.json"
    path.write_text(text)
    return path


YAML = [
    ("'loss=([0-9\\.]+)'", f"'{RIGHT}'"),
    ('"loss=([0-9\\\\.]+)"', json.dumps(RIGHT)),
    ("loss=([0-9\\.]+)", f"'{RIGHT}'"),
    ("&one 'loss=([0-9\\.]+)'", f"&one '{RIGHT}'"),
    ("|-\n         loss=([0-9\\.]+)", f"|-\n         {RIGHT}"),
    (">-\n         loss=([0-9\\.]+)", f"'{RIGHT}'"),
]


@pytest.mark.parametrize(("before", "after"), YAML)
def test_yaml_keeps_comments_and_layout(tmp_path: Path, before: str, after: str) -> None:
    text = (
        "# a job\nTrainingJobName:   job   # ü its name\nAlgorithmSpecification:\n"
        "  MetricDefinitions:  # 'two'\n  -   Name: loss\n      Regex: %s\n\n"
        "  # another\n  - {Name: acc, Regex: 'acc: (\\d+)'}\n  TrainingInputMode: File\n"
    )
    assert corrected(tmp_path, "job.yaml", text % before) == text % after


def test_yaml_that_shares_a_text_is_refused(tmp_path: Path) -> None:
    text = (
        "note: &r 'loss=([0-9\\.]+)'\nMetricDefinitions: [{Name: loss, Regex: *r}, "
        "{Name: other, Regex: *r}]\n"
    )
    with pytest.raises(mp.DefinitionError, match="change it by hand"):
        corrected(tmp_path, "job.yaml", text)


def test_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(mp.DefinitionError, match="TOML is read, but not written"):
        corrected(
            tmp_path, "job.toml", "[[MetricDefinitions]]\nName='loss'\nRegex='loss=([0-9\\.]+)'\n"
        )


def test_a_new_file_is_of_the_same_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    text = json.dumps([LOSS.to_request()])
    path.write_text(text)
    change = mp.correct_definitions(path, {LOSS: RIGHT})
    change.save(tmp_path / "b.json")
    assert path.read_text() == text
    assert mp.load_definitions(tmp_path / "b.json")[0].regex == RIGHT
    with pytest.raises(mp.DefinitionError, match=r"c.py: .* of its kind"):
        change.save(tmp_path / "c.py")


def test_a_file_that_has_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([LOSS.to_request()]))
    change = mp.correct_definitions(path, {LOSS: RIGHT})
    path.write_text("[]")
    with pytest.raises(mp.DefinitionError, match="has changed since"):
        change.save()
    assert path.read_text() == "[]"


def test_a_byte_order_mark_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps([LOSS.to_request()]).encode())
    mp.correct_definitions(path, {LOSS: RIGHT}).save()
    assert (
        path.read_bytes()
        == b"\xef\xbb\xbf" + json.dumps([{"Name": "loss", "Regex": RIGHT}]).encode()
    )


def test_the_difference(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[\n{"Name": "loss", "Regex": "(a)"}\n]')
    loss = mp.MetricDefinition(name="loss", regex="(a)")
    assert mp.correct_definitions(path, {}).diff == ""
    assert mp.correct_definitions(path, {loss: "(b)"}).diff == (
        f'--- {path}\n+++ {path}\n@@ -1,3 +1,3 @@\n [\n-{{"Name": "loss", "Regex": "(a)"}}\n'
        f'+{{"Name": "loss", "Regex": "(b)"}}\n ]\n\\ No newline at end of file\n'
    )


ADDED = [
    (
        "job.json",
        '[\n  {"Name": "a", "Regex": "(a)"}\n]\n',
        '[\n  {"Name": "a", "Regex": "(a)"},\n  {"Name": "f1", "Regex": "f1 = (\\\\d\\\\.\\\\d+)"}\n]\n',
    ),
    ("job.json", '{"metric_definitions": []}', None),
    (
        "job.json",
        '[{"Name":"a","Regex":"(a)"}]',
        '[{"Name":"a","Regex":"(a)"}, {"Name":"f1","Regex":"f1 = (\\\\d\\\\.\\\\d+)"}]',
    ),
    (
        "job.json",
        '[\n\t{\n\t\t"Name": "a",\n\t\t"Regex": "(a)"\n\t}\n]',
        (
            '[\n\t{\n\t\t"Name": "a",\n\t\t"Regex": "(a)"\n\t},\n'
            '\t{\n\t\t"Name": "f1",\n\t\t"Regex": "f1 = (\\\\d\\\\.\\\\d+)"\n\t}\n]'
        ),
    ),
    (
        "job.yaml",
        "MetricDefinitions:\n  - Name: a  # the a\n    Regex: '(a)'  # ü\n# end\nOther: 1\n",
        (
            "MetricDefinitions:\n  - Name: a  # the a\n    Regex: '(a)'  # ü\n"
            "  - Name: f1\n    Regex: 'f1 = (\\d\\.\\d+)'\n# end\nOther: 1\n"
        ),
    ),
    ("job.yaml", "MetricDefinitions: []\n", None),
    (
        "job.yaml",
        "- {Name: a, Regex: (a)}",
        "- {Name: a, Regex: (a)}\n- {Name: f1, Regex: f1 = (\\d\\.\\d+)}",
    ),
    ("job.yaml", "- Regex: |-\n    (a)\n  Name: a\n- Name: b\n  Regex: |-\n    (b)\n", None),
    (
        "train.py",
        "x = [\n    {'Name': 'a', 'Regex': r'(a)'},  # the a\n]\n",
        "x = [\n    {'Name': 'a', 'Regex': r'(a)'},  # the a\n    {'Name': 'f1', 'Regex': r'f1 = (\\d\\.\\d+)'},\n]\n",
    ),
    (
        "train.py",
        "x = [\n    {'Name': 'a', 'Regex': '(a)'}  # the a\n]\n",
        "x = [\n    {'Name': 'a', 'Regex': '(a)'},  # the a\n    {'Name': 'f1', 'Regex': r'f1 = (\\d\\.\\d+)'}\n]\n",
    ),
    (
        "train.py",
        'fit(metric_definitions=[MetricDefinition(name="a", regex="(a)")])',
        'fit(metric_definitions=[MetricDefinition(name="a", regex="(a)"), MetricDefinition(name="f1", regex=r"f1 = (\\d\\.\\d+)")])',
    ),
    ("train.py", "fit(\n    metric_definitions=[],\n)\n", None),
    ("train.py", "metric_definitions = []\n", None),
    (
        "train.py",
        "a = [dict(Name='a', Regex='(a)')]\nb = a + [dict(Name='b', Regex='(b)')]\n",
        None,
    ),
    (
        "train.py",
        'x = [\n    {\n        "Name": "a",\n        "Regex": A,\n    },\n]\nA = "(a)"\n',
        (
            'x = [\n    {\n        "Name": "a",\n        "Regex": A,\n    },\n'
            '    {\n        "Name": "f1",\n        "Regex": r"f1 = (\\d\\.\\d+)",\n    },\n]\nA = "(a)"\n'
        ),
    ),
    ("launch.ipynb", notebook("x = [{'Name': 'a', 'Regex': '(a)'}]"), None),
    (
        "launch.ipynb",
        notebook(["x = [\n", "  {'Name': 'a', 'Regex': '(a)'},\n", "]"], indent=1),
        None,
    ),
]


@pytest.mark.parametrize(("name", "text", "wanted"), ADDED)
def test_definitions_are_added_as_the_last_one_is_written(
    tmp_path: Path, name: str, text: str, wanted: str | None
) -> None:
    after = added(tmp_path, name, text)
    if wanted is not None:
        assert after == wanted
    definitions = mp.load_definitions(tmp_path / name)
    assert definitions[-1] == F1
    twice = added(tmp_path, name, after, mp.MetricDefinition(name="ü'\"", regex="'(\")ü"), ACC)
    assert len(mp.load_definitions(tmp_path / name)) == len(definitions) + 2
    assert len(twice) > len(after)


def test_lines_added_to_a_notebook_are_lines_there(tmp_path: Path) -> None:
    source = ["x = [\n", "  {'Name': 'a', 'Regex': '(a)'},\n", "]"]
    after = json.loads(added(tmp_path, "launch.ipynb", notebook(source, indent=1)))
    assert after["cells"][2]["source"] == [
        *source[:2],
        "  {'Name': 'f1', 'Regex': r'f1 = (\\d\\.\\d+)'},\n",
        "]",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("job.json", '{"TrainingInputMode": "File"}'),
        ("job.yaml", "TrainingInputMode: File\n"),
        ("train.py", "x = [{'Name': 'a', 'Regex': '(a)'}]\ny = [{'Name': 'b', 'Regex': '(b)'}]\n"),
    ],
)
def test_files_without_one_list_are_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(mp.DefinitionError):
        added(tmp_path, name, text)
    assert (tmp_path / name).read_text() == text


regexes = st.text(
    st.sampled_from(["a", "\\", "'", '"', "(", "{", "}", "d", "ü", "#", " ", "=", "😀", "\t"]),
    min_size=1,
    max_size=12,
)
quotes = st.sampled_from(["'", '"', "'''", '"""'])


@tried(
    30, 400, old=regexes, new=regexes, cut=st.integers(0, 12), style=quotes, form=st.integers(0, 3)
)
def test_any_text_takes_the_place_of_any_other(
    old: str, new: str, cut: int, style: str, form: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        replace_and_replace_back(Path(folder), shown(old, cut, style, form), old, new)


def shown(text: str, cut: int, style: str, form: int) -> str:
    """The text as a string in one of several ways."""
    one, other = text[:cut], text[cut:]
    return [
        repr(text),
        f"({one!r}\n {other!r})",
        f"{one!a} + {other!r}",
        style + text.replace("\\", "\\\\").replace(style[0], "\\" + style[0]) + style,
    ][form]


def replace_and_replace_back(folder: Path, shown: str, old: str, new: str) -> None:
    text = f"# ü\nfit(metric_definitions=[{{'Name': 'ü', 'Regex': {shown}}},])\n"
    definition = mp.MetricDefinition(name="ü", regex=old)
    documents = {
        "train.py": text,
        "launch.ipynb": notebook(text),
        "job.json": json.dumps([definition.to_request()]),
        "job.yaml": yaml.safe_dump([definition.to_request()], allow_unicode=True),
    }
    for name, document in documents.items():
        path = folder / name
        path.write_bytes(document.encode())
        mp.correct_definitions(path, {definition: new}).save()
        again = mp.correct_definitions(path, {mp.MetricDefinition(name="ü", regex=new): old})
        again.save()
        mp.add_definitions(path, [mp.MetricDefinition(name=f"n{new}", regex=f"r{old}")]).save()


@requires_corpus
@pytest.mark.parametrize("name", definition_list_names())
@pytest.mark.parametrize("form", ["assigned", "keyword", "nested", "shapes"])
def test_public_lists_are_read_and_written_in_python(tmp_path: Path, name: str, form: str) -> None:
    wanted = definitions_of(name)
    rows = ",\n    ".join(f"{{'Name': {e['Name']!r}, 'Regex': {e['Regex']!r}}}" for e in wanted)
    shapes = ", ".join(
        f"MetricDefinition(name={e['Name']!r}, regex={e['Regex']!r})" for e in wanted
    )
    text = {
        "assigned": f"METRICS = [\n    {rows}\n]\nfit(metric_definitions=METRICS)\n",
        "keyword": f"fit(role=role(),\n  metric_definitions=[{rows}],)\n",
        "nested": f'create(**{{"AlgorithmSpecification": {{"MetricDefinitions": [{rows},]}}}})\n',
        "shapes": f"Trainer().with_metric_definitions([{shapes}])\n",
    }[form]
    for file, document in {"a.py": f"launch_missiles()\n{text}", "a.ipynb": notebook(text)}.items():
        path = tmp_path / file
        path.write_text(document)
        read = mp.load_definitions(path)
        assert [each.to_request() for each in read] == wanted
        change = mp.correct_definitions(path, {each: f"{each.regex[:-1]}x'\"" for each in read})
        before, after = _without_strings(change.before), _without_strings(change.after)
        assert before == after


def _without_strings(text: str) -> str:
    """The syntax tree without the regexes, of a notebook without those of its cells."""
    if text.startswith("{"):
        cells = json.loads(text)["cells"]
        return "".join(_without_strings("".join(each["source"])) for each in cells[2:])
    return ast.dump(_Blank().visit(ast.parse(text)))


class _Blank(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node
