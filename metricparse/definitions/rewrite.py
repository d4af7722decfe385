"""Definitions put back into the document that they came from, which otherwise stays as it is."""

import difflib
import json
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metricparse.definitions.documents import (
    chosen_in,
    find_algorithms,
    parse_document,
    read_text,
)
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.definitions.notebook_text import NotebookText
from metricparse.definitions.positions import Placed, placed_json, placed_yaml
from metricparse.definitions.python_rewrite import Edit, PythonRewriter, applied
from metricparse.definitions.python_source import (
    list_pasted,
    source_of,
    source_of_pasted,
)
from metricparse.definitions.tree_rewrite import corrected_tree, extended_tree, list_of_json
from metricparse.definitions.violations import api_name
from metricparse.errors import DefinitionError, LooseDocumentWarning
from metricparse.whole_file import is_special, whole_file

_YAML = (".yaml", ".yml")
_PYTHON = (".py", ".ipynb")


@dataclass(frozen=True)
class DocumentChange:
    """A change of the definitions in a file, which is not written before `save` is called.

    path: of the file. before, after: its text. definitions: those that are corrected, as they are
    before, or those that are added.
    """

    path: str
    before: str
    after: str
    definitions: tuple[MetricDefinition, ...] = ()

    @property
    def diff(self) -> str:
        """The difference as `diff -u` gives it; empty if there is none."""
        lines = difflib.unified_diff(
            _lines(self.before),
            _lines(self.after),
            self.path,
            self.path,
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )

    def save(self, path: str | os.PathLike[str] | None = None) -> None:
        """Write the changed text to the file, or to another one of its kind.

        What stood there is replaced when all is written, and not if anything fails. Raises
        `DefinitionError` if that cannot be, or if the file has changed in the meantime.
        """
        target = self.path if path is None else os.fspath(path)
        if _kind(target) != _kind(self.path):
            raise DefinitionError(
                f"{target}: definitions from {self.path} can only be written to a file of its kind"
            )
        try:
            _write(target, self.after, self._mark())
        except OSError as error:
            raise DefinitionError(f"{target}: cannot be written: {error.strerror}") from None

    def _mark(self) -> bytes:
        """The byte order mark of the file, if it has one."""
        read = Path(self.path).read_bytes()
        mark = b"\xef\xbb\xbf" if read.startswith(b"\xef\xbb\xbf") else b""
        if read != mark + self.before.encode():
            raise DefinitionError(f"{self.path}: has changed since it was read; nothing is written")
        return mark


def correct_definitions(
    path: str | os.PathLike[str], regexes: Mapping[MetricDefinition, str]
) -> DocumentChange:
    """The change that gives definitions in a file other regexes, and changes nothing else.

    path: a JSON, YAML or Python file or a notebook, as `load_definitions` takes it. regexes: the
    new regex of each definition; those that the file does not hold are passed over.

    Raises `DefinitionError`, with the line where one is known, if the file would not say exactly
    that then: of a regex that is put together of what other definitions use as well, for example.
    """
    return _corrected_in(_Opened(path), regexes)


def add_definitions(
    path: str | os.PathLike[str], definitions: Iterable[MetricDefinition]
) -> DocumentChange:
    """The change that adds definitions to the list in a file, written as those before them.

    path: as for `correct_definitions`. Those whose name or regex is there already are left out. Raises
    `DefinitionError` if the file has not just one list.
    """
    opened = _Opened(path)
    known = {text for pair in _pairs_in(opened.document) for text in pair}
    return _added_to(opened, [each for each in definitions if not {each.name, each.regex} & known])


def with_definitions(text: str, definitions: Sequence[MetricDefinition]) -> str:
    """A JSON document with other definitions; all that stands around them is kept, byte for byte.

    Raises `DefinitionError` if it is no JSON document, or has not just one list of definitions.
    """
    try:
        document, placed = json.loads(text), placed_json(text)
    except (ValueError, RecursionError) as error:
        raise DefinitionError(f"not a JSON document: {error}") from None
    algorithms, lists = find_algorithms(document), list(placed.lists())
    if len(algorithms) != 1 or len(lists) != 1:
        raise DefinitionError(
            f"it has {len(lists)} lists of definitions; only a document with one can be written to"
        )
    start, end = lists[0].start, lists[0].end
    return text[:start] + list_of_json(definitions, text, start, end) + text[end:]


def can_be_saved_to(path: str) -> bool:
    """Whether `save_definitions` knows how files of this kind are written."""
    name, _ = chosen_in(path)
    return name.lower().endswith((".json", *_YAML, *_PYTHON))


def save_definitions(
    path: str, before: Sequence[MetricDefinition], after: Sequence[MetricDefinition]
) -> None:
    """Write definitions back to the file that they came from, in which all else stays as it is.

    path: as for `correct_definitions`. before: those that it holds. after: those that it is to hold:
    any, in a JSON document with one list; elsewhere the regexes may be others, and more definitions
    may follow. Raises `DefinitionError` for what cannot be written, before anything is.
    """
    if _kind(chosen_in(path)[0]) == ".json":
        text = read_text(path)
        DocumentChange(path, text, with_definitions(text, after)).save()
        return
    kept, added = after[: len(before)], after[len(before) :]
    if [each.name for each in kept] != [each.name for each in before]:
        raise DefinitionError(
            f"{path}: in a file of this kind definitions cannot be removed, renamed or put in another "
            "order; do that by hand, or download them as JSON"
        )
    changed = [(old, new.regex) for old, new in zip(before, kept, strict=True) if old != new]
    corrected = _corrected_in(_Opened(path), dict(changed))
    extended = _added_to(_Opened(path, corrected.after), added)
    written = list(_pairs_in(_Opened(path, extended.after).document))
    if written != [(each.name, each.regex) for each in after]:
        raise DefinitionError(
            f"{path}: definitions that are the same cannot become different ones; do that by hand"
        )
    DocumentChange(corrected.path, corrected.before, extended.after).save()


def _corrected_in(opened: "_Opened", regexes: Mapping[MetricDefinition, str]) -> DocumentChange:
    pairs = {(each.name, each.regex): regex for each, regex in regexes.items()}
    held = set(_pairs_in(opened.document))
    return opened.changed(
        [each for each in regexes if (each.name, each.regex) in held],
        lambda after: _are_corrected(opened.document, after, pairs),
        lambda rewriter: rewriter.corrected(regexes),
        lambda placed: corrected_tree(opened.text, placed, pairs),
    )


def _added_to(opened: "_Opened", added: Sequence[MetricDefinition]) -> DocumentChange:
    return opened.changed(
        added,
        lambda after: _are_added(opened.document, after, added),
        lambda rewriter: rewriter.extended(added),
        lambda placed: extended_tree(opened.text, placed, added),
    )


class _Opened:
    """A file that holds definitions: its text, and the document that it says."""

    def __init__(self, path: str | os.PathLike[str], text: str | None = None) -> None:
        """text: what is to be changed instead of what the file holds."""
        self._name, self._wanted = chosen_in(os.fspath(path))
        self.text = read_text(self._name) if text is None else text
        self.document = self._parsed(self.text)

    def changed(
        self,
        definitions: Sequence[MetricDefinition],
        is_intended: Callable[[Any], bool],
        in_python: Callable[[PythonRewriter], list[Edit]],
        in_tree: Callable[[Placed], list[Edit]],
    ) -> DocumentChange:
        """The change that concerns these definitions, by edits of Python or of a tree.

        Raises `DefinitionError` if the document would not be as intended.
        """
        edits = self._edits(in_python, in_tree) if definitions else []
        after = applied(self.text, edits)
        if not is_intended(self._parsed(after)):
            raise DefinitionError(
                f"{self._name}: cannot be changed without changing more than the definitions; "
                "change it by hand"
            )
        return DocumentChange(self._name, self.text, after, tuple(definitions))

    def _edits(
        self,
        in_python: Callable[[PythonRewriter], list[Edit]],
        in_tree: Callable[[Placed], list[Edit]],
    ) -> Iterable[Edit]:
        name, text = self._name, self.text
        match _kind(name):
            case ".py":
                source = source_of(text, name)
                return in_python(PythonRewriter(source, source.chosen(self._wanted).node))
            case ".ipynb":
                source = source_of(text, name)
                edits = in_python(PythonRewriter(source, source.chosen(self._wanted).node))
                return NotebookText(text).edits(edits)
            case ".yaml":
                return in_tree(placed_yaml(text, name))
            case ".toml":
                raise DefinitionError(f"{name}: TOML is read, but not written; change it by hand")
        try:
            placed = placed_json(text)
        except ValueError:
            source = source_of_pasted(text, name)
            return in_python(PythonRewriter(source, list_pasted(source) or source.chosen().node))
        return in_tree(placed)

    def _parsed(self, text: str) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LooseDocumentWarning)
            return parse_document(text, self._name, self._wanted)


def _pairs_in(document: Any) -> Iterator[tuple[str, str]]:
    """Name and regex of all definitions in a document."""
    if isinstance(document, list):
        for each in document:
            yield from _pairs_in(each)
    elif isinstance(document, dict):
        fields = {api_name(str(key)): value for key, value in document.items()}
        name, regex = fields.get("Name"), fields.get("Regex")
        if isinstance(name, str) and isinstance(regex, str):
            yield name, regex
        for value in document.values():
            yield from _pairs_in(value)


def _kind(path: str) -> str:
    """The ending of a name as far as it says how the file is written."""
    ending = Path(path).suffix.lower()
    if ending in _YAML:
        return ".yaml"
    return ending if ending in (*_PYTHON, ".toml") else ".json"


def _are_corrected(before: Any, after: Any, regexes: Mapping[tuple[str, str], str]) -> bool:
    """Whether a document differs in nothing but the regexes that definitions are to have."""
    if isinstance(before, list):
        alike = isinstance(after, list) and len(before) == len(after)
        return alike and all(
            _are_corrected(one, other, regexes) for one, other in zip(before, after, strict=True)
        )
    if not isinstance(before, dict):
        return bool(before == after)
    if not isinstance(after, dict) or before.keys() != after.keys():
        return False
    wanted = _corrected(before, regexes)
    return all(_are_corrected(wanted[key], after[key], regexes) for key in wanted)


def _corrected(fields: dict[Any, Any], regexes: Mapping[tuple[str, str], str]) -> dict[Any, Any]:
    """A definition with the regex that it is to have; all else as it is."""
    keys = {api_name(str(key)): key for key in fields}
    name, regex = fields.get(keys.get("Name")), fields.get(keys.get("Regex"))
    if isinstance(name, str) and isinstance(regex, str):
        return {**fields, keys["Regex"]: regexes.get((name, regex), regex)}
    return fields


def _are_added(before: Any, after: Any, added: Sequence[MetricDefinition]) -> bool:
    """Whether a document differs in nothing but definitions at the end of its list."""
    if before == after:
        return True
    if isinstance(before, list) and isinstance(after, list):
        new = [MetricDefinition.of(each) for each in after[len(before) :]]
        return after[: len(before)] == before and new == list(added)
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    same = before.keys() == after.keys()
    return same and all(_are_added(before[key], after[key], added) for key in before)


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _write(path: str, text: str, mark: bytes) -> None:
    data = mark + text.encode()
    with whole_file(path) as file:
        file.write(data)
        file.flush()
        if not is_special(path) and Path(file.name).read_bytes() != data:
            raise DefinitionError(
                f"{path}: what was written is not what is read; nothing is changed"
            )
