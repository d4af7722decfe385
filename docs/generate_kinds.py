"""Write the tables of kinds in docs/explaining.md, from the registry in the code."""

import re
from collections.abc import Iterable
from pathlib import Path

from metricparse.diagnosis.kinds import CAUSES, FINDINGS, Kind

PAGE = Path(__file__).with_name("explaining.md")


def updated(text: str) -> str:
    """The text with its tables as the registry has them now."""
    findings = _table("kind | severity | meaning", ((k, k.severity, k.meaning) for k in FINDINGS))
    causes = _table("kind | what went wrong", ((k, k.meaning) for k in CAUSES))
    return _with_table(_with_table(text, "findings", findings), "causes", causes)


def _with_table(text: str, name: str, table: str) -> str:
    section = re.compile(rf"(<!-- {name} -->\n).*(<!-- end of {name} -->)", re.DOTALL)
    return section.sub(lambda marks: f"{marks[1]}{table}{marks[2]}", text)


def _table(header: str, rows: Iterable[tuple[Kind | str, ...]]) -> str:
    columns = header.count("|") + 1
    lines = [f"| {header} |", "|" + " --- |" * columns]
    lines += [
        f"| `{kind}` | {' | '.join(_escaped(cell) for cell in cells)} |" for kind, *cells in rows
    ]
    return "".join(f"{line}\n" for line in lines)


def _escaped(cell: str) -> str:
    return cell.replace("\\", "\\\\")


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
