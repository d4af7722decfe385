"""What the names of a Python source stand for."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter


def assignments(tree: ast.AST) -> Iterator[tuple[ast.Name, ast.expr]]:
    """The names to which an expression is assigned, each with the expression."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _paired(target, value)
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                yield from _paired(target, value)


def given_once(tree: ast.AST) -> dict[str, ast.expr | None]:
    """What names stand for; None for those that are bound more than once, or by other means."""
    values = {id(target): value for target, value in assignments(tree)}
    declared = {
        id(node.target)
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and node.value is None
    }
    given: dict[str, ast.expr | None] = {}
    for node in ast.walk(tree):
        if id(node) not in declared:
            for name in _bound(node):
                given[name] = None if name in given else values.get(id(node))
    for name in _circular(given):
        given[name] = None
    return given


def _paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.Name, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target, value
        return
    targets, values = _items(target), _items(value)
    if len(targets) == len(values):
        for one, other in zip(targets, values, strict=True):
            yield from _paired(one, other)


def _items(node: ast.expr) -> Sequence[ast.expr]:
    """The items of a list or tuple; none if their number cannot be seen."""
    if not isinstance(node, ast.Tuple | ast.List):
        return []
    return [] if any(isinstance(each, ast.Starred) for each in node.elts) else node.elts


def _bound(node: ast.AST) -> Sequence[str]:
    """The names that a node binds by itself."""
    match node:
        case (
            ast.Name(id=name, ctx=ast.Store() | ast.Del())
            | ast.arg(arg=name)
            | ast.FunctionDef(name=name)
            | ast.AsyncFunctionDef(name=name)
            | ast.ClassDef(name=name)
            | ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
            | ast.MatchStar(name=str(name))
            | ast.MatchMapping(rest=str(name))
        ):
            return [name]
        case ast.alias(name=name, asname=alias):
            return [alias or name.partition(".")[0]]
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return names
    return []


def _circular(given: Mapping[str, ast.expr | None]) -> set[str]:
    """The names that stand for something in which they stand themselves."""
    graph = {
        name: {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}
        for name, value in given.items()
        if value is not None
    }
    circular: set[str] = set()
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circular.update(error.args[1])
            graph = {name: used for name, used in graph.items() if name not in circular}
        else:
            return circular
