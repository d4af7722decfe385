"""Where a server listens."""

import socket

from metricparse.errors import MetricparseError

#: Connections that may wait to be taken.
BACKLOG = 1024


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port: 0 is any that is free. Raises `MetricparseError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Of a socket whose protocol is named, asyncio sends small answers at once.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise MetricparseError(f"{host}:{port}: cannot be listened on: {error}") from error
    return listening
