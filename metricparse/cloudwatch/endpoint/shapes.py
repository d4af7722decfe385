"""Values as they are sent, and as botocore's models shape them."""

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from botocore.validate import ParamValidator

from metricparse.cloudwatch.endpoint.faults import invalid, unreadable


def read_shaped(shape: Any, value: Any) -> Any:
    """A decoded document as the shape's types: times as `datetime`, what is unknown left out.

    Raises `Fault` where it breaks the shape's bounds.
    """
    read = _typed(shape, value)
    report = ParamValidator().validate(read, shape)
    problems = [report.generate_report()] if report.has_errors() else list(_excesses(shape, read))
    if problems:
        raise invalid("; ".join(problems))
    return read


def write_shaped(shape: Any, value: Any, write_time: Callable[[datetime], Any]) -> Any:
    """The members that the shape knows, numbers and times as the protocol has them."""
    match shape.type_name:
        case "structure":
            return {
                name: write_shaped(member, value[name], write_time)
                for name, member in shape.members.items()
                if value.get(name) is not None
            }
        case "list":
            return [write_shaped(shape.member, each, write_time) for each in value]
        case "map":
            return {key: write_shaped(shape.value, each, write_time) for key, each in value.items()}
        case "timestamp":
            return write_time(value)
        case "double" | "float":
            return float(value)
        case _:
            return value


def read_time(value: Any) -> datetime:
    """A time as any of the protocols has it: seconds since 1970, or ISO 8601."""
    try:
        if isinstance(value, str):
            is_number = value.replace(".", "", 1).isdigit()
            value = float(value) if is_number else datetime.fromisoformat(value)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        return datetime.fromtimestamp(value, UTC)
    except (OSError, OverflowError, TypeError, ValueError):
        raise unreadable(f"no time: {value!r}; seconds since 1970, or ISO 8601") from None


def _typed(shape: Any, value: Any) -> Any:
    match shape.type_name, value:
        case "structure", dict():
            return {
                name: _typed(member, value[name])
                for name, member in shape.members.items()
                if value.get(name) is not None
            }
        case "list", list() | tuple():
            return [_typed(shape.member, each) for each in value]
        case "timestamp", _:
            return read_time(value)
        case (("integer" | "long"), float()) if math.isfinite(value) and value == int(value):
            return int(value)
        case _:
            return value


def _excesses(shape: Any, value: Any, path: str = "input") -> Iterator[str]:
    """What botocore leaves to the service to say: too much of it, or none of the known values."""
    match shape.type_name:
        case "structure":
            for name, member in value.items():
                yield from _excesses(shape.members[name], member, f"{path}.{name}")
        case "list":
            yield from _too_long(shape, value, path)
            for place, member in enumerate(value):
                yield from _excesses(shape.member, member, f"{path}[{place}]")
        case "string":
            yield from _too_long(shape, value, path)
            if shape.enum and value not in shape.enum:
                yield f"{path}: one of {', '.join(shape.enum)}, not {value!r}"


def _too_long(shape: Any, value: Any, path: str) -> Iterator[str]:
    most = shape.metadata.get("max")
    if most is not None and len(value) > most:
        yield f"{path}: at most {most} long, not {len(value)}"
