"""Strings as Python source writes them: which characters of it say which of the text."""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_OPENING = re.compile(r"([A-Za-z]{0,2})('''|\"\"\"|'|\")")
_BETWEEN = re.compile(r"(?:[ \t\f\r\n]|\\\r?\n|#[^\r\n]*)+")
_ESCAPE = re.compile(
    r"\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|\r\n|.)", re.DOTALL
)
_PAIR = re.compile(r"\\(?:\r\n|.)", re.DOTALL)
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Unit:
    """The characters `source[start:end]`, and what they say."""

    start: int
    end: int
    text: str


@dataclass(eq=False, slots=True)
class Literal:
    """A part of a source that says a text: what stands between quotes, or, in an f-string, braces.

    whole: where it stands with prefix and quotes; None for a part of an f-string.
    """

    prefix: str
    quote: str
    units: list[Unit]
    start: int
    end: int
    written: str
    whole: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(unit.text for unit in self.units)

    @property
    def is_raw(self) -> bool:
        """Whether a backslash stands for itself."""
        return "r" in self.prefix.lower()

    def saying(self, text: str) -> tuple[int, int, str] | None:
        """The change that makes it say another text: where, and what is to stand there.

        As little as possible is changed; None if it cannot say it, in whatever quotes.
        """
        return self._spliced(text) or self._written_anew(text)

    def _spliced(self, text: str) -> tuple[int, int, str] | None:
        """The change of those characters alone that differ."""
        first, last = 0, len(self.units)
        begin, rest = 0, len(text)
        while first < last and text.startswith(self.units[first].text, begin, rest):
            begin += len(self.units[first].text)
            first += 1
        while last > first and text.endswith(self.units[last - 1].text, begin, rest):
            rest -= len(self.units[last - 1].text)
            last -= 1
        start = self.units[first].start if first < len(self.units) else self.end
        end = self.units[last - 1].end if last > first else start
        written = self._encoded(text[begin:rest])
        if written is None:
            return None
        before, after = self.written[: start - self.start], self.written[end - self.start :]
        said = _evaluated(self.prefix, self.quote, before + written + after)
        return (start, end, written) if said == text else None

    def _encoded(self, text: str) -> str | None:
        """A text as it is written between these quotes; None if it cannot be."""
        if not self.is_raw:
            return _doubled(escaped(text, self.quote[0]), self.prefix)
        return _doubled(text, self.prefix) if text.isprintable() else None

    def _written_anew(self, text: str) -> tuple[int, int, str] | None:
        if self.whole is None:
            return None
        other = '"' if self.quote[0] == "'" else "'"
        prefix = self.prefix if self.is_raw else ""
        for quote in (self.quote[0], other):
            if self.is_raw and (written := raw(text, quote, prefix)):
                return (*self.whole, written)
        quote = self.quote[0]
        return (*self.whole, f"{quote}{escaped(text, quote)}{quote}")


def literals(source: str, start: int, end: int) -> Iterator[Literal | None]:
    """The literals of a string between two places; None for each expression of an f-string."""
    place = start
    while place < end:
        if between := _BETWEEN.match(source, place, end):
            place = between.end()
            continue
        opening = _OPENING.match(source, place, end)
        if opening is None:
            return
        found = _Scanner(source, opening[1], opening[2], opening.end())
        parts = list(found.parts())
        if "f" not in opening[1].lower():
            for part in parts:
                if part:
                    part.whole = (place, found.place)
        yield from parts
        place = found.place


def raw(text: str, quote: str, prefix: str = "r") -> str | None:
    """A raw string; None if the text cannot be one in these quotes."""
    written = f"{prefix}{quote}{text}{quote}"
    says = text.isprintable() and _evaluated(prefix, quote, text) == text
    return written if says else None


def escaped(text: str, quote: str) -> str:
    """A text as it stands in a string of these quotes that is not raw."""
    return "".join(_escaped(each, quote) for each in text)


class _Scanner:
    """Reads one string from after its opening quote; `place` is its end after that."""

    def __init__(self, source: str, prefix: str, quote: str, place: int) -> None:
        self._source = source
        self._prefix = prefix
        self._quote = quote
        self.place = place

    def parts(self) -> Iterator[Literal | None]:
        in_f_string = "f" in self._prefix.lower()
        start, units = self.place, list[Unit]()
        while not self._source.startswith(self._quote, self.place):
            if in_f_string and self._source[self.place] == "{" and not self._is_doubled():
                yield self._literal(start, units)
                self.place = _after_expression(self._source, self.place)
                yield None
                start, units = self.place, []
            else:
                units.append(self._unit(in_f_string=in_f_string))
        yield self._literal(start, units)
        self.place += len(self._quote)

    def _literal(self, start: int, units: Sequence[Unit]) -> Literal:
        source = self._source[start : self.place]
        return Literal(self._prefix, self._quote, [*units], start, self.place, source)

    def _is_doubled(self) -> bool:
        return self._source[self.place] in "{}" and self._source.startswith(
            self._source[self.place] * 2, self.place
        )

    def _unit(self, *, in_f_string: bool) -> Unit:
        start = self.place
        if in_f_string and self._is_doubled():
            self.place += 2
            return Unit(start, self.place, self._source[start])
        is_raw = "r" in self._prefix.lower()
        escape = (_PAIR if is_raw else _ESCAPE).match(self._source, start)
        if escape and in_f_string and escape[0][1] in "{}":
            escape = None  # the backslash stands for itself before an expression
        self.place = escape.end() if escape else start + 1
        if not escape and self._source.startswith("\r\n", start):
            self.place += 1
        written = self._source[start : self.place]
        if not escape or is_raw:
            return Unit(start, self.place, written.replace("\r\n", "\n").replace("\r", "\n"))
        return Unit(start, self.place, _evaluated("", '"""', written) or "")


def _after_expression(source: str, place: int) -> int:
    """The place after the braces that open at `place`."""
    closing: list[str] = []
    while True:
        opening = _OPENING.match(source, place)
        if closing and opening:
            inner = _Scanner(source, opening[1], opening[2], opening.end())
            for _ in inner.parts():
                pass
            place = inner.place
            continue
        if source[place] in _CLOSING:
            closing.append(_CLOSING[source[place]])
        elif closing and source[place] == closing[-1]:
            closing.pop()
        place += 1
        if not closing:
            return place


def _evaluated(prefix: str, quote: str, written: str) -> str | None:
    """What a string says, that of an f-string without expressions; None if it is none."""
    plain = prefix.lower().replace("f", "")
    if plain != prefix.lower():
        written = written.replace("{{", "{").replace("}}", "}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes that stand for themselves
        try:
            said = ast.literal_eval(f"{plain}{quote}{written}{quote}")
        except (SyntaxError, ValueError):
            return None
    return said if isinstance(said, str) else None


def _doubled(written: str, prefix: str) -> str:
    in_f_string = "f" in prefix.lower()
    return written.replace("{", "{{").replace("}", "}}") if in_f_string else written


def _escaped(character: str, quote: str) -> str:
    if character in ("\\", quote):
        return f"\\{character}"
    return character if character.isprintable() else repr(character)[1:-1]
