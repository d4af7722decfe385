"""Random definitions on random lines: the native matcher, the reference, and Python's `re`."""

from random import Random
from typing import Any

from metricparse.diagnosis.engines import engines_differ
from metricparse.logs.blocks import Block
from metricparse.logs.views import View
from metricparse.matching.compiled import CompiledDefinition
from proof.run import Run, main
from tests import test_native as native
from tests.support.oracle import outcome
from tests.support.random_regexes import likely_line, random_line


def prove(run: Run) -> None:
    """Hold native, reference and re against each other on random definitions and lines."""
    different: set[str] = set()
    random = run.random
    for _, definitions in zip(run.turns(), native.random_definitions(random), strict=False):
        different.update(each.pattern for each in definitions)
        _compare(run, definitions, _lines(random, definitions), random.choice(list(View)))
    run.counts["definitions"] = len(different)


def _lines(random: Random, definitions: list[CompiledDefinition]) -> bytes:
    """Lines of words and numbers, or of letters; two thirds of them made to match a definition."""
    most = native.longest_line(definitions)
    if random.random() < 0.5:
        drawn = (native.line(random, most) for _ in range(native.LINES))
    else:
        drawn = (random_line(random)[:most].encode() for _ in range(native.LINES))
    patterns = [each.pattern for each in definitions]
    return b"\n".join(
        likely_line(random, random.choice(patterns))[:most].encode() if place % 3 else line
        for place, line in enumerate(drawn)
    )


def _compare(run: Run, definitions: list[CompiledDefinition], log: bytes, view: View) -> None:
    found = native.found_by_native(definitions, Block(log), view)
    expected = native.found_by_reference(definitions, Block(log), view)
    pairs = len(definitions) * found.events
    if any(found.gave_up + expected.gave_up):
        run.counts["pairs given up"] += pairs
        return
    run.counts["pairs native and reference"] += pairs
    told = native.told(found)
    if told != native.told(expected):
        run.fail(repr((view, [each.pattern for each in definitions], log)))
    asked = [each for each in definitions if _is_read_alike(each, log)]
    run.counts["pairs three ways"] += len(asked) * found.events
    for definition in asked:
        if _told_of(definition, told) != _as_re(definition, log, view):
            run.fail(repr((view, definition.pattern, log)))


def _is_read_alike(definition: CompiledDefinition, log: bytes) -> bool:
    """Whether `check` says nothing of `re`, which has no `\\B` on empty lines before Python 3.14."""
    if not definition.has_group or engines_differ(definition.pattern):
        return False
    return r"\B" not in definition.pattern or b"" not in log.split(b"\n")


def _told_of(definition: CompiledDefinition, told: dict[str, Any]) -> tuple[Any, ...]:
    rows = [(line, value) for line, number, value, _ in told["rows"] if number == definition.number]
    return rows, told["rejected"][definition.number]


def _as_re(definition: CompiledDefinition, log: bytes, view: View) -> tuple[Any, ...]:
    found = outcome(log, [{"Name": definition.name, "Regex": definition.pattern}], view)
    return [(line, repr(value)) for line, _, value in found.rows], found.counts[0].rejected


if __name__ == "__main__":
    main("pairs", prove)
