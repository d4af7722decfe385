"""Random regexes of all that Python's `re` knows and a definition may hold, and lines for them."""

from random import Random

ATOMS = [
    "a", "b", "ab", "i", "k", "ß", "ſ", "é", "м", "1", "-", "", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S",
    ".", "[ab]", "[^a]", "[a-k]", "[^a-k]", r"[^\W\d]", r"[^\W_]", r"[\W\d]", r"[\w-]", r"[^\s,]", r"[\S1]",
    r"[^\S1]", "[à-ü]", "[^é]", "[]a]", "[-i]", r"[\s\S]", r"[^\d\D]", r"\x61", "[а-я]",
]  # fmt: skip
POSITIONS = ["^", "$", r"\b", r"\B", r"\A", r"\Z"]
COUNTS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{,2}", "{2,}?", "++", "?+", "*+"]
OPENINGS = [
    "(", "(", "(", "(?:", "(?:", "(?>", "(?i:", "(?-i:", "(?a:", "(?u:", "(?ai:", "(?s:", "(?=", "(?!",
    "(?<=", "(?<!",
]  # fmt: skip
FLAGS = ["", "", "", "(?i)", "(?i)", "(?a)", "(?ai)", "(?s)"]
CHARACTERS = "aabbAB11--ikIK  ,_iıİßſKéÉеМм²½٣中\u0301\x85\xa0\u2028"


def random_regex(random: Random) -> str:
    """A regex, which need not compile; most capture a number somewhere."""
    parts = "".join(_part(random, 3) for _ in range(random.randint(1, 3)))
    number = random.choice([r"(\d)", r"([-\d]+)", r"(\S+)", ""])
    return random.choice(FLAGS) + random.choice([parts + number, number + parts])


def random_line(random: Random) -> str:
    """A line of at most ten characters of several alphabets, never empty."""
    return "".join(random.choices(CHARACTERS, k=random.randint(1, 10)))


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
