"""Envelopes: the same text, whatever a tool wrote around it, however its bytes come in."""

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from metricparse.logs.envelopes import Envelope
from metricparse.logs.envelopes.detect import decoder_of, recognise
from metricparse.logs.envelopes.line_joiner import HELD_LIMIT
from tests.support.long_runs import tried
from tests.support.public_corpus import log_paths

TIME = "2026-11-22T10:00:00.123456789Z"
NS = 1_795_341_600_123_456_789
MS = 1_795_341_600_123_000_000


class Decoded(NamedTuple):
    """What became of a log.

    texts: of each stream, in their order of appearance.
    times: of the lines of each stream; nothing for those of envelopes without times.
    """

    texts: dict[str | None, bytes]
    times: dict[str | None, list[int | None]]
    invalid: int


def decode(log: bytes, envelope: Envelope | None = None, sizes: Iterable[int] = ()) -> Decoded:
    """Decode a log in chunks of these sizes, the last one with all the rest."""
    decoder = decoder_of(envelope or recognise(log))
    texts: dict[str | None, bytes] = defaultdict(bytes)
    times: dict[str | None, list[int | None]] = defaultdict(list)
    fed = given = 0
    chunks = [*divided(log, sizes), None]
    for chunk in chunks:
        fed += len(chunk or b"")
        for text in decoder.finish() if chunk is None else decoder.feed(chunk):
            starts = lines_starting(texts[text.stream], text.data)
            texts[text.stream] += text.data
            given += len(text.data)
            if text.times:
                every = pa.array(range(starts), pa.int64())
                times[text.stream] += text.times.at(every).to_pylist()
        assert fed == given + decoder.skipped + decoder.held
    assert decoder.held == 0
    return Decoded(dict(texts), dict(times), decoder.invalid)


def divided(log: bytes, sizes: Iterable[int]) -> Iterable[bytes]:
    for size in sizes:
        yield log[:size]
        log = log[size:]
    yield log


def lines_starting(before: bytes, data: bytes) -> int:
    goes_on = bool(before) and not before.endswith(b"\n")
    return data.count(b"\n") + (not data.endswith(b"\n")) - goes_on if data else 0


def docker(text: str, stream: str = "stdout", time: str = TIME) -> bytes:
    return json.dumps({"log": text, "stream": stream, "time": time}).encode() + b"\n"


def events(*members: Mapping[str, object], indent: int | None = None) -> bytes:
    return json.dumps({"events": members, "nextToken": "f/1"}, indent=indent).encode()


# --- The same text in each ---------------------------------------------------------------------


def in_docker(line: str) -> bytes:
    """A line of text in Docker's pieces of 16 KiB."""
    pieces = [line[start : start + 16_384] for start in range(0, len(line), 16_384)]
    return b"".join(map(docker, pieces))


def in_cri(line: str) -> bytes:
    text = line.removesuffix("\n").encode()
    pieces = [text[start : start + 16_384] for start in range(0, len(text), 16_384)] or [b""]
    tags = [b"P"] * (len(pieces) - 1) + [b"F"]
    return b"".join(
        b"%b stdout %b %b\n" % (TIME.encode(), tag, piece)
        for tag, piece in zip(tags, pieces, strict=True)
    )


def in_cloudwatch(lines: list[str], indent: int | None = None) -> bytes:
    pages = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    return b"\n".join(
        events(*({"timestamp": MS // 10**6, "message": line} for line in page), indent=indent)
        for page in pages
    )


def in_sdk(lines: list[str]) -> bytes:
    return "".join(f"\x1b[34m{line.removesuffix(chr(10))}\x1b[0m\n" for line in lines).encode()


def behind(prefix: str) -> Callable[[list[str]], bytes]:
    return lambda lines: "".join(prefix + line for line in lines).encode()


WRAPPED: dict[str, tuple[Envelope, int | None, Callable[[list[str]], bytes]]] = {
    "docker": (Envelope.DOCKER, NS, lambda lines: b"".join(map(in_docker, lines))),
    "cri": (Envelope.CRI, NS, lambda lines: b"".join(map(in_cri, lines))),
    "cloudwatch": (Envelope.CLOUDWATCH, MS, in_cloudwatch),
    "cloudwatch-indented": (Envelope.CLOUDWATCH, MS, lambda lines: in_cloudwatch(lines, 4)),
    "tail": (Envelope.TAIL, MS, behind("2026-11-22T10:00:00.123000+00:00 job/algo-1-17 ")),
    "export": (Envelope.EXPORT, MS, behind("2026-11-22T10:00:00.123Z ")),
    "compose": (Envelope.COMPOSE, None, behind("algo-1-0k2vn  | ")),
    "compose-coloured": (Envelope.COMPOSE, None, behind("\x1b[36malgo-1-0k2vn_1  |\x1b[0m ")),
    "mpi": (Envelope.MPI, None, behind("[1,0]<stdout>:")),
    "sdk": (Envelope.SDK, None, in_sdk),
}
each_way = pytest.mark.parametrize("way", WRAPPED)


def check_the_same_text(lines: list[str], way: str, sizes: Iterable[int] = ()) -> None:
    envelope, time, wrap = WRAPPED[way]
    log = wrap(lines)
    assert recognise(log) is envelope
    decoded = decode(log, sizes=sizes)
    assert decoded.invalid == 0
    (text,) = decoded.texts.values()
    assert text == "".join(lines).encode()
    assert list(decoded.times.values()) == ([] if time is None else [[time] * len(lines)])


@each_way
@pytest.mark.parametrize("log", log_paths(), ids=lambda path: path.stem)
def test_a_real_log_in_each_envelope(log: Path, way: str) -> None:
    text = log.read_bytes()[:300_000].decode("utf-8", "replace")
    lines = [line + "\n" for line in text.split("\n")]
    check_the_same_text(lines, way, [1000, 1, 70_000])


@tried(
    100,
    1000,
    st.sampled_from([*WRAPPED]),
    st.lists(
        st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=30),
        min_size=1,
        max_size=20,
    ),
    st.lists(st.integers(0, 100), max_size=20),
)
def test_any_text_in_each_envelope(way: str, lines: list[str], sizes: list[int]) -> None:
    check_the_same_text([line + "\n" for line in lines], way, sizes)


@each_way
def test_a_line_of_three_megabytes(way: str) -> None:
    lines = ["a\n", "b" * 3_000_000 + "\n", "c\n"]
    check_the_same_text(lines, way, [100_000] * 20)


# --- Docker and CRI ----------------------------------------------------------------------------


def cri(text: str, tag: str = "F", stream: str = "stdout", time: str = TIME) -> bytes:
    return f"{time} {stream} {tag} {text}\n".encode()


def test_pieces_are_joined_for_each_stream_with_the_time_of_the_first() -> None:
    later = TIME.replace("10:00", "11:00")
    log = (
        docker("loss: ")
        + docker("warning\n", "stderr", later)
        + docker("1\nacc: ", time=later)
        + docker("2\n")
    )
    hour = 3600 * 10**9
    expected = Decoded({None: b"warning\nloss: 1\nacc: 2\n"}, {None: [NS + hour, NS, NS + hour]}, 0)
    assert decode(log) == expected
    log = (
        cri("loss: ", "P")
        + cri("warning", "F", "stderr", later)
        + cri("1", "F", time=later)
        + cri("acc: 2", "F:more:tags", time=later)
    )
    assert decode(log) == expected


@pytest.mark.parametrize("tag", ["F", "P"])
def test_the_last_line_may_lack_its_end(tag: str) -> None:
    assert decode(docker("a\n") + docker("b")).texts == {None: b"a\nb"}
    assert decode(docker("a\n") + docker("b")[:-1]).texts == {None: b"a\nb"}
    assert decode(cri("a") + cri("b", tag)[:-1]).texts == {None: b"a\nb"}


def test_two_lines_that_do_not_end() -> None:
    log = docker("a") + docker("b", "stderr")
    assert decode(log) == Decoded({None: b"a\nb"}, {None: [NS, NS]}, 0)


def test_a_long_line_stands_where_it_grew_long() -> None:
    long = "x" * 50_000
    log = docker(long) + docker("early\n", "stderr") + docker(long) + docker("late\n", "stderr")
    log += docker("end\nnext") + docker("\n")
    text = b"early\n" + long.encode() * 2 + b"end\nlate\nnext\n"
    assert decode(log) == Decoded({None: text}, {None: [NS] * 4}, 0)


def test_a_long_line_ends_where_what_waits_for_it_cannot_be_held() -> None:
    other = docker("y" * 15_999 + "\n", "stderr")
    count = HELD_LIMIT // 16_000 + 1
    log = docker("x" * 100_000) + other * count + docker("x\n")
    decoded = decode(log, Envelope.DOCKER)
    (text,) = decoded.texts.values()
    assert [len(line) for line in text.split(b"\n")] == [100_000, *[15_999] * count, 1, 0]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (rb'{"log":"\u0000\u001b\t\/\ud83d\ude00\u003c\n"}', "\0\x1b\t/😀<\n"),
        (rb'{"log":"\ud83d\n"}', "\ufffd\n"),
        (rb'{"log":"a\n","log":"b\n"}', "b\n"),
        (rb'{"stream":1,"log":"a\n","time":2}', "a\n"),
        (rb'{"log":"a\n","attrs":{"log":["}\\n{"]},"x":1e999,"y":NaN}', "a\n"),
        (rb'{"log":"a\n","x":Inf}', "a\n"),
        (b'{"log":"a\\n","x":' + b"[" * 9999 + b"]" * 9999 + b"}", "a\n"),
        (b'{"log":"a\\n"} \r', "a\n"),
        (b'{"log":"","stream":"stdout"}', ""),
        ('{"log":"é\u2028\\n"}'.encode(), "é\u2028\n"),
    ],
)
def test_what_docker_may_write(line: bytes, text: str) -> None:
    """Alone, and among lines that are read at once."""
    good = docker("good\n")
    assert decode(line + b"\n", Envelope.DOCKER)[0] == ({None: text.encode()} if text else {})
    for log in (good + line + b"\n" + good, good * 9 + line + b"\n" + good * 9):
        decoded = decode(log)
        assert decoded.texts[None].replace(b"good\n", b"") == text.encode()
        assert decoded.invalid == 0


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"plain text",
        b'{"loss": 1}',
        b'{"log": 1}',
        b'{"log": null}',
        b'{"log":"a\\n"',
        b'{"log":"a\\n"}{"log":"b\\n"}',
        b' {"log":"a\\n"}',
        b'["log"]',
        b"{'log': 'a'}",
        b'{"log":"\xff\\n"}',
        b'{"log":"a\\n","x":"\xff"}',
        b'{"log":"a\x01\\n"}',
        b'{"log":"a\\q"}',
        b'{"log":"a\\n"}x',
        b"[" * 100_000,
        b'{"x":' + b"{" * 50_000,
    ],
)
def test_a_line_that_is_not_dockers_is_plain_text(line: bytes) -> None:
    decoded = decode(docker("a\n") + line + b"\n" + docker("b\n"))
    expected = Decoded({None: b"a\n" + line + b"\nb\n"}, {None: [NS, None, NS]}, 1)
    assert decoded == expected


@pytest.mark.parametrize(
    "line",
    [
        "plain text",
        "",
        "2026-11-22T10:00:00Z stdin F x",
        "2026-11-22T10:00:00Z stdout X x",
        "2026-11-22 10:00:00Z stdout F x",
        "2026-11-22T10:00:00 stdout F x",
        "2026-11-22T10:00:00Z stdout F",
    ],
)
def test_a_line_that_is_not_cris_is_plain_text(line: str) -> None:
    decoded = decode(cri("a") + f"{line}\n".encode() + cri("b"))
    assert decoded == Decoded({None: f"a\n{line}\nb\n".encode()}, {None: [NS, None, NS]}, 1)


def test_a_line_that_is_not_valid_does_not_break_into_another() -> None:
    decoded = decode(cri("a" * 70_000, "P") + b"plain\n" + cri("b"))
    assert decoded.texts == {None: b"a" * 70_000 + b"b\nplain\n"}


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-11-22T10:00:00Z", 1_795_341_600 * 10**9),
        ("2026-11-22T12:00:00.5+02:00", 1_795_341_600_500_000_000),
        ("2026-13-22T10:00:00Z", None),
        ("1600-01-01T00:00:00Z", None),
        ("9999-01-01T00:00:00Z", None),
        ("soon", None),
    ],
)
def test_times_that_docker_tells(time: str, expected: int | None) -> None:
    log = docker("a\n") + docker("b\n", time=time)
    assert decode(log).times == {None: [NS, expected]}


def test_a_docker_line_that_is_too_long_to_be_held_is_plain_text() -> None:
    log = docker("a\n") + docker("x" * HELD_LIMIT + "\n") + docker("b\n")
    for sizes in ([], [1 << 20] * 20):
        decoded = decode(log, sizes=sizes)
        assert decoded.invalid == 1
        assert decoded.texts[None] == log.replace(docker("a\n"), b"a\n").replace(
            docker("b\n"), b"b\n"
        )


# --- Prefixes ----------------------------------------------------------------------------------


def test_containers_become_streams() -> None:
    attached = b"Creating network\nAttaching to algo-1-0k2vn, algo-2-0k2vn\n"
    log = (
        attached
        + b"algo-1-0k2vn  | a\n\x1b[36malgo-2-0k2vn |\x1b[0m | b | c\nalgo-1-0k2vn  |\n"
        + b"\x1b[33malgo-2-0k2vn  | \x1b[0md\n"
    )
    texts = {None: attached, "algo-1-0k2vn": b"a\n\n", "algo-2-0k2vn": b"| b | c\nd\n"}
    assert decode(log) == Decoded(texts, {}, 2)


@pytest.mark.parametrize(
    ("line", "stream", "text"),
    [
        ("[1,3]<stdout>:a", "rank-3", "a"),
        ("[1,3]<stderr>: a", "rank-3", " a"),
        ("[1,mpirank:3,algo-1]<stdout>:a", "rank-3", "a"),
        ("[prterun-host-1234@1,3]<stdout>: a", "rank-3", "a"),
        ("[prterun-host-1234@1,3][host:77]<stderr>: a", "rank-3", "a"),
        ("[1,3]:a", None, "[1,3]:a"),
        ("[1,3] a", None, "[1,3] a"),
        ("[1,x]<stdout>:a", None, "[1,x]<stdout>:a"),
    ],
)
def test_ranks_become_streams(line: str, stream: str | None, text: str) -> None:
    log = f"[1,0]<stdout>:first\n{line}\n".encode()
    assert decode(log).texts == {"rank-0": b"first\n", stream: f"{text}\n".encode()}


TAIL = b"2026-11-22T10:00:00.123000+00:00 job/algo-1-17 "
EXPORT = b"2026-11-22T10:00:00.123Z "


def test_further_lines_of_an_event_have_its_stream_and_time() -> None:
    log = TAIL + b"\n{\n}\n2026-11-22T10:00:01+00:00 job/algo-2-17 b\n"
    assert decode(log) == Decoded(
        {"job/algo-1-17": b"\n{\n}\n", "job/algo-2-17": b"b\n"},
        {"job/algo-1-17": [MS] * 3, "job/algo-2-17": [1_795_341_601 * 10**9]},
        0,
    )
    log = EXPORT + b"a\nb\n" + EXPORT + b"c\n"
    assert decode(log, Envelope.EXPORT) == Decoded({None: b"a\nb\nc\n"}, {None: [MS] * 3}, 0)


def test_lines_before_the_first_event_are_not_valid() -> None:
    log = b"a\n" + EXPORT + b"b\n"
    assert decode(log, Envelope.EXPORT) == Decoded({None: b"a\nb\n"}, {None: [None, MS]}, 1)


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-22T10:00:00 a",
        "\x1b[32m2026-11-22T10:00:00\x1b[0m a",
        "\x1b[0m\x1b[32m2026-11-22T10:00:00+00:00\x1b[0m \x1b[36ms\x1b[0m a",
    ],
)
def test_forms_of_tail(line: str) -> None:
    decoded = decode(f"{line}\n".encode(), Envelope.TAIL)
    assert list(decoded.texts.values()) == [b"a\n"]
    assert list(decoded.times.values()) == [[1_795_341_600 * 10**9]]


# --- CloudWatch --------------------------------------------------------------------------------


@pytest.mark.parametrize("indent", [None, 4])
def test_events_of_several_streams_in_several_pages(indent: int | None) -> None:
    one = {"logStreamName": "job/algo-1", "timestamp": 5, "message": "a\n", "ingestionTime": 6}
    two = {
        "logStreamName": "job/algo-2",
        "timestamp": 7,
        "message": "b\tc\r\nd é \ud83d",
        "eventId": "8",
    }
    log = (
        events(one, two, indent=indent) + b"\n" + events(two, one, {"message": "x"}, indent=indent)
    )
    b = "b\tc\r\nd é \ufffd\n".encode()
    assert decode(log) == Decoded(
        {"job/algo-1": b"a\n" * 2, "job/algo-2": b * 2, None: b"x\n"},
        {"job/algo-1": [5_000_000] * 2, "job/algo-2": [7_000_000] * 4, None: [None]},
        0,
    )


def test_an_array_of_events_and_events_on_their_own() -> None:
    event = {"timestamp": 1_795_341_600_123, "message": "a", "ingestionTime": 6}
    for log in (json.dumps([event, event]), (json.dumps(event) + "\n") * 2):
        assert recognise(log.encode()) is Envelope.CLOUDWATCH
        assert decode(log.encode()) == Decoded({None: b"a\na\n"}, {None: [MS, MS]}, 0)


def test_members_of_a_page_in_any_order() -> None:
    log = b'{"searchedLogStreams": [{"events": [1]}], "nextToken": "events", "events" : [ {"message":"\xc3\xa9"}], "n": 12}'
    assert decode(log, sizes=[1] * 200) == Decoded({None: "é\n".encode()}, {None: [None]}, 0)


@pytest.mark.parametrize("time", ["null", '"2026"', "true", "1e3", "99999999999999999999"])
def test_an_event_without_a_time(time: str) -> None:
    log = b'{"events":[{"timestamp":%b,"message":"a"}]}' % time.encode()
    assert decode(log) == Decoded({None: b"a\n"}, {None: [None]}, 0)


@pytest.mark.parametrize("indent", [None, 4])
def test_what_is_no_json_is_plain_text_up_to_the_end_of_its_line(indent: int | None) -> None:
    good = events({"message": "a"}, {"message": "b"}, indent=indent)
    log = good.replace(b'"b"', b"b") + b"\n" + good + b"\nplain\n" + good
    decoded = decode(log)
    lines = decoded.texts[None].split(b"\n")
    assert [line for line in lines if line in {b"a", b"b", b"plain"}] == [
        *b"a a b plain a b".split()
    ]
    assert decoded.invalid >= 2
    assert decoded == decode(log, sizes=[1] * len(log))


@pytest.mark.parametrize("indent", [None, 4])
def test_an_event_without_a_message_is_plain_text(indent: int | None) -> None:
    log = events({"timestamp": 5}, {"timestamp": 5, "message": "a"}, indent=indent)
    decoded = decode(log)
    (text,) = decoded.texts.values()
    assert json.loads(text.removesuffix(b"a\n")) == {"timestamp": 5}
    assert decoded.invalid == 1
    assert decoded.times == {None: [None] * (text.count(b"\n") - 1) + [5_000_000]}


def test_a_document_that_is_cut_off() -> None:
    log = events({"message": "a"}, {"message": "b"})
    for end in range(log.find(b"]") - 14, log.find(b"]") - 1):
        decoded = decode(log[:end], Envelope.CLOUDWATCH)
        assert decoded.invalid == 1
        assert decoded.texts[None] == b"a\n" + log[log.rfind(b"{", 0, end) : end]


def test_an_event_that_is_too_long_to_be_held_is_plain_text() -> None:
    log = (
        events({"message": "a"}, {"message": "x" * HELD_LIMIT}, indent=0)
        + b"\n"
        + events({"message": "b"})
    )
    for sizes in ([], [1 << 20] * 17):
        decoded = decode(log, sizes=sizes)
        assert decoded.invalid >= 1
        assert decoded.texts[None].startswith(b"a\n{\n" + b'"message": "xxx')
        assert decoded.texts[None].endswith(b"b\n")


def test_documents_of_any_size_need_little_memory() -> None:
    page = events(*({"message": "loss: 1"} for _ in range(1000)))
    decoder = decoder_of(Envelope.CLOUDWATCH)
    for start in range(0, len(page) * 20, 4096):
        chunk = (page * 2)[start % len(page) :][:4096]
        for _ in decoder.feed(chunk):
            pass
        assert decoder.held < 10_000


# --- From one to another, and however divided ----------------------------------------------------


def test_a_log_that_changes_its_envelope() -> None:
    log = docker("a\n") + cri("b") + b"plain\n" + b"[1,0]<stdout>:c\n" + docker("d") + docker("\n")
    expected = Decoded({None: b"a\nb\nplain\nd\n", "rank-0": b"c\n"}, {None: [NS, NS, None, NS]}, 1)
    assert decode(log) == expected


@pytest.mark.parametrize("last", [docker("b" * 70_000), docker("b"), cri("b"), b"b\n"])
def test_every_line_that_is_begun_ends_by_itself(last: bytes) -> None:
    begun = docker("a" * 70_000) + docker("c" * 70_000, "stderr")
    (text,) = decode(begun + last, Envelope.DOCKER).texts.values()
    assert (
        sorted(len(line.rstrip(b"b")) for line in text.split(b"\n") if line.rstrip(b"b"))
        == [70_000] * 2
    )


def test_a_line_begun_ends_where_the_envelope_changes() -> None:
    assert decode(docker("a") + cri("b")).texts == {None: b"a\nb\n"}


LINES = [
    docker("loss: 1\n"),
    docker("piece "),
    docker("err", "stderr"),
    docker("end\n", "stderr"),
    docker("x" * 40_000),
    b'{"log":"\\ud800\\n"}\n',
    cri("loss: 2"),
    cri("part", "P"),
    cri("part", "P", "stderr"),
    cri("z" * 70_000, "P"),
    b"[1,0]<stdout>:loss: 3\n",
    b"[1,1]<stderr>:" + b"y" * 70_000 + b"\n",
    b"plain text\n",
    b"\xff\xfe\n",
    b"\n",
    b'{"loss": 1}\n',
    TAIL + b"a\n",
    EXPORT + b"a\n",
    b"algo-1-0k2vn  | a\n",
    b"algo-1-0k2vn  |\n",
    b"algo-1-0k2vn  |\x1b[0m a\n",
    b"\x1b[36malgo-1-0k2vn  |\x1b[0m\n",
    b"\x1b[36malgo-1-0k2vn  |\x1b[0m a\n",
    b"\x1b[36malgo-1-0k2vn  | \x1b[0ma\n",
    b"[prterun-host-1234@1,0]<stdout>:\n",
    b"[prterun-host-1234@1,0]<stdout>: a\n",
    b"algo-2-0k2vn  | " + b"w" * 70_000 + b"\n",
    events({"message": "m\nn", "timestamp": 5}),
    events({"message": "é", "logStreamName": "s"}, indent=2) + b"\n",
    b'{"events":[{"message":"a"},{"mess\n',
]


@tried(
    80,
    2000,
    st.lists(st.sampled_from(LINES), min_size=1, max_size=12).map(b"".join),
    st.integers(0, 3),
    st.sampled_from([envelope for envelope in Envelope if envelope is not Envelope.PLAIN]),
    st.randoms(use_true_random=False),
)
def test_chunks_change_nothing(
    log: bytes, cut: int, envelope: Envelope, chance: random.Random
) -> None:
    log = log[: len(log) - cut]
    sizes = [chance.choice([0, 1, 7, 100, 5000, 66_000]) for _ in range(60)]
    assert decode(log, envelope, sizes) == decode(log, envelope)


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=12),
    st.sampled_from([Envelope.DOCKER, Envelope.CRI, Envelope.COMPOSE, Envelope.MPI]),
)
def test_a_new_decoder_goes_on_where_one_is_settled(lines: list[bytes], envelope: Envelope) -> None:
    log = b"".join(lines)
    decoder = decoder_of(envelope)
    texts: dict[str | None, bytes] = defaultdict(bytes)
    fed = 0
    for end in range(0, len(log) + 1, 997):
        if decoder.settled:
            fed -= decoder.held
            decoder = decoder_of(decoder.envelope)
        for text in decoder.feed(log[fed:end]):
            texts[text.stream] += text.data
        fed = end
    for text in [*decoder.feed(log[fed:]), *decoder.finish()]:
        texts[text.stream] += text.data
    assert texts == decode(log, envelope).texts


# --- Recognition -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "log",
    [
        "",
        "\n",
        "loss: 1\n",
        "2026-11-22T10:00:00 loss=1\n" * 3,
        "2026-11-22T10:00:00.123456Z loss=1\n" * 3,
        "2026-11-22T10:00:00.123Z loss=1\n" * 3 + "Traceback\n",
        "2026-11-22T10:00:00.123456+00:00 host loss: 1\n" * 3,
        "2026-11-22T10:00:00+00:00 a/b: 1\nloss\n2026-11-22T10:00:00+00:00 loss: 1\n",
        "{'log': 'a', 'stream': 'stdout', 'time': '2026'}\n",
        '{"loss": 1, "stream": "stdout", "time": "2026"}\n' * 3,
        '{"log": "a", "level": "info", "time": "2026"}\n' * 3,
        '{"message": "a", "timestamp": 1795341600123, "level": "info"}\n' * 3,
        "epoch | loss\n1 | 0.5\n2 | 0.4\n",
        "| epoch | loss |\n| 1 | 0.5 |\n",
        "epoch_1  | 0.5\nepoch_2  | 0.4\nepoch_3  | 0.3\n",
        "loss  | 0.5\nloss  | 0.4\n",
        "[1,0] loss: 1\n[1,1] loss: 1\n",
        "plain\n" * 11 + docker("a\n").decode(),
    ],
)
def test_an_ordinary_log_is_plain(log: str) -> None:
    assert recognise(log.encode()) is Envelope.PLAIN
    assert decode(log.encode()).texts.get(None, b"") == log.encode()


@pytest.mark.parametrize(
    ("log", "envelope"),
    [
        (b"plain\n" * 10 + docker("a\n"), Envelope.DOCKER),
        (b"the end of a line\n" + cri("a"), Envelope.CRI),
        (b"mpirun: starting\n[1,0]<stdout>:a\n", Envelope.MPI),
        (b"Attaching to x\nweb-1  | a\nweb-1  | b\n", Envelope.COMPOSE),
        (b"0123456789-algo-1-0k2vn  | a\n", Envelope.COMPOSE),
        (TAIL + b"{\n    1\n}\n", Envelope.TAIL),
        (EXPORT + b"a\n" + EXPORT[:7], Envelope.EXPORT),
        (b' {\n "nextForwardToken": "f/1", "events": []}', Envelope.CLOUDWATCH),
        (docker("a\n")[:-1], Envelope.DOCKER),
        (b'{"log":"' + b"\\u001b[A" * 10_000, Envelope.DOCKER),
    ],
)
def test_what_is_recognised(log: bytes, envelope: Envelope) -> None:
    assert recognise(log) is envelope


def test_plain_text_passes_as_it_is() -> None:
    decoder = decoder_of(Envelope.PLAIN)
    assert [text.data for text in decoder.feed(b"a\nb")] == [b"a\nb"]
    assert list(decoder.finish()) == []
    assert (decoder.invalid, decoder.skipped, decoder.held, decoder.settled) == (0, 0, 0, True)


# --- What the SDK prints -----------------------------------------------------------------------

PRINTED = b"""\
2022-04-18 00:28:15 Starting - Starting the training job...ProfilerReport-1650241694: InProgress
...
2022-04-18 00:30:07 Training - Downloading the training image.....\x1b[34mbash: no job control\x1b[0m
\x1b[34m***** Running Evaluation *****
  Num examples = 1821\x1b[0m
\x1b[35m\x1b[32mINFO\x1b[0m loss: 1\x1b[0m
what the notebook printed
\x1b[34mTraining Env:
\x1b[0m

2022-04-18 00:53:44 Uploading - Uploading generated training model
Training seconds: 1803
"""
HELD_BY_CLOUDWATCH = b"""\


bash: no job control
***** Running Evaluation *****
  Num examples = 1821
\x1b[32mINFO\x1b[0m loss: 1
what the notebook printed
Training Env:




"""


@pytest.mark.parametrize("sizes", [[], [1] * 800, [100] * 8, [173, 9, 1, 1, 1]])
def test_what_the_sdk_prints_is_read_as_cloudwatch_holds_it(sizes: list[int]) -> None:
    assert recognise(PRINTED) is Envelope.SDK
    decoded = decode(PRINTED, sizes=sizes)
    assert decoded == Decoded({None: HELD_BY_CLOUDWATCH}, {}, 0)


def test_an_event_that_the_sdk_printed_may_lack_its_end() -> None:
    assert decode(b"\x1b[34ma\x1b[0m\n\x1b[34mb\x1b[0m").texts == {None: b"a\nb"}
    assert decode(b"\x1b[34ma\x1b[0m\n\x1b[34mb\x1b[").texts == {None: b"a\nb\x1b["}
    assert decode(b"\x1b[34ma\x1b[0m\r\n\x1b[34mb\n").texts == {None: b"a\r\nb\n"}


@pytest.mark.parametrize(
    "log",
    [
        b"\x1b[32mINFO: a\x1b[0m\n" * 30,  # a logger's colour for a level
        b"\x1b[32mINFO: a\x1b[0m\n\x1b[33mWARNING: b\x1b[0m\n" * 30,
        b"\x1b[34mINFO: a\x1b[0m\nloss: 1\n" * 30,  # what is not logged has none
        b"\x1b[34mINFO\x1b[0m: a\n" * 30,  # a part of the line
        b"loss=\x1b[34m5\x1b[0m\n" * 30,
        b"\x1b[31mloss=5\x1b[0m\n" * 30,  # the first host has been blue since 2019
        b"\x1b[34mimport\x1b[39;49;00m json\n" * 30,
    ],
)
def test_colours_of_the_container_itself_stay(log: bytes) -> None:
    assert recognise(log) is Envelope.PLAIN


@pytest.mark.parametrize("log", log_paths(), ids=lambda path: path.stem)
def test_real_logs_that_the_sdk_printed_are_told_from_others(log: Path) -> None:
    """And the others are plain."""
    data = log.read_bytes()
    begun = len(re.findall(rb"(?m)\x1b\[3[1-6]m[^\x1b]", data))
    ended = len(re.findall(rb"(?m)\x1b\[0m$", data))
    printed = begun > 5 and ended > begun / 2 and b" Training - " in data
    assert recognise(data) is (Envelope.SDK if printed else Envelope.PLAIN)
