"""Run the sample training scripts again and write their logs.

    python sample_logs/generate.py [NAME ...]

For each sample (all of them when no NAME is given) this makes a fresh virtual
environment in a temporary directory, installs the sample's requirements.txt
into it, runs the sample's train.py there, and writes what the script printed
to the sample's train.log.

The script's standard output and standard error go into one pipe, as they do in
a container, and the bytes are stored as they came: carriage returns, tabs and
all.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = sorted(path.parent.name for path in HERE.glob("*/train.py"))


def container_env(work: Path) -> dict[str, str]:
    """A small environment, like a container's: nothing of the caller's is passed on."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(work),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",  # training containers set this: lines come out in order
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",  # the samples are small: always train on the CPU
    }


def run_sample(name: str) -> bytes:
    """Install and run one sample; return everything that it printed."""
    sample = HERE / name
    with tempfile.TemporaryDirectory(prefix=f"sample-{name}-") as temp:
        work = Path(temp)
        venv.create(work / "venv", with_pip=True)
        python = str(work / "venv" / "bin" / "python")
        requirements = str(sample / "requirements.txt")
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", requirements], check=True)
        shutil.copy(sample / "train.py", work)
        done = subprocess.run(
            [python, "train.py"],
            cwd=work,
            env=container_env(work),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        sys.stderr.buffer.write(done.stdout)
        sys.exit(f"{name}: train.py ended with status {done.returncode}; train.log is unchanged")
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the sample logs again.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(NAMES)}")
    names: list[str] = parser.parse_args().names or NAMES
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        parser.error(f"no such sample: {', '.join(unknown)} (there are: {', '.join(NAMES)})")
    for name in names:
        print(f"{name}: installing and running ...", flush=True)
        output = run_sample(name)
        (HERE / name / "train.log").write_bytes(output)
        newlines = output.count(b"\n")
        print(f"{name}: wrote train.log, {len(output)} bytes, {newlines} lines")


if __name__ == "__main__":
    main()
