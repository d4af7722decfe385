"""The forms in which programs print metrics, and a regex for each number that is found."""

import re
from collections.abc import Iterator, Sequence

from metricparse.evidence.named_numbers import NamedNumber, named_numbers
from metricparse.matching.numbers import NUMBER_GROUP, NUMBER_OR_NAN_GROUP, WHOLE_NUMBER
from metricparse.regex_syntax.write import literally
from metricparse.values import value

_LEVELS = re.compile(r"(?:\w+[ :])*(?:INFO|DEBUG|WARNING|WARN|ERROR|NOTICE|root)[ :]+")
_ASSIGNED = re.compile(r"(\w+)(=|: )([^\s,=:]+)(?=[,\s])")
_ANYTHING = r"\\S+"
_SERVICE = re.compile(r"#\w+_(?:metric|notice)[:.] ")
_PROGRESS = re.compile(r"#progress_metric: host=\S+, completed (?=[0-9.]+ %)")
_WORD_AND_NUMBER = re.compile(
    rf"(?:(?<![\w./-])|(?<=#01[15]))([^\W\d_](?:[^\W\d]+(?:@?[0-9]+)?|[0-9]{{1,2}})) {{1,4}}({WHOLE_NUMBER})(?![\w.:-])"
)
_NUMBER_AND_UNIT = re.compile(rf"(?<![\w.,:=/-])({WHOLE_NUMBER}) ?([A-Za-z]+/[A-Za-z]+)")
# What may stand after a number that is one: not a longer word, a date, a time or a version.
_ENDED = re.compile(
    r"(?![\w.:/-])|\.(?![\w])|/[0-9]|(?:ms|us|ns|s|m|h|x|k|M|G|[kMG]i?B|it|sec|min|steps?)\b|:(?!\d)|-(?!\d)"
)
# Of the number before, where a name begins behind it.
_UNIT_BEFORE = re.compile(r"^[A-Za-z]+/(?:s|sec|second|it|iter|step)s? ")
_REDRAWN = re.compile(r"(?:#01[05]|[\r\b]).")
_COMMA = re.compile(r",[0-9]+(?![0-9,])")
# A line with more numbers than that is a dump of settings.
_MOST_ON_A_LINE = 12
_SPLITS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "eval": "validation",
    "evaluation": "validation",
    "dev": "validation",
}


@value
class Form:
    """A number on a line that may be a metric.

    name: what it is called. regex: captures it. value: the number as it stands. in_a_dump: it
    stands among so many others that it is likely to be a setting. has_comma: a comma and more
    digits follow. of_service: a built-in algorithm of SageMaker printed it.
    """

    name: str
    regex: str
    value: str
    in_a_dump: bool = False
    has_comma: bool = False
    of_service: bool = False


def forms_of(text: str) -> Iterator[Form]:
    """The numbers on a line that may be metrics."""
    if text.lstrip("[0123456789 #").startswith("metrics {"):
        return  # a dump of counters
    if match := _SERVICE.search(text):
        yield from _service_form(text, match.start())
        return
    named = [each for each in named_numbers(text) if _ENDED.match(text, each.end)]
    yield from _named_forms(text, named)
    taken = [(each.start, each.end) for each in named]
    yield from _words(text, taken)
    yield from _units(text, taken)


def _named_forms(text: str, every: Sequence[NamedNumber]) -> Iterator[Form]:
    """The named numbers, the first of each name; of what is redrawn, the last will be captured."""
    redrawn = _REDRAWN.search(text)
    seen: set[str] = set()
    for named in every:
        level = _LEVELS.match(named.before)
        cut = level.end() if level else 0
        before, name = named.before[cut:], named.name[cut:]
        if not before or before in seen:
            continue
        seen.add(before)
        regex = f"{_guard(text, named.start + cut)}{_aligned(before)}{_group_for(named.value)}"
        if redrawn and text.count(before) > 1:
            regex = f".*{regex}"
        yield Form(
            metric_name(name),
            regex,
            named.value,
            in_a_dump=len(every) > _MOST_ON_A_LINE,
            has_comma=bool(_COMMA.match(text, named.end)),
        )


def _group_for(value: str) -> str:
    """A group for a number; also for NaN and infinities, where one is there."""
    return NUMBER_GROUP if value[-1].isdigit() or value.endswith(".") else NUMBER_OR_NAN_GROUP


def _aligned(before: str) -> str:
    """A regex for what stands before a number; of several spaces there may be more or fewer."""
    name = before.rstrip(" ")
    return literally(before) if len(before) - len(name) < 2 else f"{literally(name)} +"


def metric_name(printed: str) -> str:
    """A name for a metric that is printed so: `train:loss`, `validation:accuracy`."""
    words = re.sub(r"<[^>]*>|'s\b|[\"'()\[\]<>]", " ", _UNIT_BEFORE.sub("", printed))
    words = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "_", words.strip()).lower()
    parts = [part for part in re.split(r"[\s/_]+|(?<=[^\W\d])-(?=[^\W\d])", words) if part]
    if len(parts) > 1 and (split := _SPLITS.get(parts[0])):
        return f"{split}:{'_'.join(parts[1:])}"
    return "_".join(parts).strip("._-:") or "value"


def _guard(text: str, start: int) -> str:
    """What stands before a name, as far as it tells it from a longer one."""
    if text[:start].endswith(("#011", "#015")):
        return text[start - 4 : start]
    if start == 0:
        return "^"
    before = text[start - 1]
    return literally(before) if before in " ,;{[(|\t" and text[start] not in "'\"" else ""


def _service_form(text: str, start: int) -> Iterator[Form]:
    """The lines of the built-in algorithms, with what they say of host, epoch and batch."""
    if _PROGRESS.search(text):
        yield Form(
            "train:progress",
            rf"#progress_metric: host=\S+, completed {NUMBER_GROUP} %",
            "",
            of_service=True,
        )
        return
    for named in named_numbers(text[start:]):
        name = named.name.removeprefix("epoch").strip(", ")
        if name in {"epoch", "batch", "host", ""} or not re.search("[a-z]", name):
            continue
        context = text[start : start + named.start]
        told = _ASSIGNED.sub(rf"\1\2{_ANYTHING}", literally(context))
        regex = f"{told}{literally(named.before)}{_group_for(named.value)}"
        label = metric_name(re.sub(r"^\d\S* ", "", name))
        if "batch=" in context:
            split, _, rest = label.rpartition(":")
            label = f"{split}:batch_{rest}".removeprefix(":")
        yield Form(label, regex, named.value, of_service=True)


def _words(text: str, taken: list[tuple[int, int]]) -> Iterator[Form]:
    """A word and a number, with nothing but a space in between."""
    for match in _WORD_AND_NUMBER.finditer(text):
        if not _is_taken(match, taken):
            regex = rf"{_guard(text, match.start())}{match[1]} +{NUMBER_GROUP}"
            comma = bool(_COMMA.match(text, match.end(2)))
            yield Form(metric_name(match[1]), regex, match[2], has_comma=comma)


def _units(text: str, taken: list[tuple[int, int]]) -> Iterator[Form]:
    """A number and a unit such as `it/s` after it."""
    for match in _NUMBER_AND_UNIT.finditer(text):
        if not _is_taken(match, taken):
            space = " " if text[match.end(1)] == " " else ""
            regex = rf"{NUMBER_GROUP}{space}{match[2]}"
            if _REDRAWN.search(text) and match.start():
                regex = f".*{literally(text[match.start() - 1])}{regex}"
            yield Form(match[2].lower().replace("/", "_per_"), regex, match[1])


def _is_taken(match: re.Match[str], taken: list[tuple[int, int]]) -> bool:
    return any(match.start() < end and start < match.end() for start, end in taken)
