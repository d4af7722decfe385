"""Classes of objects that hold parts, as the standard library's dataclasses, for less.

No code is generated for a class, which takes a third of a millisecond each and would be half of the
time before a small log is read. They are made by keyword or in the order of their parts, are equal
where all of their parts are, and a part's default is the attribute of its class.
"""

from collections.abc import Callable, Iterator
from operator import eq
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


class _Made:
    """The default of a part, made for each object when it is first asked for."""

    def __init__(self, factory: Callable[[], object]) -> None:
        self._factory = factory

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, held_by: object | None, owner: type) -> object:
        return self if held_by is None else vars(held_by).setdefault(self._name, self._factory())


def field(*, default_factory: Callable[[], Any]) -> Any:
    """A part whose default is made for each object."""
    return _Made(default_factory)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """A class whose annotated attributes are the parts of its objects, which cannot be changed."""
    refusing = {"__hash__": _hash, "__setattr__": _refuse, "__delattr__": _refuse}
    return _with_parts(cls, {**_METHODS, **refusing})


@dataclass_transform(field_specifiers=(field,))
def state(cls: type[T]) -> type[T]:
    """A class whose annotated attributes are the parts of its objects, which may be changed."""
    return _with_parts(cls, {**_METHODS, "__hash__": None})


def names_of(cls: type) -> tuple[str, ...]:
    """The names of the parts of its objects."""
    names: tuple[str, ...] = cls.__match_args__  # type: ignore[attr-defined] # set by `_with_parts`
    return names


def parts(of: object) -> Iterator[tuple[str, Any]]:
    """The names of an object's parts, and what they hold."""
    for name in names_of(type(of)):
        yield name, getattr(of, name)


def replaced(of: T, **changes: Any) -> T:
    """The like of an object, some of its parts changed."""
    return type(of)(**{**dict(parts(of)), **changes})


def like(of: T) -> T:
    """An object with the same parts; a part that is a list is one of both."""
    new = object.__new__(type(of))
    new.__dict__ = vars(of).copy()
    return new


def _with_parts(cls: type[T], methods: dict[str, Any]) -> type[T]:
    inherited = getattr(cls, "__match_args__", ())
    names = tuple(dict.fromkeys((*inherited, *cls.__annotations__)))
    required = frozenset(name for name in names if not hasattr(cls, name))
    least = max((names.index(name) + 1 for name in required), default=0)
    added = {
        **methods,
        "__match_args__": names,
        "__allowed__": frozenset(names),
        "__required__": required,
        "__least__": least,
    }
    for name, method in added.items():
        if name not in cls.__dict__:
            setattr(cls, name, method)
    return cls


def _init(self: Any, *args: Any, **kwargs: Any) -> None:
    cls = type(self)
    names = cls.__match_args__
    given = self.__dict__
    if args:
        given.update(zip(names, args, strict=False))
    if kwargs or not cls.__least__ <= len(args) <= len(names):
        given.update(kwargs)
        odd = len(args) + len(kwargs) > len(given) or not cls.__allowed__.issuperset(given)
        if odd or not cls.__required__ <= given.keys():
            raise TypeError(f"{cls.__name__} takes ({', '.join(names)}), not {args} and {kwargs}")


def _eq(self: object, other: object) -> bool:
    return type(other) is type(self) and all(map(eq, parts(self), parts(other)))


def _hash(self: object) -> int:
    return hash((type(self), *parts(self)))


def _repr(self: object) -> str:
    shown = ", ".join(f"{name}={held!r}" for name, held in parts(self))
    return f"{type(self).__qualname__}({shown})"


def _refuse(self: object, name: str, *_: object) -> NoReturn:
    raise AttributeError(f"{type(self).__name__}.{name} cannot be changed: it is a value")


_METHODS: dict[str, Any] = {"__init__": _init, "__eq__": _eq, "__repr__": _repr}
