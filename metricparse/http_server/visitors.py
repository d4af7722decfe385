"""Whose requests are answered: those that were meant for this address, and no web page's."""

import ipaddress
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit


class Visitors:
    """Tells requests by their headers.

    A page of any origin can have a browser send requests, and read the answers once a name of its
    own leads to this machine. So `Host` must be an address written in numbers, `localhost`, or a
    name that was allowed; and `Origin`, which browsers send, must be the same as `Host`.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {"localhost", *(name.lower() for name in names)}

    def refusal(self, headers: Mapping[str, str]) -> str | None:
        """Why a request is not to be answered; None if it is.

        headers: by their names in lower case.
        """
        host = headers.get("host", "")
        if not self._is_own(urlsplit(f"//{host}").hostname or ""):
            return f"Host {host!r} is not this server's; allow it with --allow-host"
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return f"requests of pages of {origin!r} are not answered"
        return None

    def _is_own(self, name: str) -> bool:
        if name.lower() in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True
