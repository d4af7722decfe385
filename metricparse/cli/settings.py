"""What `[tool.metricparse]` in `pyproject.toml` sets, where the command line does not."""

import os
from typing import Any, NamedTuple

from metricparse.errors import MetricparseError

TYPE_CHECKING = False  # as `typing` has it, whose import takes longer than finding the file
if TYPE_CHECKING:
    import argparse

_FILE = "pyproject.toml"
_SECTION = "tool.metricparse"


class Settings(NamedTuple):
    """The settings of a project, or those that hold without one.

    path: of the file that sets them; empty if there is none. definitions: as `-d` takes them, the
    paths from the root. problem: why the file cannot be used; empty if it can.
    """

    path: str = ""
    definitions: tuple[str, ...] = ()
    view: str = "sagemaker"
    time_zone: str = "UTC"
    problem: str = ""

    def as_defaults_of(self, parser: "argparse.ArgumentParser") -> None:
        """Let a command's options have these values where they are not given."""
        known = {action.dest for action in parser._actions}  # noqa: SLF001 - argparse tells no other way
        values = {"view": self.view, "time_zone": self.time_zone}
        parser.set_defaults(**{name: value for name, value in values.items() if name in known})

    def complete(self, arguments: "argparse.Namespace") -> None:
        """Give a command these definitions if the command line has none. Raises `MetricparseError`."""
        if self.problem:
            raise MetricparseError(self.problem)
        takes = isinstance(getattr(arguments, "definitions", None), list)
        if takes and not arguments.definitions and not arguments.metric:
            arguments.definitions = list(self.definitions)

    def __str__(self) -> str:
        from json import dumps

        source = self.path or f"no {_FILE} with [{_SECTION}] from here upwards; the defaults"
        values = {
            "definitions": list(self.definitions),
            "view": self.view,
            "time-zone": self.time_zone,
        }
        rows = (f"{name} = {dumps(value, ensure_ascii=False)}" for name, value in values.items())
        return "\n".join([f"# {source}", f"[{_SECTION}]", *rows])


def find_settings() -> Settings:
    """The settings of the nearest file from the current folder upwards that has some."""
    try:
        folder = os.getcwd()
    except OSError:  # it may be gone
        return Settings()
    while True:
        path = os.path.join(folder, _FILE)
        if found := _read(path):
            return found
        parent = os.path.dirname(folder)
        if parent == folder:
            return Settings()
        folder = parent


def _read(path: str) -> Settings | None:
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError:
        return None
    if b"metricparse" not in text:  # it spares importing a parser for nearly all projects
        return None
    import tomllib

    try:
        tools = tomllib.loads(text.decode()).get("tool", {})
        section = tools.get("metricparse") if isinstance(tools, dict) else None
        return None if section is None else _settings(path, section)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return Settings(path, problem=f"{path}: not valid TOML: {error}")
    except MetricparseError as error:
        return Settings(path, problem=f"{path}: [{_SECTION}]: {error}")


def _settings(path: str, section: Any) -> Settings:
    if not isinstance(section, dict):
        raise MetricparseError("expected a table")
    known = {"definitions": list, "presets": list, "view": str, "time-zone": str}
    for name, value in section.items():
        if name not in known:
            from metricparse.definitions.violations import unknown_key

            raise MetricparseError(unknown_key(name, known))
        _check_kind(name, value, known[name])
    folder = os.path.dirname(path)
    given = _listed(section.get("definitions", []))
    files = (each if _is_no_file(each) else os.path.join(folder, each) for each in given)
    presets = (f"preset:{each}" for each in _listed(section.get("presets", [])))
    view = section.get("view", "sagemaker")
    if view not in ("sagemaker", "raw"):
        raise MetricparseError(f"view: sagemaker or raw, not {view!r}")
    return Settings(path, (*files, *presets), view, section.get("time-zone", "UTC"))


def _is_no_file(definitions: str) -> bool:
    """Whether definitions are those of a preset or a job, as `-d` takes them."""
    return definitions.startswith("preset:") or "://" in definitions


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value


def _check_kind(name: str, value: Any, kind: type) -> None:
    texts = [value] if isinstance(value, str) else value if kind is list else None
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        expected = "a string or a list of strings" if kind is list else "a string"
        raise MetricparseError(f"{name}: expected {expected}, not {value!r}")
