"""What can be told of a regex without a log."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from metricparse.definitions.compile import compile_regex
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.diagnosis.findings import Finding, differences
from metricparse.errors import DefinitionError
from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.eligibility import NotNative, engine_pattern
from metricparse.regex_syntax.nodes import Branch, Group, Literal, Node, Repeat, Sequence, walk
from metricparse.regex_syntax.parse import UnknownSyntax, parse
from metricparse.regex_syntax.runaway import runaway_part

if TYPE_CHECKING:
    from metricparse.diagnosis.details import Details

_ESCAPED_TWICE = re.compile(r"(?<!\\)\\\\([dDsSwW]|[.\[\](){}*+?|^$](?![^\[]*\]))")


def examine(definition: MetricDefinition, where: str) -> list[Finding]:
    """The findings about a definition's regex; `where` is its path in the document."""
    try:
        compiled = compile_regex(definition.regex)
    except DefinitionError as error:
        from metricparse.diagnosis.details import DoesNotCompile

        return [Finding(where, DoesNotCompile(str(error)))]
    return [Finding(where, details) for details in _about(definition.regex, compiled.groups)]


def lane_of(number: int, definition: MetricDefinition) -> str:
    """Which matcher takes a definition: `native`, or `reference` and why; or none."""
    try:
        compiled = CompiledDefinition.compile(number, definition)
        if not compiled.has_group:
            return "none: it has no group"
        engine_pattern(compiled.pattern)
    except DefinitionError:
        return "none: it does not compile"
    except NotNative as reason:
        return f"reference: {reason}"
    return "native"


def _about(pattern: str, groups: int) -> "Iterator[Details]":
    if twice := _ESCAPED_TWICE.search(pattern):
        from metricparse.diagnosis.details import EscapedTwice

        yield EscapedTwice(twice[0], twice.start())
    yield from differences(pattern)
    if not groups:
        from metricparse.diagnosis.details import NoGroup

        yield NoGroup()
    if part := runaway_part(pattern):
        from metricparse.diagnosis.details import RunsAway

        yield RunsAway(part)
    try:
        tree = parse(pattern)
    except UnknownSyntax:
        return
    yield from _about_tree(tree)


def _about_tree(tree: Node) -> "Iterator[Details]":
    groups = [node for node in walk(tree) if isinstance(node, Group) and node.number]
    if groups:
        within = sum(isinstance(node, Group) and bool(node.number) for node in walk(groups[0]))
        if len(groups) > within:
            from metricparse.diagnosis.details import SeveralGroups

            yield SeveralGroups(len(groups))
        if _ends_lazily(tree):
            from metricparse.diagnosis.details import LazyAtTheEnd

            yield LazyAtTheEnd()
    controls = {
        node.character
        for node in walk(tree)
        if isinstance(node, Literal) and (node.character < " " or node.character == "\x7f")
    }
    if controls:
        from metricparse.diagnosis.details import AsksForControl

        yield from map(AsksForControl, sorted(controls))


def _ends_lazily(node: Node) -> bool:
    """Whether the last that must match something is a lazy repeat inside the first group."""
    return _lazy_end(node, in_group=False)


def _lazy_end(node: Node, *, in_group: bool) -> bool:
    match node:
        case Sequence():
            for item in reversed(node.items):
                if _lazy_end(item, in_group=in_group):
                    return True
                if not _may_be_empty(item):
                    return False
            return False
        case Group():
            return _lazy_end(node.item, in_group=in_group or node.number == 1)
        case Repeat():
            return in_group and node.lazy and node.least != node.most
        case _:
            return False


def _may_be_empty(node: Node) -> bool:
    match node:
        case Repeat():
            return node.least == 0 or _may_be_empty(node.item)
        case Group():
            return _may_be_empty(node.item)
        case Sequence():
            return all(_may_be_empty(item) for item in node.items)
        case Branch():
            return any(_may_be_empty(item) for item in node.items)
        case _:
            return False
