"""Dry-run Amazon SageMaker metric definitions against real training logs."""

from metricparse._version import __version__

TYPE_CHECKING = False  # as `typing` has it, whose import would take as long as all the rest
if TYPE_CHECKING:
    from metricparse.benchmark.measure import (
        Bench as Bench,
        DefinitionCost as DefinitionCost,
        bench as bench,
    )
    from metricparse.cloudwatch.assumed_times import (
        AssumedTimes as AssumedTimes,
        Placed as Placed,
        placed as placed,
    )
    from metricparse.cloudwatch.endpoint.server import Serving as Serving, serve as serve
    from metricparse.cloudwatch.periods import Periods as Periods, aggregate as aggregate
    from metricparse.cloudwatch.publish import (
        Published as Published,
        PublishError as PublishError,
        cloudwatch_client as cloudwatch_client,
        publish as publish,
    )
    from metricparse.cloudwatch.requests import (
        Requests as Requests,
        batch_put_metrics as batch_put_metrics,
        embedded_metrics as embedded_metrics,
        put_metric_data as put_metric_data,
    )
    from metricparse.cloudwatch.training_job import (
        describe_training_job as describe_training_job,
        final_metrics as final_metrics,
        tuning_objective as tuning_objective,
    )
    from metricparse.comparison.compare import (
        ComparedMetric as ComparedMetric,
        Comparison as Comparison,
        Goal as Goal,
        RunMetric as RunMetric,
        compare as compare,
    )
    from metricparse.comparison.verify import (
        PeriodDifference as PeriodDifference,
        Standing as Standing,
        Verification as Verification,
        VerifiedMetric as VerifiedMetric,
        verify as verify,
    )
    from metricparse.dataset.account import LogAccount as LogAccount
    from metricparse.dataset.log_scanner import LogScanner as LogScanner
    from metricparse.dataset.result import ScannedDataset as ScannedDataset
    from metricparse.dataset.scan_dataset import scan_dataset as scan_dataset
    from metricparse.definitions.algorithm import (
        AlgorithmSpecification as AlgorithmSpecification,
        HyperParameterAlgorithmSpecification as HyperParameterAlgorithmSpecification,
        TrainingImageConfig as TrainingImageConfig,
        TrainingRepositoryAuthConfig as TrainingRepositoryAuthConfig,
    )
    from metricparse.definitions.image import ImageReference as ImageReference
    from metricparse.definitions.load import (
        load_definitions as load_definitions,
        parse_definition as parse_definition,
    )
    from metricparse.definitions.metric_definition import MetricDefinition as MetricDefinition
    from metricparse.definitions.presets import Preset as Preset, known_presets as known_presets
    from metricparse.definitions.rewrite import (
        DocumentChange as DocumentChange,
        add_definitions as add_definitions,
        correct_definitions as correct_definitions,
    )
    from metricparse.diagnosis.causes.base import (
        Cause as Cause,
        Correction as Correction,
        Sighting as Sighting,
    )
    from metricparse.diagnosis.check import Check as Check, check as check
    from metricparse.diagnosis.explain import (
        Diagnosis as Diagnosis,
        Explanation as Explanation,
        diagnose as diagnose,
    )
    from metricparse.diagnosis.findings import Finding as Finding, findings_of as findings_of
    from metricparse.diagnosis.kinds import Severity as Severity
    from metricparse.diagnosis.verdict import verdict_of as verdict_of
    from metricparse.errors import (
        CommandError as CommandError,
        DamagedLogWarning as DamagedLogWarning,
        DefinitionError as DefinitionError,
        LogError as LogError,
        LooseDocumentWarning as LooseDocumentWarning,
        MetricparseError as MetricparseError,
        OutputError as OutputError,
        SpecificationError as SpecificationError,
        Violation as Violation,
    )
    from metricparse.logs.envelopes import Envelope as Envelope
    from metricparse.logs.line_times import TimeFormat as TimeFormat, TimeSource as TimeSource
    from metricparse.logs.views import View as View
    from metricparse.matching.backend import Matcher as Matcher
    from metricparse.matching.combined_pattern import CombinedPattern as CombinedPattern
    from metricparse.records.batches import SCHEMA as SCHEMA
    from metricparse.records.wide import wide as wide
    from metricparse.scanning.execute import Execution as Execution, execute as execute
    from metricparse.scanning.follow import Follow as Follow, follow as follow
    from metricparse.scanning.scan import Scan as Scan, scan as scan, scan_text as scan_text
    from metricparse.scanning.summary import (
        DefinitionSummary as DefinitionSummary,
        SourceSummary as SourceSummary,
        Summary as Summary,
    )
    from metricparse.sinks import Format as Format
    from metricparse.sinks.write import write as write
    from metricparse.suggestions.suggest import (
        Suggestion as Suggestion,
        Suggestions as Suggestions,
        suggest as suggest,
    )
    from metricparse.testing.cases import (
        Case as Case,
        CaseResult as CaseResult,
        run_cases as run_cases,
    )
    from metricparse.view.notebook import as_html as as_html
    from metricparse.view.report import html_report as html_report

# The modules of the public names, which a test holds to the imports above. A name's module is
# imported when the name is first used, so that `import metricparse` costs nothing.
_PUBLIC = {
    "benchmark.measure": "Bench bench DefinitionCost",
    "cloudwatch.assumed_times": "AssumedTimes Placed placed",
    "cloudwatch.endpoint.server": "serve Serving",
    "cloudwatch.periods": "aggregate Periods",
    "cloudwatch.publish": "cloudwatch_client publish Published PublishError",
    "cloudwatch.requests": "batch_put_metrics embedded_metrics put_metric_data Requests",
    "cloudwatch.training_job": "describe_training_job final_metrics tuning_objective",
    "comparison.compare": "compare ComparedMetric Comparison Goal RunMetric",
    "comparison.verify": "PeriodDifference Standing Verification VerifiedMetric verify",
    "dataset.account": "LogAccount",
    "dataset.log_scanner": "LogScanner",
    "dataset.result": "ScannedDataset",
    "dataset.scan_dataset": "scan_dataset",
    "definitions.algorithm": "AlgorithmSpecification HyperParameterAlgorithmSpecification TrainingImageConfig TrainingRepositoryAuthConfig",
    "definitions.metric_definition": "MetricDefinition",
    "definitions.image": "ImageReference",
    "definitions.load": "load_definitions parse_definition",
    "definitions.presets": "known_presets Preset",
    "definitions.rewrite": "add_definitions correct_definitions DocumentChange",
    "diagnosis.causes.base": "Cause Correction Sighting",
    "diagnosis.check": "Check check",
    "diagnosis.explain": "diagnose Diagnosis Explanation",
    "diagnosis.findings": "Finding findings_of",
    "diagnosis.kinds": "Severity",
    "diagnosis.verdict": "verdict_of",
    "errors": "CommandError DamagedLogWarning DefinitionError LogError LooseDocumentWarning MetricparseError OutputError SpecificationError Violation",
    "logs.envelopes": "Envelope",
    "logs.line_times": "TimeFormat TimeSource",
    "logs.views": "View",
    "matching.backend": "Matcher",
    "matching.combined_pattern": "CombinedPattern",
    "records.batches": "SCHEMA",
    "records.wide": "wide",
    "scanning.execute": "execute Execution",
    "scanning.follow": "Follow follow",
    "scanning.scan": "Scan scan scan_text",
    "scanning.summary": "DefinitionSummary SourceSummary Summary",
    "sinks": "Format",
    "sinks.write": "write",
    "suggestions.suggest": "suggest Suggestion Suggestions",
    "view.notebook": "as_html",
    "testing.cases": "Case CaseResult run_cases",
    "view.report": "html_report",
}
_HOMES = {name: module for module, names in _PUBLIC.items() for name in names.split()}

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604 - all are strings


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'metricparse' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"metricparse.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
