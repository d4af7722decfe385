"""Random definitions on random lines: the native matcher, the reference, and Python's `re`."""

from metricparse.logs.blocks import Block
from metricparse.logs.views import View
from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.results import BlockMatches
from proof.run import Run, main
from tests import test_native as native, test_python_regexes as three_ways
from tests.support.oracle import outcome
from tests.support.random_regexes import random_line


def prove(run: Run) -> None:
    """Hold native, reference and re against each other on random definitions and lines."""
    for turn in run.turns():
        if turn % 2:
            _native_and_reference(run, safe=turn % 6 > 1)
        else:
            _three_ways(run)


def _native_and_reference(run: Run, *, safe: bool) -> None:
    definitions = native.random_definitions(run.random, safe=safe)
    most = native.LONGEST if safe else native.SHORT
    block = Block(b"\n".join(native.line(run.random, most) for _ in range(native.LINES)))
    for view in View:
        found = native.found_by_native(definitions, block, view)
        expected = native.found_by_reference(definitions, block, view)
        pairs = len(definitions) * found.events
        if any(found.gave_up + expected.gave_up):
            run.counts["pairs given up"] += pairs
            continue
        run.counts["pairs native and reference"] += pairs
        if native.told(found) != native.told(expected):
            run.fail(repr(([each.pattern for each in definitions], block.data)))


def _three_ways(run: Run) -> None:
    definition = three_ways.random_definition(run.random)
    lines = "".join(f"{random_line(run.random)}\n" for _ in range(native.LINES))
    block = Block(lines.encode())
    expected = outcome(block.data, [{"Name": "m", "Regex": definition.pattern}])
    rows = [(line, value) for line, _, value in expected.rows]
    for matches in _both(definition, block):
        if (three_ways.rows(matches), matches.rejected) != (rows, [expected.counts[0].rejected]):
            run.fail(repr((definition.pattern, lines)))
    run.counts["pairs three ways"] += native.LINES


def _both(definition: CompiledDefinition, block: Block) -> list[BlockMatches]:
    return [
        native.found_by_native([definition], block, View.SAGEMAKER),
        native.found_by_reference([definition], block, View.SAGEMAKER),
    ]


if __name__ == "__main__":
    main("pairs", prove)
