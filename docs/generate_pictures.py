"""Make the pictures of the documentation: a terminal, the page of `view`, and the benchmarks.

The page is taken in Chromium, by Playwright.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import chdir
from math import log10
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

import metricparse as mp

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
BENCHMARKS = ROOT / "docs" / "benchmarks.md"

_SAMPLE = ROOT / "sample_logs" / "transformers"
_COMMAND = "metricparse scan -d definitions.json train.log"
_COLUMNS = 108
# Fonts that are there, instead of one that would be fetched.
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_PAGE_SIZE = (1400, 820)
_COLOURS = 64


def terminal() -> str:
    """An SVG of what `scan` prints on a terminal, but for how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(_SAMPLE / "train.log", folder)
        shutil.copy(_SAMPLE / "definitions-copied.json", Path(folder) / "definitions.json")
        printed = _on_terminal(_COMMAND, folder)
    printed = re.sub(r" in [\d.]+ m?s, scanned at [\d.]+ .B/s", "", printed)
    console = Console(record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ {_COMMAND}", "bold"))
    console.print(Text.from_ansi(printed.strip()))
    picture = console.export_svg(title="metricparse", theme=MONOKAI, unique_id="terminal")
    return _FONT_FACE.sub("", picture)


def _on_terminal(command: str, folder: str) -> str:
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(_COLUMNS), "TERM": "xterm-256color"}
    process = subprocess.Popen(
        [sys.executable, "-m", *command.split()],
        cwd=folder,
        env=environment,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    printed = b""
    try:
        while part := os.read(ours, 1 << 16):
            printed += part
    except OSError:
        pass  # the terminal's end
    os.close(ours)
    process.wait()
    return printed.decode().replace("\r\n", "\n")


def page() -> bytes:
    """A PNG of the page of `view`."""
    from playwright.sync_api import sync_playwright

    from metricparse.view.live.server import served_page

    definitions = mp.load_definitions(_SAMPLE / "definitions.json")
    reading = {"view": "sagemaker", "strip_ansi": False, "envelope": None, "time": "auto"}
    with (
        chdir(_SAMPLE),  # the page shows the log's name as it was given
        served_page(["train.log"], definitions, {**reading, "time_zone": "UTC"}) as address,
        sync_playwright() as playwright,
    ):
        width, height = _PAGE_SIZE
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        tab = browser.new_page(viewport={"width": width, "height": height})
        tab.goto(address)
        tab.wait_for_selector("canvas", timeout=20_000)
        tab.wait_for_timeout(3000)
        taken = tab.screenshot()
        browser.close()
    return _smaller(taken)


def _smaller(png: bytes) -> bytes:
    from PIL import Image

    made = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(_COLOURS).save(made, "png", optimize=True)
    return made.getvalue()


class Bar(NamedTuple):
    """Megabytes a second of one of those that were compared."""

    name: str
    speed: float


def benchmarks(text: str) -> str:
    """An SVG of the first two rows of the page's first table, on a logarithmic scale."""
    rows = [line.strip("| \n").split("|") for line in text.splitlines() if line.startswith("|")]
    names = [cell.strip() for cell in rows[0] if cell.strip()]
    groups = [(row[0].strip(), _bars(names, row[1:])) for row in rows[2:4]]
    parts: list[str] = []
    top = 30
    for title, bars in groups:
        parts.append(f'<text class="title" x="8" y="{top}">{title}</text>')
        for bar in bars:
            top += 22
            # From 1 to 10,000 MB a second.
            width = 100 * log10(bar.speed)
            kind = "ours" if bar.name.startswith("metricparse") else "others"
            parts.append(f'<text class="name" x="190" y="{top + 12}">{bar.name}</text>')
            parts.append(
                f'<rect class="{kind}" x="200" y="{top}" width="{width:.0f}" height="16"/>'
            )
            parts.append(f'<text x="{206 + width:.0f}" y="{top + 12}">{bar.speed:,.0f}</text>')
        top += 46
    style = (
        "text{font:13px sans-serif;fill:#888}.title{font-weight:bold}.name{text-anchor:end}"
        ".ours{fill:#0a7}.others{fill:#999}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 {top - 14}" role="img">'
        f"<title>MB of log a second, on a logarithmic scale</title><style>{style}</style>"
        f"{''.join(parts)}</svg>\n"
    )


def _bars(names: list[str], cells: list[str]) -> list[Bar]:
    found = [
        Bar(name, float(speed[0].replace(",", "")))
        for name, cell in zip(names, cells, strict=False)
        if (speed := re.search(r"[\d,]+", cell))
    ]
    return sorted(found, key=lambda bar: -bar.speed)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "terminal.svg").write_text(terminal(), encoding="utf-8")
    drawn = benchmarks(BENCHMARKS.read_text(encoding="utf-8"))
    (PICTURES / "benchmarks.svg").write_text(drawn, encoding="utf-8")
    (PICTURES / "page.png").write_bytes(page())
