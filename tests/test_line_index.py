"""Lines by their number, in files that grow."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings, strategies as st

from metricparse.logs.line_index import LineIndex

texts = st.lists(
    st.one_of(st.just(b"\n"), st.binary(max_size=5), st.just(b"x" * 300_000)), max_size=8
).map(b"".join)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts, texts, st.integers(1, 12), st.integers(0, 5))
def test_lines_are_those_of_the_file(
    tmp_path: Path, first_half: bytes, second_half: bytes, first: int, count: int
) -> None:
    path = tmp_path / "log"
    path.write_bytes(first_half)
    index = LineIndex(str(path))
    index.extend()
    with path.open("ab") as file:
        file.write(second_half)
    index.extend()
    data = first_half + second_half
    lines = data.split(b"\n")[: None if data and not data.endswith(b"\n") else -1]
    assert index.count == len(lines)
    assert index.lines(first, count, 7) == [
        line[:7] for line in lines[first - 1 : first - 1 + count]
    ]
    for number in range(1, len(lines) + 1):
        place = sum(len(line) + 1 for line in lines[: number - 1])
        assert index.place_of(number) == place
        assert index.line_at(place) == number
