"""The site of the documentation: built strictly, every link in it followed, narrow and wide."""

import functools
import http.server
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.support.long_runs import long

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium")

pytestmark = [
    long,
    pytest.mark.skipif(
        importlib.util.find_spec("zensical") is None,
        reason="zensical is not installed; pip install --group site",
    ),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


class Page(HTMLParser):
    """The links, pictures and anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.undescribed: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag points to, and by what it is found."""
        given = dict(attrs)
        for name in ("href", "src"):
            if tag != "link" and given.get(name):
                self.links.append(given[name] or "")
        if given.get("id"):
            self.anchors.add(given["id"] or "")
        if tag == "img" and not given.get("alt"):
            self.undescribed.append(str(given.get("src")))


def test_every_link_leads_somewhere(site: Path) -> None:
    pages = {
        path: Page(path.read_text(encoding="utf-8"))
        for path in site.rglob("*.html")
        if path.name != "404.html"
    }
    assert len(pages) > 15
    dead = []
    for path, page in pages.items():
        here = path.relative_to(site).as_posix()
        for link in page.links:
            if urlsplit(link).scheme or link.startswith("//"):
                continue
            target = urlsplit(urljoin(f"/{here}", link))
            file = site / unquote(target.path).lstrip("/")
            file = file / "index.html" if file.is_dir() else file
            anchors = pages[file].anchors if file in pages else {target.fragment}
            if not file.exists() or (target.fragment and unquote(target.fragment) not in anchors):
                dead.append(f"{here}: {link}")
    assert not dead
    assert not [src for page in pages.values() for src in page.undescribed]


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.skipif(not CHROMIUM, reason="no chromium")
def test_pages_fit_narrow_and_wide_screens_and_fetch_nothing_from_elsewhere(address: str) -> None:
    playwright: Any = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in (360, 1400):
            tab = browser.new_page(viewport={"width": width, "height": 800})
            asked: list[str] = []
            tab.on("request", lambda request, asked=asked: asked.append(request.url))
            for name in ("", "tutorial/", "benchmarks/", "commands/", "reference/", "semantics/"):
                tab.goto(f"{address}{name}")
                wide, shown = tab.evaluate(
                    "[document.documentElement.scrollWidth, window.innerWidth]"
                )
                assert wide <= shown, name
                broken = "[...document.images].filter(each => !each.naturalWidth).length"
                assert tab.evaluate(broken) == 0, name
            assert not [url for url in asked if not url.startswith((address, "data:"))]
        browser.close()
