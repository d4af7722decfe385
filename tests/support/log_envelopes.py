"""Logs in the forms in which tools keep them."""

import bz2
import gzip
import json
import lzma
import sys
from collections.abc import Callable

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TIME = "2026-11-22T10:00:00.123Z"
NANOSECONDS = 1_795_341_600_123_000_000
_PIECE = 16_384


def docker(log: bytes) -> bytes:
    """As Docker's `json-file`, in pieces of 16 KiB."""
    lines = [line + "\n" for line in log.decode().removesuffix("\n").split("\n")]
    pieces = [line[at : at + _PIECE] for line in lines for at in range(0, len(line), _PIECE)]
    events = ({"log": piece, "stream": "stdout", "time": TIME} for piece in pieces)
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def cri(log: bytes) -> bytes:
    """As Kubernetes' CRI, in pieces of 16 KiB."""
    out = []
    for line in log.removesuffix(b"\n").split(b"\n"):
        for start in range(0, max(len(line), 1), _PIECE):
            tag = b"P" if start + _PIECE < len(line) else b"F"
            piece = line[start : start + _PIECE]
            out.append(b"%b stdout %b %b\n" % (TIME.encode(), tag, piece))
    return b"".join(out)


def cloudwatch(log: bytes) -> bytes:
    """As a document of `get-log-events`."""
    events = [
        {"timestamp": NANOSECONDS // 10**6, "message": line, "ingestionTime": 0}
        for line in log.decode().removesuffix("\n").split("\n")
    ]
    return json.dumps({"events": events, "nextForwardToken": "f/1"}).encode()


def export(log: bytes) -> bytes:
    """As CloudWatch's export to S3, which is compressed."""
    lines = log.removesuffix(b"\n").split(b"\n")
    return gzip.compress(b"".join(b"%b %b\n" % (TIME.encode(), line) for line in lines))


def compose(log: bytes) -> bytes:
    """As SageMaker's local mode prints it."""
    lines = log.removesuffix(b"\n").split(b"\n")
    return b"".join(b"algo-1-0k2vn  | %b\n" % line for line in lines)


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstd": zstd.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "docker": docker,
    "cri": cri,
    "cloudwatch": cloudwatch,
    "export": export,
    "compose": compose,
}
