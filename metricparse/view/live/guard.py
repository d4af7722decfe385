"""Who may see the page: whoever has its address with the token in it, by a browser's own request."""

import secrets
from collections.abc import Iterable
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from metricparse.http_server.visitors import Visitors

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TOKEN_BYTES = 24


class Guard:
    """An ASGI application in front of another, which lets its own visitors through.

    token: stands in the address that is given to the user once, and then in a cookie. A page of
    any other origin can have a browser send requests, but not with that cookie (`SameSite`); what
    `Visitors` refuses is refused with it, too.
    """

    def __init__(self, app: ASGIApp, port: int, allowed: Iterable[str]) -> None:
        self.token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._app = app
        self._cookie = f"metricparse-view-{port}"
        self._visitors = Visitors(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse to."""
        if scope["type"] != "http":
            return
        response = self._instead(Request(scope))
        app = self._app if response is None else response

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await app(scope, receive, send_with_headers)

    def _instead(self, request: Request) -> Response | None:
        """What is answered in place of the page; None if that may be seen."""
        if refusal := self._visitors.refusal(request.headers):
            return _refused(refusal)
        told = parse_qs(request.url.query).get("token", [""])[0]
        if secrets.compare_digest(told.encode(), self.token.encode()):
            return self._welcome()
        if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            return _refused("requests of other pages are not answered")
        cookie = request.cookies.get(self._cookie, "")
        if not secrets.compare_digest(cookie.encode(), self.token.encode()):
            return _refused("open the address that `metricparse view` printed, with its token")
        return None

    def _welcome(self) -> Response:
        """To the address without the token, with a cookie in its place."""
        response = RedirectResponse(".", 303)
        response.set_cookie(self._cookie, self.token, httponly=True, samesite="strict", path="/")
        return response


def _refused(message: str) -> Response:
    return PlainTextResponse(f"{message}\n", 403)
