"""From a line written to its record readable: `python -m benchmarks.latency`.

Lines are written one by one, at random moments, to a file that is followed and by a command that is
executed; another reader waits for each record at the end of the output.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_METRICPARSE = [sys.executable, "-m", "metricparse"]
_METRIC = ("-m", "v=v=([0-9]+)")
# Of the file that is followed, or of the command's own output.
_WRITER = """
import random, sys, time
out, lines = sys.stdout, int(sys.argv[1])
time.sleep(2)
for number in range(lines):
    time.sleep(random.Random(number).uniform(0.05, 0.4))
    out.write(f"v={time.time_ns()}\\n")
    out.flush()
"""


def follow(lines: int, folder: Path) -> list[float]:
    """Milliseconds of each line while a file is followed."""
    log, out = folder / "log", folder / "out.jsonl"
    command = [*_METRICPARSE, "scan", "--follow", *_METRIC, str(log), "-o", str(out)]
    with (
        log.open("wb") as file,
        subprocess.Popen(command, stdout=subprocess.DEVNULL) as follower,
        subprocess.Popen([sys.executable, "-c", _WRITER, str(lines)], stdout=file),
    ):
        found = _waited_for(out, lines)
        follower.terminate()
    return found


def execute(lines: int, folder: Path) -> list[float]:
    """Milliseconds of each line while a command is executed."""
    out = folder / "out.jsonl"
    command = [*_METRICPARSE, "exec", *_METRIC, "-o", str(out), "--"]
    with subprocess.Popen(
        [*command, sys.executable, "-c", _WRITER, str(lines)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ):
        return _waited_for(out, lines)


def _waited_for(out: Path, lines: int) -> list[float]:
    found: list[float] = []
    while not out.exists():
        time.sleep(0.01)
    with out.open("rb") as records:
        while len(found) < lines:
            line = records.readline()
            if line:
                # The value is the nanosecond at which its line was written, as a float64.
                written = float(line[line.index(b'"value": ') + 9 : -2])
                found.append((time.time_ns() - written) / 1e6)
            else:
                time.sleep(0.001)
    return found


def main() -> None:
    """Measure both, and print the median and the 99th percentile."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=200)
    lines = parser.parse_args().lines
    for measure in (follow, execute):
        with tempfile.TemporaryDirectory() as folder:
            found = sorted(measure(lines, Path(folder)))
        median, late = statistics.median(found), found[int(len(found) * 0.99)]
        print(f"{measure.__name__}: p50 {median:.1f} ms, p99 {late:.1f} ms, of {lines} lines")


if __name__ == "__main__":
    main()
