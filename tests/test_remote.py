"""Logs on other machines: an S3 server that runs here, and what fsspec reads."""

import gzip
import pickle
from collections.abc import Iterator

import pyarrow.dataset as pads
import pytest
from pyarrow import fs

import metricparse as mp
from tests.support.aws_server import aws_server

LOSS = [{"Name": "loss", "Regex": r"loss: (\S+)"}]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where an S3 server listens."""
    with aws_server() as number:
        yield number


@pytest.fixture
def bucket(port: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket's name, with an export in it, and the rest of its URLs."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    files = fs.S3FileSystem(
        endpoint_override=f"127.0.0.1:{port}",
        scheme="http",
        region="us-east-1",
        allow_bucket_creation=True,
    )
    files.create_dir("logs")
    for number in (1, 2):
        text = b"2026-11-22T10:00:00.123Z loss: %d\n" % number
        with files.open_output_stream(
            f"logs/export/{number}/000000.gz", compression=None
        ) as stream:
            stream.write(gzip.compress(text))
    with files.open_output_stream("logs/export/.hidden") as stream:
        stream.write(b"loss: 9\n")
    return f"?endpoint_override=127.0.0.1:{port}&scheme=http&region=us-east-1"


def test_a_prefix_is_listed_like_a_directory(bucket: str) -> None:
    scan = mp.scan(f"s3://logs/export{bucket}", LOSS)
    for _ in range(2):
        table = scan.to_table()
        assert table["value"].to_pylist() == [1, 2]
        assert table["source"].to_pylist() == [
            f"s3://logs/export/{number}/000000.gz" for number in (1, 2)
        ]
    assert scan.summary.sources[0].envelopes == ["export"]


def test_one_object(bucket: str) -> None:
    scan = mp.scan(f"s3://logs/export/2/000000.gz{bucket}", LOSS)
    assert scan.to_table()["value"].to_pylist() == [2]


@pytest.mark.parametrize("path", ["logs/none", "none/at/all"])
def test_what_is_not_there_is_named(path: str, bucket: str) -> None:
    with pytest.raises(mp.LogError, match=f"s3://{path}: "):
        mp.scan(f"s3://{path}{bucket}", LOSS)


def test_other_urls_are_read_by_fsspec() -> None:
    fsspec = pytest.importorskip("fsspec")
    with fsspec.open("memory://logs/train.log", "wb") as file:
        file.write(b"loss: 3\n")
    table = mp.scan("memory://logs", LOSS).to_table()
    assert table["value"].to_pylist() == [3]
    with pytest.raises(mp.LogError, match="nosuch"):
        mp.scan("nosuch://logs", LOSS)


def test_following_is_for_files_of_this_machine() -> None:
    with pytest.raises(mp.LogError, match="only files can be followed"):
        mp.follow("s3://logs/export", LOSS)


def test_a_dataset_in_a_bucket_is_gone_on_with(bucket: str, port: int) -> None:
    files = fs.S3FileSystem(
        endpoint_override=f"127.0.0.1:{port}", scheme="http", region="us-east-1"
    )

    def put(name: str, text: bytes) -> None:
        with files.open_output_stream(f"logs/jobs/{name}", compression=None) as stream:
            stream.write(text)

    def scanned() -> mp.ScannedDataset:
        return mp.scan_dataset(
            f"s3://logs/jobs{bucket}",
            LOSS,
            f"s3://logs/metrics{bucket}",
            job="jobs/([^/]+)/",
            # As other processes get them.
            map=lambda run, tasks: map(run, pickle.loads(pickle.dumps(tasks))),  # noqa: S301 - our own
        )

    for number in range(3):
        put(f"job-{number}/algo-1.log", b"loss: %d\n" % number)
    put("empty/algo-1.log", b"")
    assert len(scanned().read) == 4
    assert scanned().read == []
    for number in range(10):
        put(f"new-{number}/algo-1.log", b"loss: 7\n")
    dataset = scanned()
    assert sorted(account.job or "" for account in dataset.read) == [
        f"new-{number}" for number in range(10)
    ]
    assert dataset.summary.records == 13
    table = pads.dataset("logs/metrics", filesystem=files, partitioning="hive").to_table()
    assert sorted(table["value"].to_pylist()) == [0, 1, 2] + [7] * 10
    assert set(table["job"].to_pylist()) >= {"job-0", "new-9"}
    files.delete_file(f"logs/metrics/{dataset.accounts[-1].file}")
    assert len(scanned().read) == 1
    for _ in range(9):  # times are told in seconds
        put("job-0/algo-1.log", b"loss: 8\n")
        before = files.get_file_info("logs/jobs/job-0/algo-1.log")
        scanned()
        put("job-0/algo-1.log", b"loss: 9\n")
        if files.get_file_info("logs/jobs/job-0/algo-1.log") == before:
            break
    assert [account.job for account in scanned().read] == ["job-0"]
    assert scanned().read == []


def test_what_is_named_in_a_bucket_and_no_text_is_noted(bucket: str, port: int) -> None:
    files = fs.S3FileSystem(
        endpoint_override=f"127.0.0.1:{port}", scheme="http", region="us-east-1"
    )
    with files.open_output_stream("logs/odd/elf", compression=None) as stream:
        stream.write(b"\x7fELF" + bytes(1000))
    named = [f"s3://logs/odd/elf{bucket}", f"s3://logs/odd/none{bucket}"]
    with pytest.raises(mp.LogError, match="an ELF program"):
        mp.scan(named[0], LOSS).to_table()
    scan = mp.scan(named, LOSS, on_error="record")
    assert scan.to_table().num_rows == 0
    assert {each.name for each in scan.summary.failed} == {
        "s3://logs/odd/elf",
        "s3://logs/odd/none",
    }
    below = mp.scan(f"s3://logs/odd{bucket}", LOSS).summary
    assert [each.binary for each in below.sources] == [True]
