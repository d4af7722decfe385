"""Which numbers are metrics: what a person would plot over a run."""

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from metricparse.scanning.summary import DefinitionSummary
from metricparse.suggestions.forms import Form


class Reason(StrEnum):
    """Why a number is not offered as a metric; the value says it in words."""

    COUNTER = "a counter, as of steps, epochs or batches"
    TIME = "a time of day or a date"
    DURATION = "a duration beside no metric"
    IDENTIFIER = "an identifier, as of a host, a rank or a process"
    SIZE = "a size or an amount"
    SETTING = "a setting, which does not change over the run"
    RATE = "the rate of a download, or of a bar beside no metric"
    NO_METRIC_NAME = "its name is not known as a metric's, and it stands beside none"
    AGAIN = "the last value of another definition, printed once more"
    COMMA = "written with a comma, of which the service takes what stands before"
    CUT_SHORT = "no regex captures all of it wherever it stands"
    TOO_MANY = "less likely than the definitions that a job may have"


_METRIC = re.compile(
    r"\w*(?:loss(?:es)?|acc|accuracy|error|err|auc|auroc|auprc|aucpr|entropy|reward|returns?|score|"
    r"precision|recall|perplexity|likelihood|objective|divergence|similarity|coverage|norm)"
    r"|[lL][12]|f[12]\d?|m?ap\d*|m?ar\d*|rmse|rmsle|mse|mae|mape|smape|msle|msd|nll|nlpd|elbo|kl|kld|ppl|"
    r"bleu\d*|rouge\w*|meteor|cider|chrf|comet|em|exact_match|exact|mrr|hits?\d*|ndcg\w*|m?iou|dice|psnr|ssim|"
    r"lpips|fid|inception|wer|cer|ter|der|eer|mcc|kappa|gini|r2|r|p|pearsonr?|spearmanr?|"
    r"corr(?:elation)?|bce|ce|xent|cost|lr|rate|grad|gnorm|f_[\d_]+|bias|discriminator|generator|critic|"
    r"temperature|advantage|q_value|logloss|mlogloss|merror|deviance|quantile|"
    r"top\d+|progress|speed|throughput|fitness|regret|silhouette|inertia|bpb|bpc|bits|tflops|mfu|flops"
)
# Words that are a metric's at the end of a longer name only, or beside one.
_NOT_ALONE = frozenset({"r", "p", "exact", "bits", "rate", "grad", "hit", "hits", "return"})
# What may stand after a metric's word, and says over what it was taken.
_OF_WHAT = frozenset(
    {"epoch", "step", "batch", "avg", "mean", "final", "macro", "micro", "weighted"}
)
_SPOKEN_OF_ELSEWHERE = frozenset(
    {"cost", "rate", "error", "errors", "err", "score", "bias", "progress", "speed", "throughput"}
    | {
        "norm",
        "coverage",
        "temperature",
        "similarity",
        "value",
        "return",
        "p",
        "r",
        "test",
        "valid",
    }
)
_TRAINING_COUNTER = re.compile(r"(?:\w+_)?(?:epochs?|steps?|iters?|iterations?|episodes?|rounds?)")
_DATA = frozenset({"learn", "train", "test", "valid", "validation", "val", "eval"})
_RATE = re.compile(r"(?:_per_|/)(?:s|sec|second|it|iter|step|batch|epoch|min|sample)s?$")
_COUNTER = re.compile(
    r"(?:global_?)?(?:epochs?|steps?|iters?|iterations?|it|its|rounds?|batch(?:es)?|updates?|"
    r"episodes?|trials?|fold|num_\w+|n|count|counter|number|total|sum|min|max|seen|processed|done|"
    r"completed|remaining|elapsed_steps|downloading|loading|fetching|extracting)"
)
_TIME = re.compile(
    r"(?:\w*_)?(?:timestamp|date|datetime|clock|time_ms|starttime|endtime)|(?:start|end|real|wall)_time|eta"
)
_DURATION = re.compile(
    r"(?:\w*_)?(?:time|duration|took|latency|runtime|elapsed|wait|ms|seconds|secs?|cost|avg)"
)
_NAMED_DURATION = re.compile(
    r"(?:\w*_)?(?:epoch|step|training|validation|batch|iteration)_(?:time|duration)"
)
_IDENTIFIER = re.compile(
    r"(?:\w*_)?(?:rank|pid|tid|ppid|uid|gid|ids?|idx|index|port|host|hosts?|node|worker|thread|process|device|"
    r"gpu|cuda|algo|seed|random_state|version|line|lineno|row|status|code|errno|exit|signal|job|task|stage|"
    r"attempt|shard|channel|ring|container|session|request|user|address|build|revision|level|"
    r"error_level|info|debug|warning|warn|error|notice|critical|fatal|trace|python|cpu|socket|slot|key)"
)
_SIZE = re.compile(
    r"(?:\w*_)?(?:size|bytes|[kmgt]i?b|memory|mem|ram|vram|heap|disk|shape|dims?|dimension|params?|parameters|"
    r"samples|examples|records|tokens|rows|columns|features|classes|images|words|chars|characters|"
    r"lines|files|items|length|len|width|height|depth|capacity|vcores|cores|cpus|gpus|workers|"
    r"instances|nodes|units|filters|layers?|heads|blocks|vocab)"
)
_SETTING = re.compile(
    r"(?:\w*_)?(?:batch_size|momentum|weight_decay|decay|dropout|beta_?\d?|gamma|alpha|eta|epsilon|eps|lambda|"
    r"warmup\w*|patience|factor|stride|padding|kernel|margin|clip\w*|threshold|frequency|interval|"
    r"max_\w+|num_\w+|port_value)"
)
_LEARNING_RATE = re.compile(r"(?:\w*_)?(?:lr|learning_rate)")
_UNIX_TIME = (1_000_000_000, 2_500_000_000)
_MILLION = 1_000_000


def is_metric_name(name: str) -> bool:
    """Whether the last word of a name, such as `loss` of `validation:loss`, is that of a metric.

    CatBoost and others print the metric under the name of the data alone.
    """
    words = _words(name)
    if len(words) == 1 and words[0] in _DATA:
        return True
    while len(words) > 1 and words[-1] in _OF_WHAT:
        words.pop()
    if not words or (len(words) == 1 and words[0] in _NOT_ALONE):
        return False
    tails = ("_".join(words[place:]) for place in range(len(words)))
    return any(_METRIC.fullmatch(tail) for tail in tails) or _is_result(words)


def is_rate(name: str) -> bool:
    """Whether it is an amount for a time or for a step, as `it_per_s` is."""
    return bool(_RATE.search(name.lower())) or _words(name)[-1:] in (["speed"], ["throughput"])


def tells_of_training(name: str) -> bool:
    """Whether a name shows that the log is one of a training: a metric's of its own, or a counter's.

    A cost, a rate, a score or an error is spoken of in other logs as well.
    """
    words = _words(name)
    if is_metric_name(name):
        return not _SPOKEN_OF_ELSEWHERE.intersection(words[-1:])
    return bool(_TRAINING_COUNTER.fullmatch("_".join(words)))


def why_not(
    form: Form, gave: DefinitionSummary, *, beside_a_metric: bool, in_training: bool
) -> Reason | None:
    """Why a number is no metric, from its name and its values; None if it is one.

    beside_a_metric: it stands on lines with one. in_training: the log is one of a training.
    """
    name, in_a_dump = form.name, form.in_a_dump
    if form.has_comma:
        return Reason.COMMA
    if gave.truncated or gave.rejected:
        return Reason.CUT_SHORT
    flat = "_".join(_words(name))
    varies = gave.minimum != gave.maximum
    if _TIME.fullmatch(flat) or _is_unix_time(gave):
        return Reason.TIME
    if is_rate(name):
        named = _words(name)[-1] in {"speed", "throughput"} or ":" in name
        known = beside_a_metric or (named and in_training)
        return None if known and not _is_of_bytes(name) else Reason.RATE
    if is_metric_name(name) and not _is_a_level(flat, gave):
        if (flat in _DATA and _all_whole(gave)) or not in_training:
            return Reason.NO_METRIC_NAME
        was_set = any(pattern.fullmatch(flat) for pattern in (_LEARNING_RATE, _SETTING))
        is_set = was_set or in_a_dump or _is_initial(gave)
        return Reason.SETTING if not varies and is_set else None
    for pattern, reason in _KNOWN_NAMES:
        if pattern.fullmatch(flat):
            return reason
    if not varies and gave.emitted > 1:
        return Reason.SETTING
    if _DURATION.fullmatch(flat):
        known = beside_a_metric or _NAMED_DURATION.fullmatch(flat) is not None
        return None if known and not in_a_dump and not _grows(gave) else Reason.DURATION
    if _all_whole(gave):
        return Reason.COUNTER if _grows(gave) else Reason.NO_METRIC_NAME
    if in_a_dump:
        return Reason.NO_METRIC_NAME
    return None if beside_a_metric or not name.isascii() else Reason.NO_METRIC_NAME


_KNOWN_NAMES: Sequence[tuple["re.Pattern[str]", Reason]] = (
    (_COUNTER, Reason.COUNTER),
    (_IDENTIFIER, Reason.IDENTIFIER),
    (_SIZE, Reason.SIZE),
    (_SETTING, Reason.SETTING),
)


def _words(name: str) -> list[str]:
    """The words of a name in lower case, the data that it is about left out."""
    return [word for word in re.split(r"[\s_:/.\-@<>=()]+", name.lower()) if word]


def _is_result(words: Sequence[str]) -> bool:
    """Whether a metric's word stands before what only says of what, as in `loss_for_final_step`."""
    return (
        len(words) > 2
        and words[1] in {"for", "of", "at", "on", "in"}
        and bool(_METRIC.fullmatch(words[0]))
    )


def _is_initial(gave: DefinitionSummary) -> bool:
    """Whether it stands there once and is zero, as in code that is printed."""
    return gave.emitted == 1 and gave.first == 0


def _is_a_level(flat: str, gave: DefinitionSummary) -> bool:
    """Whether `ERROR` is what a logger writes, with a thread or a process after it."""
    return flat == "error" and _all_whole(gave) and (gave.maximum or 0) > _MILLION


def _is_unix_time(gave: DefinitionSummary) -> bool:
    least, greatest = gave.minimum or 0, gave.maximum or 0
    return any(
        _UNIX_TIME[0] * unit < least <= greatest < _UNIX_TIME[1] * unit
        for unit in (1, 1e3, 1e6, 1e9)
    )


def _is_of_bytes(name: str) -> bool:
    return bool(re.match(r"(?i)[kmgt]?i?b(?:ytes)?(?:_per_|/)", name))


def _all_whole(gave: DefinitionSummary) -> bool:
    return all(value.is_integer() for value in gave.series)


def _grows(gave: DefinitionSummary) -> bool:
    """Whether it only ever grows, as counters and running totals do."""
    values = gave.series
    return len(set(values)) > 2 and all(a <= b for a, b in pairwise(values))
