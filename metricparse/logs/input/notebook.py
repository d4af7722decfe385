"""A Jupyter notebook as a log: what its cells printed."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

# What a notebook begins with, as Jupyter, VS Code and Colab write it (nbformat 4).
_BEGIN = re.compile(rb'\s*\{\s*"(?:cells"\s*:\s*\[|nbformat(?:_minor)?"\s*:\s*\d)')
_ENOUGH_TO_TELL = 100
# A larger file is no notebook.
_LARGEST = 256 << 20


def may_be_notebook(head: bytes) -> bool:
    """Whether a file that starts with `head`, of a hundred bytes or all, may be a notebook."""
    return _BEGIN.match(head) is not None


def printed(parts: Iterator[bytes]) -> Iterator[bytes]:
    """What the cells of a notebook printed, in their order; a file that is none stays as it is."""
    head = b""
    while len(head) < _ENOUGH_TO_TELL and (part := next(parts, b"")):
        head += part
    if may_be_notebook(head):
        yield from _of_notebook(chain([head], parts))
    else:
        yield head
        yield from parts


def _of_notebook(parts: Iterator[bytes]) -> Iterator[bytes]:
    read: list[bytes] = []
    size = 0
    for part in parts:
        read.append(part)
        size += len(part)
        if size > _LARGEST:
            yield from chain(read, parts)
            return
    notebook = _notebook(b"".join(read))
    yield from read if notebook is None else _outputs(notebook)


def _notebook(data: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(data)
    except ValueError:
        return None
    is_notebook = isinstance(document, dict) and "nbformat" in document
    return document if is_notebook and isinstance(document.get("cells"), list) else None


def _outputs(notebook: dict[str, Any]) -> Iterator[bytes]:
    for cell in _objects(notebook["cells"]):
        for output in _objects(cell.get("outputs")):
            text = _text(output)
            if text:
                yield (text if text.endswith("\n") else text + "\n").encode("utf-8", "replace")


def _text(output: dict[str, Any]) -> str:
    """What an output shows as text: a stream, a value, or a traceback."""
    data = output.get("data")
    shown = data.get("text/plain") if isinstance(data, dict) else None
    lines = output.get("traceback")
    if isinstance(lines, list):
        return "\n".join(each for each in lines if isinstance(each, str))
    return _joined(output.get("text", shown))


def _joined(text: object) -> str:
    """A text of nbformat, which is one string or a list of them."""
    if isinstance(text, list):
        return "".join(each for each in text if isinstance(each, str))
    return text if isinstance(text, str) else ""


def _objects(given: object) -> Iterator[dict[str, Any]]:
    for each in given if isinstance(given, list) else []:
        if isinstance(each, dict):
            yield each
