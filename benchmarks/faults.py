"""Faults put into healthy definitions, or into their logs, as people make them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from metricparse.diagnosis.kinds import Kind
from metricparse.matching.numbers import WHOLE_NUMBER

#: Line (from 1), and where a definition's capture starts and ends in it.
Place = tuple[int, int, int]


@dataclass(frozen=True)
class Healthy:
    """A definition that gives numbers, all of them whole, and its log as lines without ends.

    places: of the captures, in bytes.
    """

    regex: str
    lines: Sequence[bytes]
    places: Sequence[Place]

    @property
    def captures(self) -> list[bytes]:
        """The numbers that it captures."""
        return [self.lines[line - 1][start:end] for line, start, end in self.places]


@dataclass(frozen=True)
class Fault:
    """A fault: a regex and a log of which at least one was changed.

    causes: the kinds of which the first cause is to be. correctable: a regex exists that gives
    the values of the healthy definition. beside: lines that are in another log of the job.
    """

    name: str
    regex: str
    lines: Sequence[bytes]
    causes: frozenset[Kind]
    correctable: bool = True
    beside: Sequence[bytes] = field(default=())


_INSIDE = r"(?:[^()\[\\]|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\])*"
_GROUP = re.compile(rf"(?<!\\)\((?!\?)({_INSIDE}(?:\({_INSIDE}\){_INSIDE})*)\)")
_SYNONYMS = {
    "loss": "losses",
    "accuracy": "acc",
    "acc": "accuracy",
    "validation": "val",
    "val": "validation",
    "train": "training",
    "lr": "learning_rate",
    "throughput": "throughputt",
    "rmse": "rmsee",
    "speed": "speeed",
    "progress": "progres",
}
_LOOK_ALIKE = {"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х"}  # noqa: RUF001 - Cyrillic


def faults_of(healthy: Healthy) -> Iterator[Fault]:
    """Every fault that the definition and its log allow for."""
    for make in (*_IN_REGEX, *_IN_LOG):
        yield from make(healthy)


def _separator(it: Healthy) -> Iterator[Fault]:
    before, group, after = _parts(it.regex)
    for old, new in ((": ", "="), ("=", ": "), (":", "="), (" ", ": ")):
        if before.endswith(old) and not before.endswith("\\" + old):
            regex = f"{before[: -len(old)]}{new}{group}{after}"
            kinds = {Kind.OTHER_SEPARATOR, Kind.OTHER_SPACING}
            yield Fault("separator", regex, it.lines, frozenset(kinds))
            return


def _spacing(it: Healthy) -> Iterator[Fault]:
    before, group, after = _parts(it.regex)
    if before.endswith(": "):
        yield _in_regex("spacing", f"{before[:-1]}{group}{after}", it, Kind.OTHER_SPACING)
    elif re.search(r"[:=]$", before):
        yield _in_regex("spacing", f"{before} {group}{after}", it, Kind.OTHER_SPACING)


def _case(it: Healthy) -> Iterator[Fault]:
    if word := _last_word(it.regex):
        swapped = word[0].swapcase() + word[1:]
        yield _in_regex("case", _replaced(it.regex, word, swapped), it, Kind.OTHER_CASE)


def _missing_escape(it: Healthy) -> Iterator[Fault]:
    for escape in (r"\(", r"\[", r"\|", r"\$", r"\+", r"\*", r"\?"):
        if escape in it.regex:
            yield _in_regex(
                "missing escape", it.regex.replace(escape, escape[1]), it, Kind.NOT_ESCAPED
            )
            return
    if r"\d" in it.regex:
        yield _in_regex("missing escape", it.regex.replace(r"\d", "d"), it, Kind.NOT_ESCAPED)


def _escaped_twice(it: Healthy) -> Iterator[Fault]:
    if "\\" in it.regex:
        regex = it.regex.replace("\\", "\\\\")
        yield _in_regex("escaped twice", regex, it, Kind.ESCAPED_TWICE)


def _exponent(it: Healthy) -> Iterator[Fault]:
    if any(b"e" in each.lower() for each in it.captures):
        kinds = frozenset({Kind.CUT_SHORT, Kind.NUMBER_FORM})
        yield Fault("exponent cut", _with_group(it.regex, "([0-9.]+)"), it.lines, kinds)


def _fraction(it: Healthy) -> Iterator[Fault]:
    if any(b"." in each for each in it.captures):
        kinds = frozenset({Kind.CUT_SHORT, Kind.NUMBER_FORM})
        yield Fault("fraction cut", _with_group(it.regex, "([0-9]+)"), it.lines, kinds)


def _greedy(it: Healthy) -> Iterator[Fault]:
    before, group, after = _parts(it.regex)
    name = before.rstrip(": =>")
    if not after and name and name != before and re.search(r"\w$", name):
        kinds = frozenset({Kind.LATER_NUMBER, Kind.CUT_SHORT})
        yield Fault("greedy gap", f"{name}.*{group}", it.lines, kinds)


def _lazy(it: Healthy) -> Iterator[Fault]:
    _, _, after = _parts(it.regex)
    if not after:
        yield _in_regex("lazy at the end", _with_group(it.regex, "(.*?)"), it, Kind.EMPTY_CAPTURE)


def _all_of_the_rest(it: Healthy) -> Iterator[Fault]:
    _, _, after = _parts(it.regex)
    if not after:
        kinds = frozenset({Kind.NOT_A_NUMBER, Kind.CONTROL_CHARACTERS, Kind.COLOUR_CODES})
        yield Fault("greedy capture", _with_group(it.regex, "(.*)"), it.lines, kinds)


def _no_group(it: Healthy) -> Iterator[Fault]:
    before, group, after = _parts(it.regex)
    regex = f"{before}{group[1:-1]}{after}"
    if not _GROUP.search(regex):
        yield _in_regex("no group", regex, it, Kind.NO_GROUP)


def _wrong_group(it: Healthy) -> Iterator[Fault]:
    if word := _last_word(it.regex):
        yield _in_regex("wrong group", _replaced(it.regex, word, f"({word})"), it, Kind.WRONG_GROUP)


def _anchor(it: Healthy) -> Iterator[Fault]:
    if not it.regex.startswith(("^", ".*")):
        yield _in_regex("anchor", f"^{it.regex}", it, Kind.ANCHORED)
    _, _, after = _parts(it.regex)
    if not after:
        yield _in_regex("anchor at the end", f"{it.regex}$", it, Kind.ANCHORED)


def _tab(it: Healthy) -> Iterator[Fault]:
    if "#011" in it.regex:
        regex = it.regex.replace("#011", r"\t")
        yield _in_regex("tab", regex, it, Kind.CONTROL_CHARACTERS)


def _renamed(it: Healthy) -> Iterator[Fault]:
    word = _last_word(it.regex)
    if word and word.lower() in _SYNONYMS:
        regex = _replaced(it.regex, word, _SYNONYMS[word.lower()])
        yield _in_regex("renamed", regex, it, Kind.OTHER_NAME)


def _misspelt(it: Healthy) -> Iterator[Fault]:
    word = _last_word(it.regex)
    if word and len(word) >= 6 and word.isalpha():
        regex = _replaced(it.regex, word, word[:3] + word[4:])
        yield _in_regex("misspelt", regex, it, Kind.OTHER_NAME)


def _swallowed(it: Healthy) -> Iterator[Fault]:
    word = _last_word(it.regex)
    if word and word[0] in "bfnrtv" and not _before_word(it.regex, word).endswith("\\"):
        regex = _replaced(it.regex, word, "\\" + word)
        yield _in_regex("letter escaped", regex, it, Kind.LETTER_ESCAPED)


def _look_alike(it: Healthy) -> Iterator[Fault]:
    word = _last_word(it.regex)
    letter = next((each for each in word[1:] if each in _LOOK_ALIKE), "")
    if letter:
        other = word[0] + word[1:].replace(letter, _LOOK_ALIKE[letter], 1)
        yield _in_regex("look-alike", _replaced(it.regex, word, other), it, Kind.LOOK_ALIKE)


def _word_more(it: Healthy) -> Iterator[Fault]:
    word = _last_word(it.regex)
    if word and _before_word(it.regex, word).endswith(" "):
        regex = _replaced(it.regex, word, f"mean {word}")
        yield _in_regex("a word more", regex, it, Kind.OTHER_WORDS)


def _word_less(it: Healthy) -> Iterator[Fault]:
    found = re.search(r"([A-Za-z]{3,}) ([A-Za-z]{3,}) ([A-Za-z<]{3,})", _parts(it.regex)[0])
    if found:
        regex = it.regex.replace(found[0], f"{found[1]} {found[3]}", 1)
        yield _in_regex("a word less", regex, it, Kind.OTHER_WORDS)


def _unit(it: Healthy) -> Iterator[Fault]:
    before, group, after = _parts(it.regex)
    for unit, other in (
        ("ms", "us"),
        ("us", "ms"),
        ("it/s", "s/it"),
        ("s", "ms"),
        ("samples/sec", "images/sec"),
    ):
        if re.match(rf" ?{unit}(?![a-z])", after):
            regex = f"{before}{group}{after.replace(unit, other, 1)}"
            yield _in_regex("unit", regex, it, Kind.OTHER_UNIT)
            return


_IN_REGEX: tuple[Callable[[Healthy], Iterator[Fault]], ...] = (
    _separator,
    _spacing,
    _case,
    _missing_escape,
    _escaped_twice,
    _exponent,
    _fraction,
    _greedy,
    _lazy,
    _all_of_the_rest,
    _no_group,
    _wrong_group,
    _anchor,
    _tab,
    _renamed,
    _misspelt,
    _swallowed,
    _look_alike,
    _word_more,
    _word_less,
    _unit,
)


def _coloured(it: Healthy) -> Iterator[Fault]:
    lines = _numbers_changed(it, lambda number: b"\x1b[1m" + number + b"\x1b[0m")
    yield Fault("colour codes", it.regex, lines, frozenset({Kind.COLOUR_CODES}))


def _carriage_return(it: Healthy) -> Iterator[Fault]:
    if all(end == len(it.lines[line - 1]) for line, _, end in it.places):
        lines = [line + b"\r" for line in it.lines]
        regex = _with_group(it.regex, r"(\S+)")
        yield Fault("carriage return", regex, lines, frozenset({Kind.CONTROL_CHARACTERS}))


def _percent(it: Healthy) -> Iterator[Fault]:
    lines = _numbers_changed(it, lambda number: number + b"%")
    regex = _with_group(it.regex, r"(\S+)")
    yield Fault("percent sign", regex, lines, frozenset({Kind.NOT_A_NUMBER}))


def _thousands(it: Healthy) -> Iterator[Fault]:
    if any(float(each) >= 1000 for each in it.captures):
        lines = _numbers_changed(it, lambda number: f"{float(number):,}".encode())
        kinds = frozenset({Kind.CUT_SHORT, Kind.NOT_A_NUMBER})
        yield Fault("thousands comma", it.regex, lines, kinds, correctable=False)


def _decimal_comma(it: Healthy) -> Iterator[Fault]:
    if all(b"." in each for each in it.captures):
        lines = _numbers_changed(it, lambda number: number.replace(b".", b","))
        kinds = frozenset({Kind.DECIMAL_COMMA})
        yield Fault("decimal comma", it.regex, lines, kinds, correctable=False)


def _object(it: Healthy) -> Iterator[Fault]:
    lines = _numbers_changed(it, lambda number: b'{"value": ' + number + b', "seed": 7}')
    yield Fault("object", it.regex, lines, frozenset({Kind.NOT_ONE_NUMBER}), correctable=False)


def _list(it: Healthy) -> Iterator[Fault]:
    lines = _numbers_changed(it, lambda number: b"[" + number + b", " + number + b"]")
    yield Fault("list", it.regex, lines, frozenset({Kind.NOT_ONE_NUMBER}), correctable=False)


def _other_rank(it: Healthy) -> Iterator[Fault]:
    matched = {line for line, _, _ in it.places}
    rest = [text for line, text in enumerate(it.lines, 1) if line not in matched]
    if rest:
        kinds = frozenset({Kind.OTHER_SOURCE})
        yield Fault("other rank's log", it.regex, rest, kinds, correctable=False, beside=it.lines)


def _cut_line(it: Healthy) -> Iterator[Fault]:
    changed = list(it.lines)
    for line, start, end in it.places[:3]:
        if end - start < 3 or b"." not in changed[line - 1][start : end - 1]:
            return
        changed[line - 1] = b" " * (16_384 - end + 1) + changed[line - 1]
    kinds = frozenset({Kind.CUT_LINE})
    yield Fault("line cut", it.regex, changed, kinds, correctable=False)


_IN_LOG: tuple[Callable[[Healthy], Iterator[Fault]], ...] = (
    _coloured,
    _carriage_return,
    _percent,
    _thousands,
    _decimal_comma,
    _object,
    _list,
    _other_rank,
    _cut_line,
)


def _in_regex(name: str, regex: str, healthy: Healthy, cause: Kind) -> Fault:
    return Fault(name, regex, healthy.lines, frozenset({cause}))


def _parts(regex: str) -> tuple[str, str, str]:
    """What stands before group 1, the group, and what stands after it."""
    found = _GROUP.search(regex)
    assert found, regex
    return regex[: found.start()], found[0], regex[found.end() :]


def _with_group(regex: str, group: str) -> str:
    before, _, after = _parts(regex)
    return f"{before}{group}{after}"


def _last_word(regex: str) -> str:
    """The last word of at least two letters before group 1, outside of classes and escapes."""
    before = re.sub(
        r"\[[^\]]*\]|\\.|\(\?[^)]*\)|#01[0-5]", lambda it: "\0" * len(it[0]), _parts(regex)[0]
    )
    words = list(re.finditer(r"[A-Za-z]{2,}", before))
    return words[-1][0] if words else ""


def _before_word(regex: str, word: str) -> str:
    return regex[: _place_of(regex, word)]


def _replaced(regex: str, word: str, other: str) -> str:
    place = _place_of(regex, word)
    return regex[:place] + other + regex[place + len(word) :]


def _place_of(regex: str, word: str) -> int:
    return _parts(regex)[0].rindex(word)


def _numbers_changed(healthy: Healthy, change: Callable[[bytes], bytes]) -> list[bytes]:
    """The log with the numbers changed that the definition captures."""
    lines = list(healthy.lines)
    for line, start, end in healthy.places:
        text = lines[line - 1]
        if re.fullmatch(WHOLE_NUMBER.encode(), text[start:end]):
            lines[line - 1] = text[:start] + change(text[start:end]) + text[end:]
    return lines
