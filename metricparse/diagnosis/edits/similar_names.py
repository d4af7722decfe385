"""Which names are written differently and mean the same metric."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

# What stands for the same in the names of metrics.
_SAME = (
    ("val", "valid", "validation", "eval", "evaluation", "dev"),
    ("train", "training"),
    ("test", "testing"),
    ("acc", "accuracy"),
    ("avg", "average", "mean"),
    ("lr", "learning_rate"),
    ("ppl", "perplexity"),
    ("err", "error"),
    ("prec", "precision"),
    ("rec", "recall"),
    ("sec", "secs", "second", "seconds"),
    ("it", "iter", "iteration", "iterations"),
    ("epoch", "epochs"),
    ("step", "steps"),
    ("loss", "losses"),
    ("num", "number"),
)
_MEANING = {word: words[0] for words in _SAME for word in words}
_ALTERNATIVES = {word: words for words in _SAME for word in words}
_TRAIN = "train"
_SPLITS = frozenset({_TRAIN, "val", "test"})
# Names of their own, however alike they are.
_DISTINCT = frozenset(
    {
        *("macro", "micro", "loss", "logloss", "mlogloss", "error", "merror", "auc", "aucpr"),
        *("mse", "rmse", "msle", "rmsle", "mae", "mape", "mphe", "map", "wmape", "smape"),
        *("precision", "recall", "ndcg", "train", "best", "test", "rouge", "bleu"),
    }
)
#: Words that tell data, or kinds of a metric, apart: without one, another metric is meant.
DATA_WORDS = frozenset(
    {word for words in _SAME for word in words if words[0] in _SPLITS}
    | {"macro", "micro", "best", "top", "max", "min", "not", "no", "first", "last", "total"}
)
_UNIT = re.compile(r"<\w+>")  # as the built-in algorithms write it
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SHORTEST_MISSPELT = 5
_ERRORS_IN_A_LONG_NAME, _LONG = 2, 8
_ALIKE, _ONLY_TRAIN = 0.8, 0.85


def names_like(word: str) -> str:
    """A regex for a word misspelt, or another one that means the same; empty if there is none."""
    alternatives = sorted(_ALTERNATIVES.get(word.lower(), ()), key=len, reverse=True)
    if len(word) >= _SHORTEST_MISSPELT and word.isalpha():
        errors = _ERRORS_IN_A_LONG_NAME if len(word) >= _LONG else 1
        # The first letter is seldom wrong, and tells `rmse` from `mse`.
        alternatives.append(f"{word[0]}(?:{word[1:]}){{e<={errors}:[a-z]}}")
    if not alternatives:
        return ""
    return f"(?<![A-Za-z])(?i:{'|'.join(alternatives)})(?![A-Za-z])"


def likeness(asked: str, name: str) -> float:
    """How alike two names are, from 0 to 1; 0 if they speak of different data."""
    wanted, given = _tokens(asked), _tokens(name)
    if not wanted or not given:
        return 0.0
    if wanted == given:
        return 1.0
    if _without_train(wanted) == _without_train(given):
        return _ONLY_TRAIN
    if _SPLITS & set(wanted) != _SPLITS & set(given):
        return 0.0
    missing = [token for token in wanted if token not in given]
    others = [token for token in given if token not in wanted]
    if len(missing) != len(others):
        return 0.0
    return min(map(_misspelling, missing, others), default=1.0) * 0.99


def meanings(text: str) -> set[str]:
    """The words in a text, those that mean the same as one."""
    return set(_tokens(text))


def is_same(asked: str, name: str) -> bool:
    """Whether two names differ in case alone."""
    return _UNIT.sub("", asked).strip().lower() == _UNIT.sub("", name).strip().lower()


def may_be_meant(asked: str, name: str) -> bool:
    """Whether a word found in the place of another one may be meant by it."""
    asked, name = asked.lower(), name.lower()
    return not (asked != name and {asked, name} <= _DISTINCT)


def _without_train(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """A metric's name without the word that is often left out."""
    return tuple(word for word in tokens if word != _TRAIN)


def _misspelling(asked: str, name: str) -> float:
    if asked[0] != name[0] or {asked, name} <= _DISTINCT:
        return 0.0
    if min(len(asked), len(name)) < _SHORTEST_MISSPELT or not (asked + name).isalpha():
        return 0.0
    ratio = SequenceMatcher(None, asked, name).ratio()
    return ratio if ratio >= _ALIKE else 0.0


@lru_cache(4096)
def _tokens(name: str) -> tuple[str, ...]:
    words = _TOKEN.findall(_UNIT.sub("", re.sub("(?i)learning.?rate", "lr", name)))
    return tuple(_MEANING.get(word.lower(), word.lower()) for word in words)
