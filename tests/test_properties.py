"""What must hold for any log and any definitions."""

import io
from itertools import pairwise

import regex
from hypothesis import given, strategies as st

import metricparse as mp
from metricparse.logs.filters import ColourFilter, Filter, LineLimitFilter
from metricparse.logs.input.sources import ODD_BEGINNINGS
from metricparse.logs.views import EVENT_SIZE, View
from metricparse.regex_syntax.literals import required_literals
from metricparse.regex_syntax.parse import UnknownSyntax, parse
from tests.support.block_cutting import cut_blocks
from tests.support.exact_rows import bits, rows_of
from tests.support.long_runs import tried
from tests.support.oracle import outcome

NAMES = ("loss", "eval_loss", "lr", "acc", "val_acc", "F1", "ſum")
NUMBERS = ("0.5", "-1e-05", "3.", ".25", "nan", "12%", "1,234", "x", "", "+7E+2")
BYTES = (
    b"\t",
    b"\r",
    b"\x1b[31m",
    b"\x1b[",
    b"\x1b[0",
    b"\x00",
    b"\xff",
    b"\xc3",
    "é█".encode(),
    b" ",
    b"#011",
)
"""Fragments of which logs are made: metrics, and what gets in their way."""

lengths = st.sampled_from([1, 7, EVENT_SIZE - 3, EVENT_SIZE, EVENT_SIZE + 1, 2 * EVENT_SIZE])
metrics = st.builds(
    lambda name, sign, number: f"{name}{sign}{number}".encode(),
    st.sampled_from(NAMES),
    st.sampled_from((": ", "=", ":")),
    st.sampled_from(NUMBERS),
)
fragments = st.one_of(
    metrics,
    st.sampled_from(BYTES),
    st.just(b"\n"),
    # U+001C to U+001F are white space for `re`, and not for `regex`.
    st.binary(max_size=8).map(lambda part: part.translate(None, b"\x1c\x1d\x1e\x1f")),
    lengths.map(lambda length: (b"-," * length)[:length]),
)
logs = (
    st.lists(fragments, max_size=30)
    .map(b"".join)
    .filter(lambda log: not log.startswith((b"\x1f\x8b", *ODD_BEGINNINGS)))
)
"""Text: none that begins as what is compressed does."""

regexes = st.sampled_from(
    (
        r"loss: ([0-9.]+)",
        r"eval_loss: (\S+)",
        r"(?i)LOSS[:=] ?(\S*)",
        r"(?i)ſum=(\S+)",
        r"lr=([-+0-9.eE]+)",
        r"([0-9.]+)%",
        r"(?:acc|F1)[=:] ?(.*)",
        r".*acc: (\S+).*",
        r"^(\d+)",
        r"(?<=loss: )([^ ]+)",
        r"(\d*)$",
        r"#011?(\S+)",
        r"(?P<name>lr|acc)=([0-9.]+)",
        r"[^,]*=(.*?)",
        r"-,(\d)",
        r"é(.)",
        "\ufffd(.)",
        r"loss: [0-9]+",
    )
)
definition_lists = st.lists(regexes, min_size=1, max_size=6).map(
    lambda chosen: [{"Name": f"m{n}", "Regex": each} for n, each in enumerate(chosen)]
)
views = st.sampled_from(list(View))


def rows(
    log: bytes, definitions: list[dict[str, str]], **options: object
) -> list[tuple[int, str, bytes]]:
    scan = mp.scan(io.BytesIO(log), definitions, **options)  # type: ignore[arg-type] # drawn
    return bits(rows_of(scan.to_table()))


def account(scan: mp.Scan) -> str:
    """The accounting as text, in which NaN equals NaN; without the time that it took."""
    return repr({**scan.summary.to_dict(), "seconds": 0})


@tried(60, 600, logs, definition_lists, views, st.booleans(), st.integers(1, 40_000))
def test_the_size_of_blocks_changes_nothing(
    log: bytes, definitions: list[dict[str, str]], view: View, strip_ansi: bool, block_size: int
) -> None:
    whole = mp.scan(io.BytesIO(log), definitions, view=view, strip_ansi=strip_ansi)
    parts = mp.scan(
        io.BytesIO(log), definitions, view=view, strip_ansi=strip_ansi, block_size=block_size
    )
    table, expected = parts.to_table(), whole.to_table()
    assert bits(rows_of(table)) == bits(rows_of(expected))
    assert table["timestamp"].equals(expected["timestamp"])
    assert account(parts) == account(whole)


@tried(30, 600, logs, definition_lists, views, st.booleans())
def test_rows_are_the_oracles(
    log: bytes, definitions: list[dict[str, str]], view: View, strip_ansi: bool
) -> None:
    expected = bits(outcome(log, definitions, view, strip_ansi).rows)
    assert rows(log, definitions, view=view, strip_ansi=strip_ansi) == expected


@tried(50, 500, logs, definition_lists)
def test_combining_definitions_changes_what_none_of_them_finds(
    log: bytes, definitions: list[dict[str, str]]
) -> None:
    together = rows(log, definitions)
    for definition in definitions:
        alone = rows(log, [definition])
        assert [row for row in together if row[1] == definition["Name"]] == alone


@tried(20, 400, logs, definition_lists, views, st.booleans())
def test_the_accounting_closes(
    log: bytes, definitions: list[dict[str, str]], view: View, strip_ansi: bool
) -> None:
    scan = mp.scan(io.BytesIO(log), definitions, view=view, strip_ansi=strip_ansi)
    table = scan.to_table()
    expected = outcome(log, definitions, view, strip_ansi)
    (source,) = scan.summary.sources
    assert source.bytes_in == len(log) == source.bytes_seen + sum(source.skipped.values())
    assert (source.lines, source.events) == (expected.lines, expected.events)
    assert source.records == table.num_rows
    for summary, counts in zip(scan.summary.definitions, expected.counts, strict=True):
        assert summary.unmatched == counts.unmatched
        assert summary.searched == (expected.events if summary.has_group else 0)


@given(st.lists(st.binary(max_size=20)), st.sampled_from([None, 3, 16]))
def test_blocks_are_the_log(chunks: list[bytes], event_size: int | None) -> None:
    blocks = list(cut_blocks(iter(chunks), event_size))
    assert b"".join(block.data for block in blocks) == b"".join(chunks)
    for block, following in pairwise(blocks):
        inside = len(block.data) - block.data.rfind(b"\n") - 1
        assert inside == 0 or (event_size and inside % event_size == 0)
        assert bool(following.head) == bool(inside)


@given(st.lists(st.binary(max_size=12) | st.sampled_from([b"\x1b", b"\x1b[3", b"1m", b"[", b"m"])))
def test_colour_codes_are_taken_out_however_the_log_is_divided(chunks: list[bytes]) -> None:
    assert left_by(ColourFilter(), chunks) == left_by(ColourFilter(), [b"".join(chunks)])


@given(st.lists(st.binary(max_size=12)), st.integers(0, 8))
def test_the_limit_keeps_the_first_bytes_of_each_line(chunks: list[bytes], limit: int) -> None:
    limited = LineLimitFilter(limit)
    log = b"".join(chunks)
    kept = left_by(limited, chunks)
    assert kept == b"\n".join(line[:limit] for line in log.split(b"\n"))
    assert limited.skipped == len(log) - len(kept)


def left_by(taking_out: Filter, chunks: list[bytes]) -> bytes:
    return b"".join([*map(taking_out.feed, chunks), taking_out.finish()])


def spelled() -> st.SearchStrategy[str]:
    """Regexes of the shared syntax, and near it."""
    atoms = st.sampled_from(
        [
            *(
                "a",
                "b",
                "loss",
                "k",
                "ſ",
                ": ",
                r"\d",
                r"\w",
                r"\.",
                r"\t",
                r"\x41",
                "[ab]",
                "[^a]",
            ),
            *(".", "^", "$", r"\b", "{", "{1", "}", "]", "[]x]", r"\1", "{e}", r"\é", "é", "-"),
        ]
    )

    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.lists(inner, max_size=4).map("".join),
            st.lists(inner, min_size=2, max_size=3).map("|".join),
            st.builds(
                "{}{}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "{,2}", "*?", "++"])
            ),
            st.builds("({})".format, inner),
            st.builds(
                "(?{}{})".format, st.sampled_from([":", "=", "!", "<=", ">", "i:", "P<n>"]), inner
            ),
            st.builds("(?i){}".format, inner),
        )

    return st.recursive(atoms, extend, max_leaves=12)


texts = st.text(st.sampled_from("abkKſloLs: 12.{}]-éA\t\N{KELVIN SIGN}x,"), max_size=20)


@tried(400, 6000, spelled(), st.lists(texts, min_size=1, max_size=8))
def test_a_match_contains_its_required_literals(pattern: str, lines: list[str]) -> None:
    try:
        compiled, tree = regex.compile(pattern), parse(pattern)
    except (regex.error, UnknownSyntax, ValueError):
        return
    for line in lines:
        if compiled.search(line, timeout=5):
            for literals in required_literals(tree):
                assert any(contains(line, each.text, each.any_case) for each in literals)


def contains(line: str, text: str, any_case: bool) -> bool:
    """Whether the bytes of a line hold a literal, in either case of ASCII letters if asked."""
    line_bytes, text_bytes = line.encode(), text.encode()
    if any_case:
        line_bytes, text_bytes = line_bytes.lower(), text_bytes.lower()
    return text_bytes in line_bytes
