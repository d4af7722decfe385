"""The ground under the API's shapes: immutable models that report every violation at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import regex
from annotated_types import GroupedMetadata
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    Strict,
    ValidationError,
)
from pydantic.alias_generators import to_pascal
from pydantic_core import ErrorDetails

from metricparse.errors import SpecificationError, Violation

_VALUE_SHOWN = 60


class Shape(BaseModel):
    """A structure of the SageMaker API: immutable, equal by value, built by keyword.

    Fields have Python names; the API's names are accepted as well. A value outside the
    service's bounds raises `SpecificationError`, which holds every violation, not the first.
    """

    model_config = ConfigDict(
        alias_generator=to_pascal,
        populate_by_name=True,
        frozen=True,
        extra="forbid",
    )

    def __init__(self, /, **fields: Any) -> None:
        violations: list[Violation] = []
        try:
            super().__init__(**fields)
        except ValidationError as error:
            violations += _violations(error, type(self))
        violations += self.rules_across_fields(_by_api_name(fields))
        if violations:
            raise SpecificationError(violations)

    @classmethod
    def rules_across_fields(cls, fields: Mapping[str, Any]) -> Iterator[Violation]:
        """The rules that no single field can tell; `fields` are as given, by API name."""
        del fields
        return iter(())

    def to_request(self) -> dict[str, Any]:
        """The shape as boto3 takes it: API names, fields that are not set left out."""
        return self.model_dump(by_alias=True, exclude_unset=True, exclude_none=True, mode="json")

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        given = self.model_fields_set
        return (
            (name, value)
            for name, value in super().__repr_args__()
            if name in given and value is not None
        )

    def __str__(self) -> str:
        return repr(self)


@dataclass(frozen=True)
class Text(GroupedMetadata):
    """Bounds of a string: its length in characters, and a pattern that matches it as a whole."""

    pattern: str
    least: int
    most: int

    def __iter__(self) -> Iterator[object]:
        schema: dict[str, JsonValue] = {"pattern": self.pattern}
        yield Strict()
        yield Field(min_length=self.least, max_length=self.most, json_schema_extra=schema)
        yield AfterValidator(self._matching)

    def _matching(self, value: str) -> str:
        if not regex.fullmatch(self.pattern, value):
            raise ValueError(f"{_shown(value)} does not match the pattern {self.pattern}")
        return value


def _by_api_name(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {to_pascal(name) if name.islower() else name: value for name, value in fields.items()}


def _violations(error: ValidationError, shape: type[Shape]) -> Iterator[Violation]:
    details = error.errors(include_url=False)
    lists_with_faults = {detail["loc"][:-1] for detail in details}
    for detail in details:
        if detail["type"] == "too_short" and detail["loc"] in lists_with_faults:
            continue  # it counts the faultless items alone
        *outer, last = detail["loc"]
        cause = detail.get("ctx", {}).get("error")
        if detail["type"] == "extra_forbidden":
            yield Violation(_path(outer), _unknown_field(str(last), shape))
        elif isinstance(cause, SpecificationError):
            path = _path(detail["loc"])
            yield from (violation.below(path) for violation in cause.violations)
        else:
            yield Violation(_path(detail["loc"]), _problem(detail))


def _path(location: Sequence[int | str]) -> str:
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            name = to_pascal(step) if step.islower() else step
            path += f".{name}" if path else name
    return path


def _unknown_field(name: str, shape: type[Shape]) -> str:
    known = [field.alias or own for own, field in shape.model_fields.items()]
    near = get_close_matches(to_pascal(name), known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"the fields are {', '.join(known)}"
    return f"unknown field {name!r}; {advice}"


def _problem(detail: ErrorDetails) -> str:
    """The violation in words: the bound, then the value."""
    value, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return "required, but missing"
        case "string_too_short":
            return f"at least {_count(context['min_length'], 'character')}, not {len(value)}"
        case "string_too_long":
            most = _count(context["max_length"], "character")
            return f"at most {most}, not {len(value)}: {_shown(value)}"
        case "too_short":
            return f"at least {_count(context['min_length'], 'item')}, not {len(value)}"
        case "too_long":
            return f"at most {_count(context['max_length'], 'item')}, not {len(value)}"
        case "literal_error":
            return f"one of {context['expected']}, not {_shown(value)}"
        case "value_error":
            return str(context["error"])
        case "string_type":
            return f"a string, not {_shown(value)}"
        case "bool_type":
            return f"true or false, not {_shown(value)}"
        case "tuple_type":
            return f"a list, not {_shown(value)}"
        case "model_type" | "dict_type":
            return f"an object, not {_shown(value)}"
        case _:
            return f"{detail['msg']}, not {_shown(value)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _VALUE_SHOWN else shown[: _VALUE_SHOWN - 1] + "…"
