"""The page over HTTP: its files, and what it asks of the desk."""

import json
from collections.abc import Awaitable, Callable, Sequence
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from metricparse.definitions.presets import known_presets
from metricparse.errors import MetricparseError
from metricparse.view.live.desk import Desk
from metricparse.view.live.series import Range

_KINDS = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
#: Bytes of a request at most.
_MOST_BYTES = 4_000_000
_MOST_LINES = 400
_MOST_PARTS = 4000

_Answer = Callable[[Desk, dict[str, Any]], Any]


def application(desk: Desk) -> Starlette:
    """The page for a desk. All addresses are relative, so that it may stand below any path."""
    asked = [
        Route(f"/api/{name}", _asking(desk, answer), methods=["POST"])
        for name, answer in _ANSWERS.items()
    ]
    served = [Route(path, _file(name)) for path, name in _assets()]
    return Starlette(routes=[*asked, *served])


def _assets() -> Sequence[tuple[str, str]]:
    """Paths, and the files that stand there."""
    names = [each.name for each in files("metricparse.view.live").joinpath("assets").iterdir()]
    return [("/", "index.html"), *((f"/{name}", name) for name in names)]


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_: Request) -> Response:
        content = files("metricparse.view.live").joinpath("assets", name).read_bytes()
        return Response(content, media_type=_KINDS[name.rpartition(".")[2]])

    return answer


def _asking(desk: Desk, answer: _Answer) -> Callable[[Request], Awaitable[Response]]:
    """An answer as JSON; what is wrong with a question is told in the answer."""

    async def ask(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                return _as_json({"failure": "the request is too large"}, 413)
        try:
            given = json.loads(body or b"{}")
            return _as_json(await run_in_threadpool(answer, desk, given))
        except MetricparseError as error:
            return _as_json({"failure": str(error)})
        except (ValueError, KeyError, TypeError) as error:
            return _as_json({"failure": f"not a question that is known here: {error}"}, 400)

    return ask


def _as_json(answer: Any, status: int = 200) -> Response:
    """JSON that browsers read, which know no NaN: such numbers are text."""
    content = json.dumps(_readable(answer), allow_nan=False, separators=(",", ":"))
    return Response(content.encode(), status, media_type="application/json")


def _readable(answer: Any) -> Any:
    match answer:
        case dict():
            return {key: _readable(each) for key, each in answer.items()}
        case list() | tuple():
            return [_readable(each) for each in answer]
        case float() if answer - answer != 0.0:
            return str(answer)
        case str() if not answer.isascii():
            return answer.encode("utf-8", "replace").decode()
        case _:
            return answer


def _put(desk: Desk, given: dict[str, Any]) -> dict[str, Any]:
    desk.put(
        [
            {key: str(each[key]) for key in ("key", "name", "regex") if key in each}
            for each in given["definitions"]
        ]
    )
    return desk.state()


def _curves(desk: Desk, given: dict[str, Any]) -> dict[str, Any]:
    by_time = given.get("by") == "time"
    scale = 1_000_000_000 if by_time else 1
    ends = [
        None if given.get(end) is None else int(given[end] * scale) for end in ("first", "last")
    ]
    parts = max(1, min(int(given.get("parts", 800)), _MOST_PARTS))
    return {"curves": desk.curves(given.get("keys"), Range(by_time, *ends), parts)}


def _lines(desk: Desk, given: dict[str, Any]) -> dict[str, Any]:
    count = max(0, min(int(given["count"]), _MOST_LINES))
    return desk.lines(str(given["source"]), int(given["first"]), count, raw=bool(given.get("raw")))


def _next(desk: Desk, given: dict[str, Any]) -> dict[str, Any]:
    backwards = bool(given.get("backwards"))
    line = desk.next_match(given["key"], given["source"], int(given["line"]), backwards=backwards)
    return {"line": line}


def _find(desk: Desk, given: dict[str, Any]) -> dict[str, Any]:
    backwards = bool(given.get("backwards"))
    return desk.find(given["source"], given["text"], int(given["line"]), backwards=backwards)


def _propose(desk: Desk, given: dict[str, Any]) -> dict[str, Any]:
    return {"definition": desk.propose(given["text"], int(given["start"]), int(given["end"]))}


def _presets(_desk: Desk, _given: dict[str, Any]) -> dict[str, Any]:
    presets = [
        {
            "name": each.name,
            "description": each.description,
            "definitions": [{"name": d["Name"], "regex": d["Regex"]} for d in each.definitions],
        }
        for each in known_presets()
    ]
    return {"presets": presets}


_ANSWERS: dict[str, _Answer] = {
    "state": lambda desk, _: desk.state(),
    "definitions": _put,
    "curves": _curves,
    "lines": _lines,
    "next": _next,
    "find": _find,
    "explain": lambda desk, given: desk.explain(given["name"], given["regex"]),
    "suggest": lambda desk, _: desk.suggestions(),
    "propose": _propose,
    "export": lambda desk, _: desk.exported(),
    "presets": _presets,
    "save": lambda desk, _: {"saved": desk.save()},
}
