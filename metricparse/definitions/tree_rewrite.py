"""Changes to the definitions in JSON and YAML, whose other characters stay as they are."""

import json
import re
from collections.abc import Mapping, Sequence

from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.definitions.positions import Placed
from metricparse.definitions.python_rewrite import Edit, applied
from metricparse.errors import DefinitionError

_INDENT = "  "
_BLOCKS = ("|", ">")
# What may stand before a value in YAML: its anchor, its tag.
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_LITERAL_BLOCK = re.compile(r"(\|[-+]?[ \t]*(?:#[^\n]*)?\r?\n[ \t]*)[^\n]*?(\s*)")


def corrected_tree(
    text: str, document: Placed, regexes: Mapping[tuple[str, str], str]
) -> list[Edit]:
    """The edits that give definitions other regexes, by name and regex."""
    edits: dict[int, Edit] = {}
    for name, regex in document.definitions():
        new = regexes.get((str(name.text), str(regex.text)))
        if new is not None:
            edits[regex.start] = _rewritten(text, regex, new)
    return list(edits.values())


def extended_tree(
    text: str, document: Placed, definitions: Sequence[MetricDefinition]
) -> list[Edit]:
    """The edits that add definitions to the one list of a document, as the last one is written.

    Raises `DefinitionError` if there are no lists or several.
    """
    lists = list(document.lists())
    if len(lists) != 1:
        raise DefinitionError(f"{len(lists)} lists of definitions; one to be added to was expected")
    (found,) = lists
    if not found.items:
        written = list_of_json(definitions, text, found.start, found.end)
        return [Edit(found.start, found.end, written)]
    last = found.items[-1]
    if not found.is_flow:
        return [_in_block(text, last, definitions)]
    indent = _before(text, last.start)
    gap = f"\n{indent}" if "\n" in text[found.start : last.start] and not indent.strip() else " "
    rows = [f",{gap}{_like(text, last, each)}" for each in definitions]
    return [Edit(last.end, last.end, "".join(rows))]


def list_of_json(definitions: Sequence[MetricDefinition], text: str, start: int, end: int) -> str:
    """A list in JSON, a line a definition, indented as the list that stands there."""
    line = _before(text, start)
    outer = line[: len(line) - len(line.lstrip())]
    inner = re.search(r"\[[ \t]*\r?\n([ \t]+)", text[start:end])
    indent = inner[1] if inner else outer + _INDENT
    rows = [json.dumps(each.to_request(), ensure_ascii=False) for each in definitions]
    if not rows:
        return "[]"
    separator = f",\n{indent}"
    return f"[\n{indent}{separator.join(rows)}\n{outer}]"


def _rewritten(text: str, string: Placed, new: str) -> Edit:
    """The edit of one string, in its own quotes."""
    properties = _PROPERTIES.match(text, string.start, string.end)
    start = properties.end() if properties else string.start
    if string.style == "|" and (block := _LITERAL_BLOCK.fullmatch(text, start, string.end)):
        return Edit(start, string.end, f"{block[1]}{new}{block[2]}")
    written = text[start : string.end]
    if string.style in _BLOCKS:
        rest = written[len(written.rstrip()) :]
        return Edit(start, string.end, _quoted(new, "'") + rest)
    if string.style == "" and _is_plain(new):
        return Edit(start, string.end, new)
    quote = string.style or "'"
    return Edit(start, string.end, _quoted(new, quote, ascii_only="\\u" in written))


def _quoted(text: str, quote: str, *, ascii_only: bool = False) -> str:
    if quote == "'" and text.isprintable():
        return "'{}'".format(text.replace("'", "''"))
    return json.dumps(text, ensure_ascii=ascii_only)


def _is_plain(text: str) -> bool:
    """Whether YAML takes a text without quotes, wherever a value may stand."""
    import yaml

    if re.search(r"[\[\]{},]", text):
        return False
    try:
        return bool(yaml.safe_load(f"key: {text}") == {"key": text})
    except yaml.YAMLError:
        return False


def _like(text: str, last: Placed, definition: MetricDefinition) -> str:
    """A definition written as another one is."""
    name, regex = last.field("Name"), last.field("Regex")
    if not name or not regex or len(last.fields or ()) != 2:
        return json.dumps(definition.to_request(), ensure_ascii=False)
    edits = [_rewritten(text, name, definition.name), _rewritten(text, regex, definition.regex)]
    shifted = [Edit(one - last.start, other - last.start, new) for one, other, new in edits]
    return applied(text[last.start : last.end], shifted)


def _in_block(text: str, last: Placed, definitions: Sequence[MetricDefinition]) -> Edit:
    """Definitions below the last one of a list in YAML, a dash before each."""
    end = _end(last)
    place = text.find("\n", end)
    place = len(text) if place < 0 else place
    if text[:end].endswith("\n"):  # the end of a block of lines
        place = end - 1
    dash = _before(text, last.start)
    name, regex = last.field("Name"), last.field("Regex")
    below = re.sub(r"[^\t]", " ", dash)
    rows: list[str] = []
    for each in definitions:
        if last.is_flow or not name or not regex:
            rows.append(f"\n{dash}{_like(text, last, each)}")
        else:
            keys = [str(key.text) for key, value in last.fields or () if value in (name, regex)]
            named = {"name": _styled(name, each.name), "regex": _styled(regex, each.regex)}
            first, second = (f"{key}: {named[key.lower()]}" for key in keys)
            rows.append(f"\n{dash}{first}\n{below}{second}")
    return Edit(place, place, "".join(rows))


def _styled(like: Placed, text: str) -> str:
    if like.style == "" and _is_plain(text):
        return text
    return _quoted(text, '"' if like.style == '"' else "'")


def _end(of: Placed) -> int:
    """The end of the last thing that is written in a value; a block's own is that of what follows."""
    inner = [*(of.items or ()), *(value for _, value in of.fields or ())]
    return max(map(_end, inner)) if inner and not of.is_flow else of.end


def _before(text: str, place: int) -> str:
    """What stands before a place in its line."""
    return text[text.rfind("\n", 0, place) + 1 : place]
