"""Findings and failed cases as annotations of GitHub Actions."""

from collections.abc import Iterator

from metricparse.definitions.documents import chosen_in
from metricparse.diagnosis.check import Check
from metricparse.testing.cases import CaseResult

_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_OF_PROPERTIES = {**_ESCAPES, ":": "%3A", ",": "%2C"}


def annotations_of_check(check: Check) -> Iterator[str]:
    """A command of the workflow for each finding."""
    for found, line in zip(check.findings, check.lines(), strict=True):
        file = chosen_in(check.name)[0]
        yield _command(
            found.severity.value, str(found), file=file, line=line, title=found.kind.value
        )


def annotations_of_case(path: str, result: CaseResult) -> Iterator[str]:
    """A command for a case that does not pass."""
    if not result.passed:
        said = result.error or "\n".join(map(str, result.differences))
        yield _command("error", said, file=path, title=result.case.name)


def _command(level: str, message: str, **properties: str | int) -> str:
    told = ",".join(
        f"{name}={_escaped(str(each), _OF_PROPERTIES)}" for name, each in properties.items()
    )
    return f"::{level} {told}::{_escaped(message, _ESCAPES)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(each, each) for each in text)
