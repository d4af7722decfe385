"""Dry-run Amazon SageMaker metric definitions against real training logs."""

from metricparse._version import __version__

TYPE_CHECKING = False  # as `typing` has it, whose import would take as long as all the rest
if TYPE_CHECKING:
    from metricparse.benchmark.measure import Bench as Bench
    from metricparse.benchmark.measure import DefinitionCost as DefinitionCost
    from metricparse.benchmark.measure import bench as bench
    from metricparse.cloudwatch.assumed_times import AssumedTimes as AssumedTimes
    from metricparse.cloudwatch.assumed_times import Placed as Placed
    from metricparse.cloudwatch.assumed_times import placed as placed
    from metricparse.cloudwatch.endpoint.server import Serving as Serving
    from metricparse.cloudwatch.endpoint.server import serve as serve
    from metricparse.cloudwatch.periods import Periods as Periods
    from metricparse.cloudwatch.periods import aggregate as aggregate
    from metricparse.cloudwatch.publish import Published as Published
    from metricparse.cloudwatch.publish import PublishError as PublishError
    from metricparse.cloudwatch.publish import cloudwatch_client as cloudwatch_client
    from metricparse.cloudwatch.publish import publish as publish
    from metricparse.cloudwatch.requests import Requests as Requests
    from metricparse.cloudwatch.requests import batch_put_metrics as batch_put_metrics
    from metricparse.cloudwatch.requests import embedded_metrics as embedded_metrics
    from metricparse.cloudwatch.requests import put_metric_data as put_metric_data
    from metricparse.cloudwatch.training_job import describe_training_job as describe_training_job
    from metricparse.cloudwatch.training_job import final_metrics as final_metrics
    from metricparse.cloudwatch.training_job import tuning_objective as tuning_objective
    from metricparse.definitions.algorithm import AlgorithmSpecification as AlgorithmSpecification
    from metricparse.definitions.algorithm import (
        HyperParameterAlgorithmSpecification as HyperParameterAlgorithmSpecification,
    )
    from metricparse.definitions.algorithm import MetricDefinition as MetricDefinition
    from metricparse.definitions.algorithm import TrainingImageConfig as TrainingImageConfig
    from metricparse.definitions.algorithm import (
        TrainingRepositoryAuthConfig as TrainingRepositoryAuthConfig,
    )
    from metricparse.definitions.image import ImageReference as ImageReference
    from metricparse.definitions.load import load_definitions as load_definitions
    from metricparse.definitions.load import parse_definition as parse_definition
    from metricparse.definitions.presets import Preset as Preset
    from metricparse.definitions.presets import known_presets as known_presets
    from metricparse.diagnosis.causes.base import Cause as Cause
    from metricparse.diagnosis.causes.base import Correction as Correction
    from metricparse.diagnosis.causes.base import Sighting as Sighting
    from metricparse.diagnosis.check import Check as Check
    from metricparse.diagnosis.check import check as check
    from metricparse.diagnosis.explain import Diagnosis as Diagnosis
    from metricparse.diagnosis.explain import Explanation as Explanation
    from metricparse.diagnosis.explain import diagnose as diagnose
    from metricparse.diagnosis.findings import Finding as Finding
    from metricparse.diagnosis.findings import findings_of as findings_of
    from metricparse.diagnosis.kinds import Severity as Severity
    from metricparse.errors import CommandError as CommandError
    from metricparse.errors import DamagedLogWarning as DamagedLogWarning
    from metricparse.errors import DefinitionError as DefinitionError
    from metricparse.errors import LogError as LogError
    from metricparse.errors import MetricparseError as MetricparseError
    from metricparse.errors import OutputError as OutputError
    from metricparse.errors import SpecificationError as SpecificationError
    from metricparse.errors import Violation as Violation
    from metricparse.logs.envelopes.base import Envelope as Envelope
    from metricparse.logs.line_times import TimeFormat as TimeFormat
    from metricparse.logs.line_times import TimeSource as TimeSource
    from metricparse.logs.views import View as View
    from metricparse.matching.backend import Matcher as Matcher
    from metricparse.matching.combined_pattern import CombinedPattern as CombinedPattern
    from metricparse.records.batches import SCHEMA as SCHEMA
    from metricparse.records.wide import wide as wide
    from metricparse.scanning.execute import Execution as Execution
    from metricparse.scanning.execute import execute as execute
    from metricparse.scanning.follow import Follow as Follow
    from metricparse.scanning.follow import follow as follow
    from metricparse.scanning.scan import Scan as Scan
    from metricparse.scanning.scan import scan as scan
    from metricparse.scanning.summary import DefinitionSummary as DefinitionSummary
    from metricparse.scanning.summary import SourceSummary as SourceSummary
    from metricparse.scanning.summary import Summary as Summary
    from metricparse.sinks.formats import Format as Format
    from metricparse.sinks.write import write as write
    from metricparse.suggestions.suggest import Suggestion as Suggestion
    from metricparse.suggestions.suggest import suggest as suggest
    from metricparse.testing.cases import Case as Case
    from metricparse.testing.cases import CaseResult as CaseResult
    from metricparse.testing.cases import run_cases as run_cases

# Where each public name lives. A name's module is imported when the name is first used, so that
# `import metricparse` costs nothing.
_HOMES = {
    "AlgorithmSpecification": "metricparse.definitions.algorithm",
    "AssumedTimes": "metricparse.cloudwatch.assumed_times",
    "Bench": "metricparse.benchmark.measure",
    "Case": "metricparse.testing.cases",
    "CaseResult": "metricparse.testing.cases",
    "Cause": "metricparse.diagnosis.causes.base",
    "Check": "metricparse.diagnosis.check",
    "CombinedPattern": "metricparse.matching.combined_pattern",
    "CommandError": "metricparse.errors",
    "Correction": "metricparse.diagnosis.causes.base",
    "DamagedLogWarning": "metricparse.errors",
    "DefinitionCost": "metricparse.benchmark.measure",
    "DefinitionError": "metricparse.errors",
    "DefinitionSummary": "metricparse.scanning.summary",
    "Diagnosis": "metricparse.diagnosis.explain",
    "Envelope": "metricparse.logs.envelopes.base",
    "Execution": "metricparse.scanning.execute",
    "Explanation": "metricparse.diagnosis.explain",
    "Finding": "metricparse.diagnosis.findings",
    "Follow": "metricparse.scanning.follow",
    "Format": "metricparse.sinks.formats",
    "HyperParameterAlgorithmSpecification": "metricparse.definitions.algorithm",
    "ImageReference": "metricparse.definitions.image",
    "LogError": "metricparse.errors",
    "Matcher": "metricparse.matching.backend",
    "MetricDefinition": "metricparse.definitions.algorithm",
    "MetricparseError": "metricparse.errors",
    "OutputError": "metricparse.errors",
    "Periods": "metricparse.cloudwatch.periods",
    "Placed": "metricparse.cloudwatch.assumed_times",
    "Preset": "metricparse.definitions.presets",
    "PublishError": "metricparse.cloudwatch.publish",
    "Published": "metricparse.cloudwatch.publish",
    "Requests": "metricparse.cloudwatch.requests",
    "SCHEMA": "metricparse.records.batches",
    "Scan": "metricparse.scanning.scan",
    "Serving": "metricparse.cloudwatch.endpoint.server",
    "Severity": "metricparse.diagnosis.kinds",
    "Sighting": "metricparse.diagnosis.causes.base",
    "SourceSummary": "metricparse.scanning.summary",
    "SpecificationError": "metricparse.errors",
    "Suggestion": "metricparse.suggestions.suggest",
    "Summary": "metricparse.scanning.summary",
    "TimeFormat": "metricparse.logs.line_times",
    "TimeSource": "metricparse.logs.line_times",
    "TrainingImageConfig": "metricparse.definitions.algorithm",
    "TrainingRepositoryAuthConfig": "metricparse.definitions.algorithm",
    "View": "metricparse.logs.views",
    "Violation": "metricparse.errors",
    "aggregate": "metricparse.cloudwatch.periods",
    "batch_put_metrics": "metricparse.cloudwatch.requests",
    "bench": "metricparse.benchmark.measure",
    "check": "metricparse.diagnosis.check",
    "cloudwatch_client": "metricparse.cloudwatch.publish",
    "describe_training_job": "metricparse.cloudwatch.training_job",
    "diagnose": "metricparse.diagnosis.explain",
    "embedded_metrics": "metricparse.cloudwatch.requests",
    "execute": "metricparse.scanning.execute",
    "final_metrics": "metricparse.cloudwatch.training_job",
    "findings_of": "metricparse.diagnosis.findings",
    "follow": "metricparse.scanning.follow",
    "known_presets": "metricparse.definitions.presets",
    "load_definitions": "metricparse.definitions.load",
    "parse_definition": "metricparse.definitions.load",
    "placed": "metricparse.cloudwatch.assumed_times",
    "publish": "metricparse.cloudwatch.publish",
    "put_metric_data": "metricparse.cloudwatch.requests",
    "run_cases": "metricparse.testing.cases",
    "scan": "metricparse.scanning.scan",
    "serve": "metricparse.cloudwatch.endpoint.server",
    "suggest": "metricparse.suggestions.suggest",
    "tuning_objective": "metricparse.cloudwatch.training_job",
    "wide": "metricparse.records.wide",
    "write": "metricparse.sinks.write",
}

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604 - all are strings


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'metricparse' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
