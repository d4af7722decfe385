"""What logs are scanned for, and how: definitions, compiled, and options."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from metricparse.definitions.load import DefinitionSource
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.errors import MetricparseError
from metricparse.logs.envelopes import Envelope
from metricparse.logs.line_times import TimeFormat, TimeSource
from metricparse.logs.views import View
from metricparse.matching.backend import Matcher
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.scanning.options import ScanOptions

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class ScanPlan:
    """Definitions and options of a scan, which pickle; a process that receives them compiles once.

    pattern: the definitions, compiled. options: how logs are read. reading: the options as they
    were given, as parameters of `scan`.
    """

    def __init__(
        self,
        definitions: DefinitionSource | CombinedPattern,
        *,
        view: View | str = View.SAGEMAKER,
        strip_ansi: bool = False,
        matcher: Matcher | str | None = None,
        envelope: Envelope | str | None = None,
        time: TimeSource | TimeFormat | str = TimeSource.AUTO,
        time_zone: "ZoneInfo | str" = "UTC",
    ) -> None:
        if isinstance(definitions, ScanPlan):
            raise MetricparseError("a LogScanner has its own options; give it as it is")
        self.pattern = CombinedPattern.of(definitions, matcher)
        self.options = ScanOptions.of(view, strip_ansi, envelope, time, time_zone)
        self.reading: dict[str, Any] = {
            "view": view,
            "strip_ansi": strip_ansi,
            "envelope": envelope,
            "time": time,
            "time_zone": time_zone,
        }

    @property
    def metric_definitions(self) -> Sequence[MetricDefinition]:
        """The definitions."""
        return self.pattern.metric_definitions

    @property
    def digest(self) -> str:
        """All that records depend on besides the logs, as a text."""
        definitions = [(each.name, each.regex) for each in self.metric_definitions]
        return repr((definitions, self.options))
