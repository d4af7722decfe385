"""Random regexes of all that Python's `re` knows and a definition may hold, and lines for them."""

import re
from functools import cache
from random import Random

from metricparse.regex_syntax.nodes import (
    Branch,
    CharacterClass,
    Group,
    Literal,
    Node,
    Repeat,
    Sequence,
)
from metricparse.regex_syntax.parse import UnknownSyntax, parse

ATOMS = [
    "a", "b", "ab", "i", "k", "ß", "ſ", "é", "м", "1", "-", "", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S",
    ".", "[ab]", "[^a]", "[a-k]", "[^a-k]", r"[^\W\d]", r"[^\W_]", r"[\W\d]", r"[\w-]", r"[^\s,]", r"[\S1]",
    r"[^\S1]", "[à-ü]", "[^é]", "[]a]", "[-i]", r"[\s\S]", r"[^\d\D]", r"\x61", "[а-я]",
    r"\1", "(?P=n)", r"\.", r"\-", r"\t", r"\u0131", r"\U0001f600", "#", " ",
    "{", "}", "a{", "a{,", "a{1", "İ", "[ıi]", "σ", "[σς]", "[α-ω]", "Ω", "µ", "ǆ", "ǅ", "😀", "[^😀]", "[😀-😂]",
    "[A-z]", "[K-ſ]", "[Kſ]", r"[\b]", r"[\t-\r]", r"[^\n]", r"[\x00-\x7f]", r"[^\x00-\x7f]", "[.*+]", r"[\]\-a]",
    r"[\^a]", "[#-1]", "[^ ]", r"\#011", r"#\d{3}", "[١-٩]", "[²-½]", "é{2}", "(?i:é)", "(?i:ß)", "loss",
    "(?i:loss)", "(?i:los)", "s=", "lOs", "#0", "11",
]  # fmt: skip
POSITIONS = ["^", "$", r"\b", r"\B", r"\A", r"\Z"]
COUNTS = [
    "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{,2}", "{2,}?", "++", "?+", "*+", "{0}", "{1}",
    "{0,1}", "{1,2}?", "{1,2}+", "{3}",
]  # fmt: skip
OPENINGS = [
    "(", "(", "(", "(?:", "(?:", "(?>", "(?i:", "(?-i:", "(?a:", "(?u:", "(?ai:", "(?s:", "(?=", "(?!",
    "(?<=", "(?<!", "(?P<n>", "(?m:", "(?si:", "(?-s:", "(?s-i:", "(?i-s:", "(?i-m:",
]  # fmt: skip
FLAGS = ["", "", "", "(?i)", "(?i)", "(?a)", "(?ai)", "(?s)", "(?m)", "(?is)", "(?u)", "(?iu)"]
CHARACTERS = (
    "aabbAB11--ikIK  ,_iıİßſKéÉеМм²½٣中\u0301\x85\xa0\u2028{}#.σςΣµμΩΩǅǆ😀😁\t\r\x1c\xad\u200b"
)


def random_regex(random: Random) -> str:
    """A regex, which need not compile; most capture a number somewhere."""
    parts = "".join(_part(random, 3) for _ in range(random.choice([0, 1, 1, 2, 2, 3, 3])))
    number = random.choice([r"(\d)", r"([-\d]+)", r"(\S+)", "", f"({_number(random)})"])
    return random.choice(FLAGS) + random.choice([parts + number, number + parts])


def _number(random: Random) -> str:
    """A number, written out."""
    sign = random.choice(["", "-?", "[-+]?"])
    mantissa = random.choice([r"\d+", r"\d*\.?\d+", r"[0-9]+\.?[0-9]*", r"\d+(?:\.\d+)?"])
    return sign + mantissa + random.choice(["", r"(?:[eE][-+]?\d+)?"])


def random_line(random: Random) -> str:
    """A line of at most ten characters of several alphabets, never empty."""
    return "".join(random.choices(CHARACTERS, k=random.randint(1, 10)))


def likely_line(random: Random, pattern: str) -> str:
    """A line that may well match, if what the pattern says of positions holds; never empty."""
    try:
        matching = _match(random, parse(pattern))
    except UnknownSyntax:
        matching = ""
    around = (random.choice(["", "", random.choice(CHARACTERS)]) for _ in range(2))
    return matching.join(around) or random_line(random)


def _match(random: Random, node: Node) -> str:
    match node:
        case Literal():
            return random.choice([node.character] * 3 + [node.character.swapcase()])
        case CharacterClass():
            return random.choice(_members(node.source) or CHARACTERS)
        case Group():
            return _match(random, node.item)
        case Repeat():
            most = node.least + 2 if node.most is None else node.most
            count = random.randint(node.least, max(node.least, min(most, node.least + 2)))
            return "".join(_match(random, node.item) for _ in range(count))
        case Sequence():
            return "".join(_match(random, item) for item in node.items)
        case Branch():
            return _match(random, random.choice(node.items))
        case _:
            return ""


@cache
def _members(source: str) -> str:
    """Which of the characters are of a class."""
    return "".join(re.findall(source, CHARACTERS))


def _part(random: Random, depth: int) -> str:
    kind = random.random()
    if kind < 0.45 or depth == 0:
        return random.choice(ATOMS) + _count(random, 0.4)
    if kind < 0.52:
        return random.choice(POSITIONS)
    alternatives = (
        "".join(_part(random, depth - 1) for _ in range(random.randint(0, 3)))
        for _ in range(random.choice([1, 1, 1, 2, 3]))
    )
    return random.choice(OPENINGS) + "|".join(alternatives) + ")" + _count(random, 0.4)


def _count(random: Random, probability: float) -> str:
    return random.choice(COUNTS) if random.random() < probability else ""
