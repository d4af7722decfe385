"""The page in a real browser: keyboard, odd logs, refused visitors, and the end of the server."""

import http.client
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

import metricparse as mp
from tests.support.long_runs import long
from tests.support.sample_logs import SAMPLES

pytest.importorskip("starlette", reason="the extra `view` is not installed")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

from metricparse.view.live.server import served_page  # noqa: E402 - needs the extra

CHROMIUM = shutil.which("chromium")
needs_browser = pytest.mark.skipif(not CHROMIUM, reason="no chromium")
READING: dict[str, Any] = {
    "view": "sagemaker",
    "strip_ansi": False,
    "envelope": None,
    "time": "auto",
    "time_zone": "UTC",
}
LOSS = [{"Name": "loss", "Regex": "loss: ([0-9.]+)"}]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=as_root)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    made = browser.new_context(viewport={"width": 1400, "height": 900})
    yield made
    made.close()


@pytest.fixture
def page(context: Any) -> Any:
    return context.new_page()


Served = Callable[..., str]


@pytest.fixture
def served() -> Iterator[Served]:
    pages: list[AbstractContextManager[str]] = []

    def begin(
        logs: list[Path], definitions: Any = LOSS, origin: Path | None = None, **options: Any
    ) -> str:
        loaded = mp.load_definitions(definitions) if definitions else ()
        known = None if origin is None else str(origin)
        page = served_page([str(log) for log in logs], loaded, READING, origin=known, **options)
        pages.append(page)
        return page.__enter__()

    yield begin
    for page in pages:
        page.__exit__(None, None, None)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return written(
        tmp_path / "train.log", "".join(f"step {n} loss: {n}e-05\n" for n in range(1, 99))
    )


def written(path: Path, text: str) -> Path:
    """A log that was written a while ago."""
    path.write_text(text, encoding="utf-8", newline="\n")
    os.utime(path, (1, 1))
    return path


@pytest.fixture
def opened(page: Any) -> Callable[[str], Any]:
    """Opens an address, and fails for whatever the console complains about."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    def open_page(url: str) -> Any:
        page.goto(url)
        page.locator(".row, .empty").first.wait_for()
        page.complaints = complaints
        return page

    return open_page


def eventually(check: Callable[[], Any], seconds: float = 20.0) -> Any:
    until = time.monotonic() + seconds
    while not (found := check()):
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.03)
    return found


class Answer(NamedTuple):
    """What a request without a browser is answered."""

    status: int
    headers: Message
    body: bytes


def request(url: str, path: str, method: str = "GET", **headers: str) -> Answer:
    parts = urlsplit(url)
    assert parts.hostname
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)) as connection:
        connection.request(method, path, b"{}" if method == "POST" else None, given)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def test_who_is_refused(served: Served, log: Path) -> None:
    url = served([log])
    token = urlsplit(url).query
    own = urlsplit(url).netloc
    assert request(url, "/").status == 403
    assert request(url, "/api/state", "POST").status == 403
    assert request(url, f"/?{token}", Host="evil.example").status == 403
    assert request(url, f"/?{token}", Origin="https://evil.example").status == 403
    assert request(url, "/?token=wrong").status == 403
    welcome = request(url, f"/?{token}")
    assert welcome.status == 303
    cookie = welcome.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert str(urlsplit(url).port) in cookie.partition("=")[0]
    kept = cookie.partition(";")[0]
    assert request(url, "/api/state", "POST", Cookie=kept).status == 200
    for foreign in (
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ):
        assert request(url, "/api/state", "POST", Cookie=kept, **foreign).status == 403
    answer = request(url, "/", Cookie=kept, Origin=f"http://{own}", Sec_Fetch_Site="same-origin")
    assert answer.status == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_proxys_name_is_allowed(served: Served, log: Path) -> None:
    url = served([log], allow_hosts=["hub.example"])
    assert request(url, f"/?{urlsplit(url).query}", Host="hub.example").status == 303


def test_questions_that_are_none(served: Served, log: Path) -> None:
    url = served([log])
    cookie = request(url, f"/?{urlsplit(url).query}").headers["Set-Cookie"].partition(";")[0]
    answer = request(url, "/api/lines", "POST", Cookie=cookie)
    assert answer.status == 400
    assert "failure" in json.loads(answer.body)
    assert request(url, "/etc/passwd", Cookie=cookie).status == 404
    assert request(url, "/../desk.py", Cookie=cookie).status == 404


@needs_browser
def test_what_a_scan_says_is_on_the_page(served: Served, opened: Any) -> None:
    folder = SAMPLES / "transformers"
    page = opened(served([folder / "train.log"], folder / "definitions-copied.json"))
    eventually(lambda: page.locator(".cause").count() >= 3)
    text = page.locator("#cards").inner_text()
    diagnosis = mp.diagnose(folder / "train.log", folder / "definitions-copied.json")
    for each in diagnosis.explanations:
        for cause in each.causes:
            assert cause.message in text
            if cause.correction:
                assert cause.correction.definition.regex in text
    assert page.locator("canvas").count() == 3
    assert page.complaints == []


@needs_browser
def test_keyboard_alone(served: Served, opened: Any, log: Path, tmp_path: Path) -> None:
    """Open, edit, take a correction, save."""
    document = tmp_path / "job.json"
    document.write_text(
        '{"Keep":   "this",\n"MetricDefinitions": [{"Name":"loss","Regex":"los: ([0-9.]+)"}] }'
    )
    page = opened(served([log], document, document))
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.className") == "regex"
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.type("s")
    page.locator("button.take").wait_for()
    eventually(lambda: "cut short" in page.locator(".counts").first.inner_text())

    def is_at_correction() -> bool:
        page.keyboard.press("Tab")
        return bool(page.evaluate("document.activeElement.className") == "take")

    eventually(is_at_correction)
    page.keyboard.press("Enter")
    counts = page.locator(".counts").first
    eventually(lambda: (said := counts.inner_text()).count("98 values") and "short" not in said)
    page.keyboard.press("Control+s")
    eventually(lambda: "e-0" not in document.read_text() and "[eE]" in document.read_text())
    after = document.read_text()
    assert after.startswith('{"Keep":   "this",\n"MetricDefinitions": [')
    assert after.endswith("] }")
    summary = mp.scan(log, document).summary
    assert summary.definitions[0].truncated == 0
    assert f"{summary.records} values" in page.locator(".counts").first.inner_text()
    assert page.complaints == []


@needs_browser
def test_text_of_a_log_is_never_more_than_text(served: Served, opened: Any, tmp_path: Path) -> None:
    lines = [
        "<img src=x onerror=document.title='run'> loss: 1",
        "<script>document.title='run'</script> loss: 2",
        "javascript:document.title='run' loss: 3",
        "\u202eabc loss: 4 \u2066x",
        "nul \x00 loss: 5",
        "x" * 1_000_000 + " loss: 6",
        "😀 loss: 7 😀",
    ]
    path = written(tmp_path / "<b>odd & log.log", "\n".join(lines) + "\n")
    page = opened(served([path]))
    eventually(lambda: page.locator(".row").count() == 7)
    eventually(lambda: "7 values" in page.locator("#verdict").inner_text())
    assert page.locator(".row img, .row script, .row a").count() == 0
    text = page.locator("#window").inner_text()
    assert "<img src=x onerror=" in text
    assert "\\u202e" in text
    assert "#000" in text
    assert page.title().startswith(str(path))
    assert page.locator("mark.captured").count() >= 6
    assert page.complaints == []


@needs_browser
@pytest.mark.parametrize(
    ("regex", "said"),
    [
        ("loss: (", "does not compile"),
        pytest.param("loss: [0-9]", "group", marks=long),
        pytest.param("(" + "x" * 520 + ")", "500", marks=long),
        pytest.param("😀([0-9])", "0 values", marks=long),
        ("(a|aa)+$x", ""),
    ],
)
def test_odd_regexes_are_said_beside_them(
    regex: str, said: str, served: Served, opened: Any, tmp_path: Path
) -> None:
    path = written(tmp_path / "log", "loss: 1\n" + "a" * 2000 + "\n")
    page = opened(served([path], [*LOSS, {"Name": "m", "Regex": "step (x)"}]))
    page.locator("textarea.regex").nth(1).fill(regex)
    eventually(lambda: said in page.locator(".card").nth(1).inner_text())
    page.locator("textarea.regex").nth(1).fill("loss: ([0-9])")
    eventually(lambda: "1 values" in page.locator(".card").nth(1).inner_text())
    assert page.complaints == []


@needs_browser
def test_a_curve_grows_with_its_log_and_a_zoomed_one_stays(
    served: Served, opened: Any, log: Path
) -> None:
    page = opened(served([log]))
    eventually(lambda: "98 values" in page.locator(".chart small").inner_text())
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 50)
    page.mouse.up()
    eventually(lambda: "98 values" not in page.locator(".chart small").inner_text())
    zoomed = page.locator(".chart small").inner_text()
    with log.open("a") as file:
        file.write("loss: 1\n" * 1000)
    eventually(lambda: "1,098 values" in page.locator("#verdict").inner_text())
    assert page.locator(".chart small").inner_text() == zoomed
    page.locator("canvas").dblclick()
    eventually(lambda: "1,098 values" in page.locator(".chart small").inner_text())
    assert page.complaints == []


@needs_browser
def test_in_a_log_that_grows_causes_are_found_and_curves_corrected(
    served: Served, opened: Any, tmp_path: Path
) -> None:
    path = tmp_path / "train.log"
    path.write_text("".join(f"lr: {n}e-05\n" for n in range(1, 99)))
    page = opened(served([path], [{"Name": "lr", "Regex": "lr: ([0-9.]+)"}]))
    assert "watching" in page.locator("#verdict").inner_text()
    eventually(lambda: "cut-short" in page.locator(".card").inner_text())
    legend = page.locator(".chart li")
    eventually(lambda: legend.all_inner_texts() == ["as it is", "as corrected"])
    assert "98 values" in page.locator(".chart small").inner_text()
    assert page.complaints == []


@long
@needs_browser
def test_a_point_leads_to_its_line_and_a_reload_to_the_same(
    served: Served, opened: Any, log: Path
) -> None:
    page = opened(served([log]))
    eventually(lambda: "98 values" in page.locator(".chart small").inner_text())
    page.locator("canvas").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    eventually(lambda: page.locator(".row.chosen .number").inner_text() == "98")
    assert "line=98" in page.url
    page.reload()
    eventually(lambda: page.locator(".row.chosen .number").all_inner_texts() == ["98"])
    page.keyboard.press("N")
    eventually(lambda: page.locator(".row.chosen .number").all_inner_texts() == ["97"])
    page.keyboard.press("/")
    page.keyboard.type("step 5 ")
    page.keyboard.press("Enter")
    eventually(lambda: page.locator(".row.chosen .number").all_inner_texts() == ["5"])
    assert page.complaints == []


@long
@needs_browser
def test_a_log_without_definitions(served: Served, opened: Any, log: Path) -> None:
    page = opened(served([log], []))
    assert "suggest" in page.locator("#curves").inner_text()
    page.locator("#suggest").click()
    page.get_by_text("add what is ticked").click()
    eventually(lambda: page.locator("canvas").count() >= 1)
    assert page.complaints == []


@needs_browser
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=long)])
@pytest.mark.parametrize("size", [(1400, 900), pytest.param((420, 800), marks=long)])
def test_nothing_stands_in_the_way_of_anyone(
    scheme: Any, size: tuple[int, int], served: Served, page: Any
) -> None:
    folder = SAMPLES / "transformers"
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    url = served([folder / "train.log"], folder / "definitions-copied.json")
    page.goto(url)
    eventually(lambda: page.locator(".cause").count() >= 3)
    room = "each => each.scrollWidth <= each.clientWidth"
    assert page.locator("#definitions").evaluate(room)
    tabs = ["#tab-curves", "#tab-log"] if size[0] < 700 else []
    for entered in ["#verdict", *tabs, "#help"]:
        page.locator(entered).click()
        found = axe.Axe().run(page)
        serious = [
            f"{each['id']}: {each['nodes'][0]['html'][:200]}"
            for each in found.response["violations"]
            if each["impact"] in {"serious", "critical"}
        ]
        assert serious == []


@long
@needs_browser
def test_ten_tabs_and_the_end(context: Any, log: Path) -> None:
    loaded = mp.load_definitions(LOSS)
    with served_page([str(log)], loaded, READING) as url:
        tabs = [context.new_page() for _ in range(10)]
        for tab in tabs:
            tab.goto(url)
        for tab in tabs:
            tab.locator(".row").first.wait_for()
        ending = time.monotonic()
    assert time.monotonic() - ending < 5
    eventually(lambda: "lost" in tabs[-1].locator("#notices").inner_text())


@needs_browser
def test_below_the_path_of_a_proxy(opened: Any, log: Path, served: Served) -> None:
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    url = served([log])

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.pass_on()

        def do_POST(self) -> None:
            self.pass_on()

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(url)
            path = self.path.removeprefix("/proxy/9480")
            with closing(http.client.HTTPConnection(str(parts.hostname), parts.port)) as own:
                own.request(self.command, path, body, dict(self.headers))
                answer = own.getresponse()
                content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"content-length", "date", "transfer-encoding"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{proxy.server_port}/proxy/9480/?{urlsplit(url).query}"
    page = opened(address)
    eventually(lambda: "98 values" in page.locator("#verdict").inner_text())
    assert page.url.startswith(f"http://127.0.0.1:{proxy.server_port}/proxy/9480/")
    assert page.complaints == []
    page.close()
    proxy.shutdown()
    proxy.server_close()
