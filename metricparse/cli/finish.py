"""The report that commands end with."""

import json
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    import metricparse as mp


def report(
    summary: "mp.Summary", findings: "list[mp.Finding]", file: TextIO, *, as_json: bool
) -> None:
    """Print the report."""
    if as_json:
        print(_as_json(summary, findings), file=file)
        return
    from metricparse.cli.report.scan import report_scan

    report_scan(summary, findings, file)


def _as_json(summary: "mp.Summary", findings: "list[mp.Finding]") -> str:
    data: dict[str, Any] = summary.to_dict()
    data["findings"] = [found.to_dict() for found in findings]
    return json.dumps(data, indent=2, allow_nan=False)
