"""The query protocol's forms and XML, by botocore's shapes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import parse_qsl
from xml.etree.ElementTree import Element, SubElement, tostring

from metricparse.cloudwatch.endpoint.faults import unreadable

#: What a field's name leads to: its value, or more names.
_Tree: TypeAlias = "str | dict[str, _Tree]"


def fields_of(query: str, body: bytes) -> dict[str, str]:
    """The fields of a form, in the body or in the address."""
    text = body.decode("utf-8", errors="replace")
    return dict(parse_qsl(f"{query}&{text}", keep_blank_values=True))


def read_form(shape: Any, fields: Mapping[str, str]) -> Any:
    """The parameters in the fields; raises `Fault` where one has no place in the shape."""
    tree: dict[str, _Tree] = {}
    for name, value in fields.items():
        *path, last = name.split(".")
        here = tree
        for step in path:
            below = here.setdefault(step, {})
            # An empty list comes as a name with an empty value.
            here = below if isinstance(below, dict) else {}
        here[last] = value
    return _read(shape, tree, "")


def _read(shape: Any, tree: _Tree, path: str) -> Any:
    if shape.type_name == "structure" and isinstance(tree, dict):
        return {
            name: _read(member, tree[name], f"{path}.{name}".lstrip("."))
            for name, member in shape.members.items()
            if name in tree
        }
    if shape.type_name == "list" and tree == "":
        return []
    if shape.type_name == "list" and isinstance(tree, dict):
        members = tree.get(shape.member.serialization.get("name", "member"), {})
        if isinstance(members, dict) and all(each.isdecimal() for each in members):
            places = sorted(members, key=int)
            return [_read(shape.member, members[place], f"{path}.{place}") for place in places]
    if isinstance(tree, str) and shape.type_name not in {"structure", "list"}:
        return _scalar(shape.type_name, tree, path)
    raise unreadable(f"{path}: a {shape.type_name} is to stand there")


def _scalar(kind: str, text: str, path: str) -> Any:
    try:
        match kind:
            case "integer" | "long":
                return int(text)
            case "double" | "float":
                return float(text)
            case "boolean":
                return {"true": True, "false": False}[text.lower()]
            case _:
                return text
    except (KeyError, ValueError):
        raise unreadable(f"{path}: {text!r} is no {kind}") from None


def answer(
    operation: Any, wrapper: str, namespace: str, result: dict[str, Any], identity: str
) -> bytes:
    """The document that answers an operation."""
    root = Element(f"{operation.name}Response", xmlns=namespace)
    _write(SubElement(root, wrapper), operation.output_shape, result)
    SubElement(SubElement(root, "ResponseMetadata"), "RequestId").text = identity
    return _document(root)


def error(side: str, code: str, message: str, namespace: str, identity: str) -> bytes:
    """The document that says an error."""
    root = Element("ErrorResponse", xmlns=namespace)
    element = SubElement(root, "Error")
    for name, text in (("Type", side), ("Code", code), ("Message", message)):
        SubElement(element, name).text = _speakable(text)
    SubElement(root, "RequestId").text = identity
    return _document(root)


def _write(element: Element, shape: Any, value: Any) -> None:
    match shape.type_name:
        case "structure":
            for name, member in shape.members.items():
                if value.get(name) is not None:
                    _write(SubElement(element, name), member, value[name])
        case "list":
            for each in value:
                name = shape.member.serialization.get("name", "member")
                _write(SubElement(element, name), shape.member, each)
        case "map":
            for key, each in value.items():
                entry = SubElement(element, "entry")
                SubElement(entry, "key").text = _speakable(key)
                _write(SubElement(entry, "value"), shape.value, each)
        case "double" | "float":
            element.text = repr(float(value))
        case _:
            element.text = _time(value) if isinstance(value, datetime) else _speakable(str(value))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _speakable(text: str) -> str:
    """The text without the control characters that XML cannot hold."""
    return "".join(each if each >= " " or each in "\t\n\r" else "\ufffd" for each in text)


def _document(root: Element) -> bytes:
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document
