"""Values: immutable objects that are equal where all of their parts are.

As frozen dataclasses, but for two things: no code is generated for a class, which takes a third of
a millisecond each and would be half of the time before a small log is read; and a part's default
is the attribute of its class. They are for objects that are few; what is made once a line stays a
dataclass.
"""

from collections.abc import Iterator
from inspect import get_annotations
from operator import eq
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    """A class whose annotated attributes are the parts of its objects, in order."""
    inherited = getattr(cls, "__match_args__", ())
    own = get_annotations(cls)
    methods = {
        "__match_args__": tuple(dict.fromkeys((*inherited, *own))),
        "__init__": _init,
        "__eq__": _eq,
        "__hash__": _hash,
        "__repr__": _repr,
        "__setattr__": _refuse,
        "__delattr__": _refuse,
    }
    for name, method in methods.items():
        if name == "__match_args__" or name not in cls.__dict__:
            setattr(cls, name, method)
    return cls


def parts(of: object) -> Iterator[tuple[str, Any]]:
    """The names of a value's parts, and what they hold."""
    for name in type(of).__match_args__:  # type: ignore[attr-defined] # all classes of values have it
        yield name, getattr(of, name)


def _init(self: Any, *args: Any, **kwargs: Any) -> None:
    cls = type(self)
    names = cls.__match_args__
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    missing = [name for name in names if name not in given and not hasattr(cls, name)]
    if missing or len(args) + len(kwargs) > len(given) or not given.keys() <= set(names):
        raise TypeError(f"{cls.__name__} takes ({', '.join(names)}), not {args} and {kwargs}")
    vars(self).update(given)


def _eq(self: object, other: object) -> bool:
    return type(other) is type(self) and all(map(eq, parts(self), parts(other)))


def _hash(self: object) -> int:
    return hash((type(self), *parts(self)))


def _repr(self: object) -> str:
    shown = ", ".join(f"{name}={held!r}" for name, held in parts(self))
    return f"{type(self).__qualname__}({shown})"


def _refuse(self: object, name: str, *_: object) -> NoReturn:
    raise AttributeError(f"{type(self).__name__}.{name} cannot be changed: it is a value")
