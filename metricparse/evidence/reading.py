"""How logs are read, each time that they are."""

from collections.abc import Sequence

from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.evidence.rereadable import RereadableLogs
from metricparse.logs.envelopes import Envelope
from metricparse.logs.intake import IntakeOptions
from metricparse.logs.views import View
from metricparse.scanning.scan import scan
from metricparse.scanning.summary import Summary
from metricparse.values import value


@value
class Reading:
    """How logs are read; the parameters of `scan` say what each means."""

    view: View = View.SAGEMAKER
    strip_ansi: bool = False
    envelope: Envelope | None = None

    def scan(self, log: RereadableLogs, definitions: Sequence[MetricDefinition]) -> Summary:
        """What definitions give on the logs."""
        return scan(
            log.rewound(),
            definitions,
            view=self.view,
            strip_ansi=self.strip_ansi,
            envelope=self.envelope,
        ).summary

    def intake_options(self, event_size: int | None) -> IntakeOptions:
        """The same for an intake that gives events of at most so many bytes."""
        return IntakeOptions(event_size, self.strip_ansi, self.envelope)
