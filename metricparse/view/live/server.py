"""The page, served on this machine while a context lasts."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from metricparse._extension import require
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.http_server.listening import listen

_GRACE = 0.5


@contextmanager
def served_page(
    logs: Sequence[str],
    definitions: Iterable[MetricDefinition],
    reading: dict[str, Any],
    *,
    origin: str | None = None,
    port: int = 0,
    allow_hosts: Sequence[str] = (),
) -> Iterator[str]:
    """The address of a page on logs and definitions, which is served while the context lasts.

    logs: paths and URLs, as for `scan`. reading: how they are read, as parameters of `scan`.
    origin: the JSON document that the definitions came from, to which they may be written back.
    allow_hosts: names, besides those of this machine, under which it may be asked for.
    Raises `MetricparseError` if the server's libraries are not installed or the port is taken.
    """
    uvicorn = require("uvicorn", "uvicorn", "view")
    require("starlette", "starlette", "view")
    from metricparse.view.live.app import application
    from metricparse.view.live.desk import Desk
    from metricparse.view.live.guard import Guard

    listening = listen("127.0.0.1", port)
    bound = listening.getsockname()[1]
    desk = Desk(logs, definitions, reading, origin)
    guard = Guard(application(desk), bound, allow_hosts)
    config = uvicorn.Config(
        guard,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=0,
        proxy_headers=False,
        server_header=False,
    )
    server = uvicorn.Server(config)
    answering = threading.Thread(target=server.run, args=([listening],), daemon=True)
    answering.start()
    try:
        while not server.started and answering.is_alive():
            time.sleep(0.005)
        yield f"http://127.0.0.1:{bound}/?token={guard.token}"
    finally:
        server.should_exit = True
        desk.close()
        answering.join(_GRACE)
        listening.close()
