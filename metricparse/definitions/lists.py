"""The lists of definitions in a file: whether there is one, and which."""

import os
from typing import TYPE_CHECKING, Any

from metricparse.definitions.documents import chosen_in, parse_document, read_text
from metricparse.definitions.violations import api_name
from metricparse.errors import DefinitionError

if TYPE_CHECKING:
    from metricparse.definitions.python_source import FoundList


def holds_definitions(path: str) -> bool:
    """Whether a file looks as if it held metric definitions: a list with a `Regex` in it."""
    name, _ = chosen_in(path)
    try:
        text = read_text(name)
        match os.path.splitext(name)[1].lower():
            case ".py" | ".ipynb" as ending:
                return bool(_lists_in_python(text, name, ending))
        return _holds_regex(parse_document(text, name))
    except DefinitionError:
        return False


def lists_in(path: str) -> list[str]:
    """The path, or, of Python with several lists, one for each: `train.py:LINE`."""
    name, wanted = chosen_in(path)
    ending = os.path.splitext(name)[1].lower()
    if wanted or ending not in (".py", ".ipynb"):
        return [path]
    try:
        found = _lists_in_python(read_text(name), name, ending)
    except DefinitionError:
        return [path]
    return [f"{path}:{each.first}" for each in found] if len(found) > 1 else [path]


def _lists_in_python(text: str, name: str, ending: str) -> "list[FoundList]":
    from metricparse.definitions.python_source import PythonSource, python_of_notebook

    python = python_of_notebook(text, name) if ending == ".ipynb" else text
    return PythonSource(python, name).lists()


def _holds_regex(document: Any) -> bool:
    if isinstance(document, dict):
        return any(map(_holds_regex, document.values()))
    if not isinstance(document, list):
        return False
    keys = {api_name(str(key)) for each in document if isinstance(each, dict) for key in each}
    return "Regex" in keys or any(map(_holds_regex, document))
