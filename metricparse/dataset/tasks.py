"""The logs of a dataset as tasks: groups of them, which any process can commit."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from metricparse.dataset.account import LogAccount
from metricparse.dataset.commit import Committer
from metricparse.logs.input.sources import Source

#: A task is such a part of the logs that are left, so that the last ones are small, and all workers
#: end at about the same time; ...
_PART = 8
#: ... but of so many stored bytes, about, that handing it out costs little, and dying over it.
_LEAST_BYTES, _MOST_BYTES = 3 << 20, 64 << 20
_MOST_LOGS = 256
# What a log costs besides its bytes, as bytes.
_COST_OF_LOG = 1 << 16


@dataclass(frozen=True)
class Task:
    """Some logs, and what commits them."""

    committer: Committer
    sources: tuple[Source, ...]

    @property
    def size(self) -> int:
        """Stored bytes of the logs, as far as they are known."""
        return sum(source.stored_size or 0 for source in self.sources)


def run_task(task: Task) -> list[LogAccount]:
    """Commit the logs of a task; those that are committed already are not read again."""
    return list(task.committer.commit(task.sources))


def tasks_of(sources: Iterable[Source], committer: Committer) -> list[Task]:
    """All logs in tasks, the largest first."""
    sized = sorted(
        ((_cost(source), source) for source in sources), key=lambda each: each[0], reverse=True
    )
    return [Task(committer, group) for group in _groups(sized)]


def is_of_shard(source: Source, shard: tuple[int, int]) -> bool:
    """Whether a log is of the shard: of so many, counted from 1, each log is of one by its name."""
    number, count = shard
    digest = hashlib.sha256(source.name.encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8], "big") % count == number - 1


def _cost(source: Source) -> int:
    size = None if source.problem else source.stored_size
    return (size or 0) + _COST_OF_LOG


def _groups(sized: Sequence[tuple[int, Source]]) -> Iterator[tuple[Source, ...]]:
    group: list[Source] = []
    total = 0
    left = sum(cost for cost, _ in sized)
    for cost, source in sized:
        most = min(max(left // _PART, _LEAST_BYTES), _MOST_BYTES)
        if group and (total + cost > most or len(group) == _MOST_LOGS):
            yield tuple(group)
            left -= total
            group, total = [], 0
        group.append(source)
        total += cost
    if group:
        yield tuple(group)
