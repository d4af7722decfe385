"""The loop of `re.search` that one would write, in a process that can be ended, as no search can.

The process runs this file, which therefore imports nothing of metricparse.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

_ENOUGH = 2.5
_PATIENCE = 15.0


def by_hand(regexes: Sequence[str], text: str) -> float | None:
    """Bytes a second of the loop on lines of text; None if `re` refuses a regex or does not end."""
    try:
        done = subprocess.run(  # noqa: S603 - what it runs is this file
            [sys.executable, "-I", __file__],
            input=json.dumps([regexes, text]).encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return float(done.stdout) if done.returncode == 0 else None


def _loop(regexes: Sequence[str], text: str) -> float:
    searches = [re.compile(regex).search for regex in regexes]
    started, characters = time.perf_counter(), 0
    for line in text.split("\n"):
        for search in searches:
            if (match := search(line)) and match.re.groups:
                with suppress(ValueError, TypeError):
                    float(match[1])
        characters += len(line) + 1
        if (taken := time.perf_counter() - started) > _ENOUGH:
            break
    return len(text[:characters].encode()) / taken


if __name__ == "__main__":
    sys.stdout.write(repr(_loop(*json.load(sys.stdin))))
