"""What `suggest` found and did not offer."""

from collections import Counter
from collections.abc import Sequence
from typing import IO

from metricparse.cli.report.console import ReportConsole
from metricparse.cli.report.numbers import of_count, of_value
from metricparse.cli.report.text import plain
from metricparse.suggestions.suggest import Suggestion

_DIGITS = 4


def report_left_out(left_out: Sequence[Suggestion], file: IO[str], *, one_by_one: bool) -> None:
    """Print the numbers that are no metrics, each with its reason, or how many for each reason."""
    console = ReportConsole(file)
    if not left_out:
        console.say("metricparse: no number in the log has a name")
    elif one_by_one:
        for each in left_out:
            _print(each, console)
    else:
        console.say(
            f"metricparse: none of {of_count(len(left_out), 'number')} in the log looks like a "
            "metric; --all lists them:"
        )
        for reason, count in Counter(each.left_out for each in left_out).most_common():
            console.say(f"  {count:>4}  {reason}")


def _print(suggestion: Suggestion, console: ReportConsole) -> None:
    gave = suggestion.summary
    first, last = of_value(gave.first, _DIGITS), of_value(gave.last, _DIGITS)
    values = first if gave.emitted == 1 else f"{first} … {last}"
    name = (plain(suggestion.definition.name), "bold")
    console.say(
        "- ", name, f"  {of_count(gave.emitted, 'number')}, {values}: {suggestion.left_out}"
    )
