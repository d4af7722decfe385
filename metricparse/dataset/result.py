"""What became of the logs of a dataset, all in all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from metricparse.dataset.account import LogAccount
from metricparse.scanning.summary import Summary

_NANOSECONDS = 10**9


@dataclass
class ScannedDataset:
    """The accounts of all logs of a dataset, in the order of the logs.

    out: the dataset's folder or URL. summary: that of one scan of all logs that could be read.
    seconds: that the run took. emitted: for each log that could be read, by its place, how many
    values definitions gave, by their numbers.
    """

    out: str
    accounts: Sequence[LogAccount]
    summary: Summary
    seconds: float
    emitted: Mapping[int, Mapping[int, int]] = field(repr=False)

    @property
    def read(self) -> list[LogAccount]:
        """The logs that were read in this run."""
        return [account for account in self.accounts if account.read]

    @property
    def failed(self) -> list[LogAccount]:
        """The logs that could not be read."""
        return [account for account in self.accounts if account.error is not None]

    @property
    def damaged(self) -> list[LogAccount]:
        """The logs that ended too early."""
        return [account for account in self.accounts if account.damage is not None]

    @cached_property
    def never_matched(self) -> dict[str, list[str]]:
        """For each definition, the jobs of whose logs none gave a value; logs stand for themselves
        where they are of no job. Definitions that gave one in every job are left out."""
        without = {}
        for name, emitted in self._emitted():
            jobs: dict[str, int] = defaultdict(int)
            for account, count in emitted:
                jobs[account.log if account.job is None else account.job] += count
            without[name] = [job for job, count in jobs.items() if not count]
        return {name: jobs for name, jobs in without.items() if jobs}

    @cached_property
    def vanished(self) -> dict[str, date]:
        """Metrics that logs of earlier weeks gave and none of later ones does, with the Monday of
        the first week without. A log is of the week of its earliest record, or else of its last
        change."""
        found = {}
        for name, emitted in self._emitted():
            weeks: dict[date, int] = defaultdict(int)
            for account, count in emitted:
                if account.time is not None:
                    weeks[_monday(account.time)] += count
            with_values = [week for week, count in weeks.items() if count]
            without = [week for week in weeks if with_values and week > max(with_values)]
            if without:
                found[name] = min(without)
        return found

    def to_dict(self) -> dict[str, Any]:
        """The accounting as data for JSON."""
        return {
            "out": self.out,
            "logs": len(self.accounts),
            "read": len(self.read),
            "failed": {account.log: account.error for account in self.failed},
            "damaged": {account.log: account.damage for account in self.damaged},
            "never_matched": self.never_matched,
            "vanished": {name: week.isoformat() for name, week in self.vanished.items()},
            "summary": self.summary.to_dict(),
        }

    def _emitted(self) -> Iterator[tuple[str, list[tuple[LogAccount, int]]]]:
        """For each definition, how many values each log gave."""
        logs = [(self.accounts[place], self.emitted[place]) for place in sorted(self.emitted)]
        for number, definition in enumerate(self.summary.definitions):
            yield definition.name, [(log, counts.get(number, 0)) for log, counts in logs]


def _monday(time: int) -> date:
    day = datetime.fromtimestamp(time // _NANOSECONDS, UTC).date()
    return day - timedelta(days=day.weekday())
