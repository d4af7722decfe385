"""Write docs/reference.md: the public names of the package, with their signatures and docstrings."""

import enum
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import metricparse as mp
from metricparse import _HOMES as HOMES

PAGE = Path(__file__).with_name("reference.md")

#: The sections, by the beginnings of the modules whose names they hold.
SECTIONS = {
    "Scanning": ("scanning.", "matching.", "records.batches", "logs."),
    "Many logs": ("dataset.",),
    "Causes and findings": ("diagnosis.",),
    "Suggestions, measurements, tests": ("suggestions.", "benchmark.", "testing."),
    "CloudWatch": ("cloudwatch.",),
    "Comparing": ("comparison.",),
    "Writing and showing": ("sinks", "view.", "records.wide"),
    "Definitions": ("definitions.",),
    "Errors": ("errors",),
}
_WIDTH = 88
_PARAMETER = re.compile(r"^((?:[a-z_]+, )*[a-z_]+): ", re.MULTILINE)
_EXAMPLE = re.compile(r"^>>> .*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)


def page() -> str:
    """The text of the page."""
    sections = "\n".join(_section(title, modules) for title, modules in SECTIONS.items())
    return (
        "# Reference of the Python interface\n\n"
        "Made from the code by `python docs/generate_reference.py`. [The Python interface](python.md) tells what belongs together.\n\n"
        f"{sections}"
    )


def names_of(modules: tuple[str, ...]) -> list[str]:
    """The public names that live in modules, functions first."""
    found = [name for name, home in HOMES.items() if home.startswith(modules)]
    return sorted(found, key=lambda name: (inspect.isclass(getattr(mp, name)), name.lower()))


def _section(title: str, modules: tuple[str, ...]) -> str:
    return f"## {title}\n\n" + "\n".join(_entry(name) for name in names_of(modules))


def _entry(name: str) -> str:
    what = getattr(mp, name)
    parts = [f"### `{name}`"]
    if name == "SCHEMA":
        fields = "\n".join(f"| `{each.name}` | {each.type} |" for each in what)
        return f"{parts[0]}\n\n| column | type |\n| --- | --- |\n{fields}\n"
    if inspect.isclass(what) and issubclass(what, enum.Enum):
        parts.append(f"One of {', '.join(f'`{each.value}`' for each in what)}.")
    elif inspect.isfunction(what):
        parts.append(f"```text\n{_signature(name, what)}\n```")
    parts.append(_as_markdown(inspect.getdoc(what) or ""))
    if inspect.isclass(what):
        parts += _members(what)
    return "\n\n".join(part for part in parts if part) + "\n"


def _signature(name: str, what: object) -> str:
    """A line a parameter, if there are more than fit on one."""
    signature = inspect.signature(what)  # type: ignore[arg-type] # it is a function
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
    ]
    empty = inspect.Signature.empty
    text = f"{name}{signature.replace(parameters=bare, return_annotation=empty)}"
    text = re.sub(r"<\w+\.\w+: ('[^']*')>", r"\1", text)
    if len(text) <= _WIDTH:
        return text
    arguments = text.removeprefix(f"{name}(").removesuffix(")").replace(", ", ",\n    ")
    return f"{name}(\n    {arguments},\n)"


def _members(what: type) -> Iterator[str]:
    """What a class offers besides what it inherits."""
    for name, member in vars(what).items():
        function = getattr(member, "fget", None) or getattr(member, "__func__", member)
        told = inspect.isfunction(function) and inspect.getdoc(function)
        if name.startswith("_") or not told:
            continue
        call = name if isinstance(member, property) else _signature(name, function)
        call = re.sub(r"\((?:self|cls)(?:, )?", "(", call)
        yield f"**`{call}`**: {_as_markdown(told)}"


def _as_markdown(text: str) -> str:
    text = _PARAMETER.sub(lambda named: f"\n**{named[1]}**: ", text)
    text = _EXAMPLE.sub(lambda example: f"```pycon\n{example[0]}\n```", text)
    return text.replace("\n\n\n", "\n\n")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
