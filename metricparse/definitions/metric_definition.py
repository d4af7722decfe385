"""A metric definition, with the service's bounds.

Commands that read a list of definitions need no more than this, and start without the library
behind the other shapes of the API, of which it is a part all the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from metricparse.definitions.violations import mismatch, shown, too_long, too_short, unknown_field
from metricparse.errors import DefinitionError, SpecificationError, Violation
from metricparse.values import value

MAX_METRIC_DEFINITIONS = 40
OBJECTIVE_METRIC = "ObjectiveMetric"

#: The most characters of each field, by its name in the API.
_LONGEST = {"Name": 255, "Regex": 500}
_PATTERN = ".+"


@value
class MetricDefinition:
    """A metric's name, and the regex whose first group captures its value.

    It is built by keyword, in Python's names or in the API's. A value outside the service's bounds
    raises `SpecificationError`, which holds every violation, not the first.
    """

    name: str
    regex: str

    def __init__(self, /, **fields: Any) -> None:
        given = {key.title() if key in {"name", "regex"} else key: fields[key] for key in fields}
        violations = list(_violations(given))
        if violations:
            raise SpecificationError(violations)
        object.__setattr__(self, "name", given["Name"])
        object.__setattr__(self, "regex", given["Regex"])

    def to_request(self) -> dict[str, Any]:
        """The definition as boto3 takes it."""
        return {"Name": self.name, "Regex": self.regex}

    @classmethod
    def of(cls, given: Any) -> "MetricDefinition":
        """A definition, from one or from an object of a document."""
        if isinstance(given, cls):
            return given
        if not isinstance(given, Mapping):
            problem = f"{{Name, Regex}} was expected, not {shown(given)}"
            raise SpecificationError([Violation("", problem)])
        return cls(**{str(key): value for key, value in given.items()})

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """How pydantic's models, which the other shapes are, hold a definition."""
        from pydantic_core import core_schema

        del source, handler
        written = core_schema.plain_serializer_function_ser_schema(cls.to_request)
        return core_schema.no_info_plain_validator_function(cls.of, serialization=written)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        """The bounds, as JSON schema has them."""
        del core_schema, handler
        bounds = {"type": "string", "minLength": 1, "pattern": _PATTERN}
        fields = {name: {**bounds, "maxLength": most} for name, most in _LONGEST.items()}
        return {"type": "object", "properties": fields, "required": list(fields)}


def with_objective(
    definitions: tuple[MetricDefinition, ...], metric_name: str
) -> tuple[MetricDefinition, ...]:
    """The definitions, with the objective's appended unless the service already has done so."""
    if any(definition.name == OBJECTIVE_METRIC for definition in definitions):
        return definitions
    for definition in definitions:
        if definition.name == metric_name:
            return (*definitions, MetricDefinition(name=OBJECTIVE_METRIC, regex=definition.regex))
    names = ", ".join(definition.name for definition in definitions) or "none"
    raise DefinitionError(
        f"no metric definition is named {metric_name!r}, which the tuning objective names; "
        f"the definitions are: {names}"
    )


def _violations(fields: Mapping[str, Any]) -> Iterator[Violation]:
    for name, most in _LONGEST.items():
        problem = _problem(fields[name], most) if name in fields else "required, but missing"
        if problem:
            yield Violation(name, problem)
    for name in fields:
        if name not in _LONGEST:
            yield Violation("", unknown_field(name, _LONGEST))


def _problem(value: Any, most: int) -> str:
    """What is wrong with a value; empty if nothing is."""
    if not isinstance(value, str):
        return f"a string, not {shown(value)}"
    if not value:
        return too_short(1, 0, "character")
    if len(value) > most:
        return f"{too_long(most, len(value), 'character')}: {shown(value)}"
    # What the pattern leaves out is a line end, and Python's `.` leaves out no other character.
    return mismatch(value, _PATTERN) if "\n" in value else ""
