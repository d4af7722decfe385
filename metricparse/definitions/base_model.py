"""The ground under the API's shapes: immutable models that report every violation at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import ErrorDetails

from metricparse.definitions.violations import (
    api_name,
    mismatch,
    shown,
    too_long,
    too_short,
    unknown_field,
)
from metricparse.errors import SpecificationError, Violation


class Shape(BaseModel):
    """A structure of the SageMaker API: immutable, equal by value, built by keyword.

    Fields have Python names; the API's names are accepted as well. A value outside the
    service's bounds raises `SpecificationError`, which holds every violation, not the first.
    """

    model_config = ConfigDict(
        alias_generator=api_name,
        populate_by_name=True,
        frozen=True,
        extra="forbid",
    )

    def __init__(self, /, **fields: Any) -> None:
        violations: list[Violation] = []
        try:
            super().__init__(**fields)
        except ValidationError as error:
            violations += _violations(error, _fields_of(type(self)))
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
            raise ValueError(mismatch(value, self.pattern))
        return value


@dataclass(frozen=True)
class Items(GroupedMetadata):
    """Bounds of a list: how many items it has. They are held beside those of each item."""

    least: int
    most: int

    def __iter__(self) -> Iterator[object]:
        schema: dict[str, JsonValue] = {"minItems": self.least, "maxItems": self.most}
        yield Field(json_schema_extra=schema)
        yield WrapValidator(self._with_its_length)

    def _with_its_length(self, value: Any, items: ValidatorFunctionWrapHandler) -> Any:
        violations = list(self._violations(value))
        try:
            checked = items(value)
        except ValidationError as error:
            violations += _violations(error)
        if violations:
            raise SpecificationError(violations)
        return checked

    def _violations(self, value: Any) -> Iterator[Violation]:
        if not isinstance(value, list | tuple):
            return
        if len(value) < self.least:
            yield Violation("", too_short(self.least, len(value), "item"))
        if len(value) > self.most:
            yield Violation("", too_long(self.most, len(value), "item"))


def _by_api_name(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {api_name(name): value for name, value in fields.items()}


def _violations(error: ValidationError, known: Sequence[str] = ()) -> Iterator[Violation]:
    """What pydantic found; `known`: the fields of a shape, in the API's names."""
    for detail in error.errors(include_url=False):
        cause = detail.get("ctx", {}).get("error")
        if detail["type"] == "extra_forbidden":
            *outer, last = detail["loc"]
            yield Violation(_path(outer), unknown_field(str(last), known))
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
            name = api_name(step)
            path += f".{name}" if path else name
    return path


def _fields_of(shape: type[Shape]) -> list[str]:
    return [field.alias or own for own, field in shape.model_fields.items()]


def _problem(detail: ErrorDetails) -> str:
    """The violation in words: the bound, then the value."""
    value, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return "required, but missing"
        case "string_too_short":
            return too_short(context["min_length"], len(value), "character")
        case "string_too_long":
            return f"{too_long(context['max_length'], len(value), 'character')}: {shown(value)}"
        case "literal_error":
            return f"one of {context['expected']}, not {shown(value)}"
        case "value_error":
            return str(context["error"])
        case "string_type":
            return f"a string, not {shown(value)}"
        case "bool_type":
            return f"true or false, not {shown(value)}"
        case "tuple_type":
            return f"a list, not {shown(value)}"
        case "model_type" | "dict_type":
            return f"an object, not {shown(value)}"
        case _:
            return f"{detail['msg']}, not {shown(value)}"
