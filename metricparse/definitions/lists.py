"""The lists of definitions in a file: whether there is one, and which."""

import json
import os
from typing import TYPE_CHECKING, Any

from metricparse.definitions.documents import chosen_in, parse_document, read_text
from metricparse.definitions.violations import api_name
from metricparse.errors import DefinitionError

if TYPE_CHECKING:
    from metricparse.definitions.python_source import FoundList

_DOCUMENTS = (".json", ".yaml", ".yml", ".toml", ".py", ".ipynb")


def holds_definitions(path: str) -> bool:
    """Whether a file holds metric definitions: a list with a `Regex` in it.

    Files that cannot be read are taken to hold some, and so are JSON, YAML, TOML, Python and
    notebooks that cannot be parsed: whoever reads them learns what is wrong.
    """
    name, _ = chosen_in(path)
    try:
        text = read_text(name)
    except DefinitionError:
        return _is_document(name) or not os.path.isfile(name)
    try:
        return _holds_definitions(text, name)
    except (DefinitionError, RecursionError):
        return _is_document(name)


def lists_in(path: str) -> list[str]:
    """The path, or, of Python with several lists, one for each: `train.py:LINE`.

    Those that share a line, as they may in a notebook, are told apart by their names.
    """
    name, wanted = chosen_in(path)
    ending = os.path.splitext(name)[1].lower()
    if wanted or ending not in (".py", ".ipynb"):
        return [path]
    try:
        found = _lists_in_python(read_text(name), name)
    except DefinitionError:
        return [path]
    if len(found) < 2:
        return [path]
    lines = [each.first for each in found]
    return [
        f"{path}:{each.first}" if lines.count(each.first) == 1 else f"{path}:{each.variable}"
        for each in found
    ]


def _lists_in_python(text: str, name: str) -> "list[FoundList]":
    from metricparse.definitions.python_source import source_of

    return source_of(text, name).lists()


def _is_document(name: str) -> bool:
    return name.lower().endswith(_DOCUMENTS)


def _holds_definitions(text: str, name: str) -> bool:
    match os.path.splitext(name)[1].lower():
        case ".py" | ".ipynb":
            return bool(_lists_in_python(text, name))
        case ".yaml" | ".yml":
            return _holds_regex(_yaml_documents(text, name))
        case ".toml":
            return _holds_regex(parse_document(text, name))
    try:
        return _holds_regex(json.loads(text))
    except json.JSONDecodeError:
        return _holds_pasted(text, name)


def _holds_pasted(text: str, name: str) -> bool:
    """Whether JSON with comments, as many programs have it, or Python in its place holds some."""
    from metricparse.definitions.python_source import list_pasted, source_of_pasted

    source = source_of_pasted(text, name)
    if node := list_pasted(source):
        return any(source.fields(each) is not None for each in source.items(node))
    return bool(source.lists())


def _yaml_documents(text: str, name: str) -> list[Any]:
    """All documents of a YAML file, whatever their tags."""
    import yaml

    class AnyTag(yaml.SafeLoader):
        """Takes values with a tag of their own for what they are without."""

    def untagged(loader: AnyTag, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return node.value

    AnyTag.add_constructor(None, untagged)
    try:
        return list(yaml.load_all(text, AnyTag))
    except (yaml.YAMLError, ValueError) as error:
        raise DefinitionError(f"{name}: not valid YAML: {error}") from None


def _holds_regex(document: Any) -> bool:
    """Whether a `Regex` stands in an object in a list."""
    seen: set[int] = set()
    waiting = [document]
    while waiting:
        held = waiting.pop()
        if id(held) in seen:
            continue
        seen.add(id(held))
        if isinstance(held, dict):
            waiting += held.values()
        elif isinstance(held, list):
            keys = {api_name(str(key)) for each in held if isinstance(each, dict) for key in each}
            if "Regex" in keys:
                return True
            waiting += held
    return False
