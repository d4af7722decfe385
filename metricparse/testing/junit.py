"""Results of cases as JUnit XML, which servers of continuous integration read."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from metricparse.testing.cases import CaseResult


def as_junit(results: "Sequence[tuple[str, CaseResult]]") -> str:
    """A test suite for each file, of a test case for each case; each result with its file."""
    root = ET.Element("testsuites", name="metricparse test")
    for path in dict.fromkeys(path for path, _ in results):
        own = [result for of, result in results if of == path]
        suite = ET.SubElement(
            root,
            "testsuite",
            name=path,
            tests=str(len(own)),
            failures=str(sum(bool(each.differences) for each in own)),
            errors=str(sum(bool(each.error) for each in own)),
        )
        for result in own:
            case = ET.SubElement(suite, "testcase", classname=path, name=_plain(result.case.name))
            if result.error:
                ET.SubElement(case, "error", message=_plain(result.error))
            elif result.differences:
                text = _plain("\n".join(map(str, result.differences)))
                ET.SubElement(case, "failure", message=text.splitlines()[0]).text = text
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _plain(text: str) -> str:
    """The text without what XML cannot hold, written out."""
    return "".join(
        each if each.isprintable() or each in "\n\t" else repr(each)[1:-1] for each in text
    )
