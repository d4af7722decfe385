"""How logs are read: what `scan`, `follow` and `execute` have in common."""

from enum import StrEnum
from typing import TYPE_CHECKING

from metricparse.errors import MetricparseError
from metricparse.logs.clock import Clock
from metricparse.logs.envelopes import Envelope
from metricparse.logs.line_times import TimeFormat, TimeSource, time_source
from metricparse.logs.views import View
from metricparse.values import field, value

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class OnError(StrEnum):
    """What becomes of a log that cannot be read: its error is raised, or noted in the summary."""

    RAISE = "raise"
    RECORD = "record"


@value
class ScanOptions:
    """How logs are read; the parameters of `scan` say what each means."""

    view: View = View.SAGEMAKER
    strip_ansi: bool = False
    envelope: Envelope | None = None
    clock: Clock = field(default_factory=Clock)

    @classmethod
    def of(
        cls,
        view: View | str,
        strip_ansi: bool,
        envelope: Envelope | str | None,
        time: TimeSource | TimeFormat | str,
        time_zone: "ZoneInfo | str",
    ) -> "ScanOptions":
        """The options as they are given by hand.

        Raises `ValueError` for a name that there is not, `MetricparseError` for such a time zone.
        """
        source = time_source(time) if isinstance(time, str) else time
        return cls(
            View(view),
            strip_ansi,
            None if envelope is None else Envelope(envelope),
            Clock(source, _zone(time_zone)),
        )


def _zone(zone: "ZoneInfo | str") -> "ZoneInfo | None":
    """The time zone; None for UTC."""
    if getattr(zone, "key", zone) == "UTC":
        return None
    if not isinstance(zone, str):
        return zone
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise MetricparseError(
            f"{zone!r}: no such time zone; give one such as 'Europe/Berlin'"
        ) from None
