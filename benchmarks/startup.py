"""Whole commands on small input: `python -m benchmarks.startup`.

The commands take turns; the figures are the least of many rounds, as whatever else the machine does
only adds to it. Beside a scan stands `import pyarrow`, which each needs, and beside `check` an
interpreter that does nothing. `--python` names the environment to measure, which is best one in which
there is nothing but metricparse, installed and not merely linked to its source.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_SAMPLE = Path(__file__).parents[1] / "sample_logs" / "transformers"
# Where there is no package to be imported.
_ELSEWHERE = tempfile.gettempdir()
_SCAN = ("-m", "metricparse", "scan", str(_SAMPLE / "train.log"), "-d")
_COMMANDS = {
    "an interpreter": ("-c", "pass"),
    "import pyarrow": ("-c", "import pyarrow"),
    "check": ("-m", "metricparse", "check", str(_SAMPLE / "definitions.json")),
    "scan": (*_SCAN, str(_SAMPLE / "definitions.json")),
    "scan with findings": (*_SCAN, str(_SAMPLE / "definitions-copied.json")),
}
_BESIDE = {
    "check": "an interpreter",
    "scan": "import pyarrow",
    "scan with findings": "import pyarrow",
}


def measure(python: str, rounds: int) -> dict[str, float]:
    """The least seconds of each command."""
    taken: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    for _ in range(rounds):
        for name, arguments in _COMMANDS.items():
            started = time.perf_counter()
            subprocess.run([python, *arguments], capture_output=True, check=True, cwd=_ELSEWHERE)
            taken[name].append(time.perf_counter() - started)
    return {name: min(seconds) for name, seconds in taken.items()}


def main() -> None:
    """Measure all, and print them with the ratio to what stands beside."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--python", default=sys.executable, help="that of another environment")
    arguments = parser.parse_args()
    least = measure(arguments.python, arguments.rounds)
    for name, seconds in least.items():
        other = _BESIDE.get(name)
        ratio = f"  {seconds / least[other]:.1f} times {other}" if other else ""
        print(f"{name:>20}: {seconds * 1e3:4.0f} ms{ratio}")


if __name__ == "__main__":
    main()
