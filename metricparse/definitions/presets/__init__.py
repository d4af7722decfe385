"""Metric definitions for what frameworks print: a file each, which `-d preset:NAME` names.

They are written for logs as CloudWatch shows them, and capture sign and exponent.
"""

import json
import os

from metricparse.errors import DefinitionError, did_you_mean
from metricparse.values import value

#: What a source of definitions begins with that is a preset.
PREFIX = "preset:"

_FOLDER = os.path.dirname(__file__)
_ENDING = ".json"


@value
class Preset:
    """Metric definitions for one framework.

    name: what `preset:` is followed by. description: what they are for. definitions: `Name` and
    `Regex` of each.
    """

    name: str
    description: str
    definitions: tuple[dict[str, str], ...]


def known_presets() -> list[Preset]:
    """All presets, by name."""
    return [_read(name) for name in _names()]


def find_preset(name: str) -> Preset:
    """The preset of that name; raises `DefinitionError` if there is none."""
    names = _names()
    if name in names:
        return _read(name)
    advice = did_you_mean(name, names, f"there are: {', '.join(names)}")
    raise DefinitionError(f"{PREFIX}{name}: no such preset; {advice}")


def _names() -> list[str]:
    return sorted(
        each.removesuffix(_ENDING) for each in os.listdir(_FOLDER) if each.endswith(_ENDING)
    )


def _read(name: str) -> Preset:
    with open(os.path.join(_FOLDER, name + _ENDING), encoding="utf-8") as file:
        data = json.load(file)
    return Preset(name, data["description"], tuple(data["definitions"]))
