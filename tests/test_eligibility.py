"""Which definitions the native engine takes, and what it is given for them."""

import re
import sys
import warnings

import pytest
import regex

from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.errors import DefinitionError
from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.eligibility import NotNative, _code_points, engine_pattern, reach
from metricparse.regex_syntax.literals import RequiredLiteral
from metricparse.regex_syntax.parse import parse
from tests.support.long_runs import long, mostly_long
from tests.support.public_corpus import definition_list_names, definitions_of, requires_corpus


def compiled(regex: str) -> CompiledDefinition:
    return CompiledDefinition.compile(0, MetricDefinition(name="m", regex=regex))


def written(regex: str) -> tuple[str, str]:
    pattern = engine_pattern(regex)
    return pattern.ascii, pattern.text


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        # What is no ASCII letter or digit stands as its code.
        (r"loss=(0)", r"loss\x{3d}(0)"),
        (r"\<stdout\>(1)", r"\x{3c}stdout\x{3e}(1)"),
        (r"{'f1': (\d)}", r"\x{7b}\x{27}f1\x{27}\x{3a}\x{20}([0-9])\x{7d}"),
        # Only group 1 captures.
        (r"(a)(?P<b>b)(?:c)(?>d)", "(a)(?:b)(?:c)(?>d)"),
        # Events hold no line ends.
        (r"(?ms)^a$|\A(b)\Z", r"\Aa\z|\A(b)\z"),
        (r"(.*)", "(.{0,})"),
        # Repeats of all sorts.
        (r"(a{,2}b{3}?c{4,}+d+?e?+)", "(a{0,2}b{3,3}?c{4,}+d{1,}?e{0,1}+)"),
        # Empty alternatives, and flags for a part.
        (r"(a||b)(?i:c)d", "(a||b)(?:[C-Cc-c])d"),
        (r"(?i)(k)", "([K-Kk-k])"),
        # Classes are what `regex` says that they contain.
        (r"([]a-c^-])", r"([\x{2d}-\x{2d}\x{5d}-\x{5e}a-c])"),
        (r"([\w.-])", r"([\x{2d}-\x{2e}0-9A-Z\x{5f}-\x{5f}a-z])"),
        (r"([\s\S])", "(.)"),
        (r"([^\n])", None),
        (r"(\s)", r"([\x{9}-\x{d}\x{1c}-\x{20}])"),
        (r"(é?[à-ü]?)", "((?:(?!)){0,1}(?:(?!)){0,1})"),
        (r"\bx(?=a)(?<=b)(?<!c)(?!d)(1)\B", r"\bx(?=a)(?<=b)(?<!c)(?!d)(1)\B"),
    ],
)
def test_patterns_for_ascii(regex: str, expected: str | None) -> None:
    assert expected in {None, written(regex)[0]}


@pytest.mark.parametrize(
    ("regex", "part"),
    [
        (r"(é)", r"(\x{e9})"),
        (r"(?i)(k)", r"([K-Kk-k\x{212a}-\x{212a}])"),
        (r"(?i)(s)", r"([S-Ss-s\x{17f}-\x{17f}])"),
        (r"(\s)", r"\x{85}-\x{85}\x{a0}-\x{a0}\x{1680}-\x{1680}\x{2000}-\x{200a}"),
        (r"(\d)", r"\x{660}-\x{669}"),
        (r"\b(1)", "(?:(?<=["),
        (r"(?a)(\d)", r"([0-9])"),
    ],
)
def test_patterns_for_text_know_unicode(regex: str, part: str) -> None:
    assert part in written(regex)[1]


@pytest.mark.parametrize(
    ("regex", "reason"),
    [
        (r"(a)\1", "a reference to a group"),
        (r"(?P<v>a)(?P=v)", "a reference to a group"),
        (r"(?V1)(a)", "flags"),
        (r"(?a:[^\W\d])(\d)", "holds for a part"),
        (r"(?a)\w(?u:\d)(1)", "holds for a part"),
        (r"(?i)(?a:k)(1)", "holds for a part"),
        (r"(\p{L})", "syntax"),
        (r"([[:alpha:]])", "syntax"),
        (r"(?:loss){e<=1}=(\d)", "syntax"),
        (r"train(?i) loss=(\d)", "syntax"),
        (r"(?|a(\d)|b(\d))", "syntax"),
        (r"\0(\d)", "syntax"),
        (r"(?<=loss\s*)(\d)", "lookbehind of more than one width"),
        (r"(?<=a|bc)(\d)", "lookbehind of more than one width"),
        (r"(?<=(a))b", "group 1 in a lookbehind"),
        (r"(?!(a))b", "group 1 in a lookbehind"),
        (r"(?:a*)*(\d)", "repeat of what may be empty"),
        (r"(a|)+", "repeat of what may be empty"),
        (r"(a*)?", "repeat of what may be empty"),
        (r"(?=a)*(\d)", "repeated position"),
        (r"^*(\d)", "repeated position"),
        (r"(a{70000})", "count"),
        (r"(\ud800)", "surrogate"),
    ],
)
def test_what_is_left_to_the_reference(regex: str, reason: str) -> None:
    with pytest.raises(NotNative, match=reason):
        engine_pattern(regex)


EVERY_CHARACTER = "".join(map(chr, range(sys.maxunicode + 1)))


CLASSES = [r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"[^a-c]", r"[\w-]", r"[é-ü_]"]


@pytest.mark.parametrize("source", mostly_long(CLASSES, [r"\d", r"\W", r"[\w-]"]))
def test_classes_hold_the_same_code_points(source: str) -> None:
    """The ranges written for the engine are those that the engine of the reference matches."""
    expected = compiled(f"({source})").regex
    ranges = re.findall(r"(\\x\{\w+\}|.)-(\\x\{\w+\}|.)", written(f"({source})")[1])
    members = "".join(EVERY_CHARACTER[value(first) : value(last) + 1] for first, last in ranges)
    matched = "".join(expected.findall(EVERY_CHARACTER))
    are_the_same = without_surrogates(members) == without_surrogates(matched)
    assert are_the_same


@pytest.mark.parametrize(
    "flags", [int(regex.UNICODE | regex.IGNORECASE), pytest.param(int(regex.UNICODE), marks=long)]
)
def test_plain_characters_and_classes_hold_what_all_characters_tell(flags: int) -> None:
    """What is told of few characters is what asking all of them tells."""
    every = without_surrogates(EVERY_CHARACTER)
    sources = [re.escape(chr(code)) for code in range(0x80)] + [chr(code) for code in range(0x80)]
    sources += [
        "[a-z]",
        "[^a-z]",
        "[]a]",
        "[^]a]",
        "[^-z]",
        r"[^\]-\^]",
        r"[\-+.]",
        "[^!-~]",
        "[0-9;]",
    ]
    sources += ["[^\x00-\x7f]", "[^k]", "[S]", "[h-t]", "[^^]", "[iI\u0130\u0131]", "[\u017f]"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for source in sources:
            try:
                runs = regex.findall(f"(?:{source})+", every, flags)
            except regex.error:
                runs = [""]
            if not all(runs):
                continue  # it is no source of a character
            expected = tuple((ord(run[0]), ord(run[-1])) for run in runs)
            assert _code_points(source, flags) == expected, source


def without_surrogates(text: str) -> str:
    return re.sub("[\ud800-\udfff]", "", text)


def value(written_code: str) -> int:
    return int(written_code[3:-1], 16) if len(written_code) > 1 else ord(written_code)


@pytest.mark.parametrize(
    ("regex", "literal", "expected"),
    [
        (r"loss=(\d)", RequiredLiteral("loss="), 0),
        (r"(?:eval_)?loss=(\d)", RequiredLiteral("loss="), 5),
        (r"[+-]{1,3}(?:a|bcd)x(\d)", RequiredLiteral("x"), 6),
        (r"#011train-auc:(\d)", RequiredLiteral("train-auc:"), 4),
        (r".*loss=(\d)", RequiredLiteral("loss="), None),
        (r"(?:loss|acc)=(\d)", RequiredLiteral("loss"), None),
        (r"(?=.*x)\bloss=(\d)", RequiredLiteral("loss="), 0),
        (r"(?i:ab)abab(\d)", RequiredLiteral("abab"), 2),
        (r"(?i:ab)abab(\d)", RequiredLiteral("abab", any_case=True), 0),
        (r"(?i:ka)k(?i:a)(\d)", RequiredLiteral("ka", any_case=True), 2),
        (r"(?i:é)é{2}(\d)", RequiredLiteral("é"), None),
        (r"(?i)k=(\d)", RequiredLiteral("="), 1),
    ],
)
def test_reach(regex: str, literal: RequiredLiteral, expected: int | None) -> None:
    assert reach(parse(regex), literal) == expected


@requires_corpus
def test_real_definitions_are_native() -> None:
    reasons: list[str | None] = []
    for name in definition_list_names():
        for definition in definitions_of(name):
            try:
                engine_pattern(definition["Regex"])
                reasons.append(None)
            except NotNative as reason:
                reasons.append(str(reason))
            except DefinitionError:
                continue
    assert reasons.count(None) >= 0.95 * len(reasons)
