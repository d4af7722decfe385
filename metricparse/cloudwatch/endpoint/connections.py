"""Connections over which requests come: each has a bounded time, and all of them a bounded number."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds in which a request must have come, from its first byte or from the connection on; and in
#: which a client must take some of an answer.
PATIENCE = 10.0
#: Seconds for which a connection is kept that has nothing to say.
IDLE = 5
#: Connections at a time. For one more, the one closes that has waited longest for its request.
MOST_CONNECTIONS = 512
#: Bytes of a request's line and headers that are kept until the rest of them has come.
MOST_HEADER_BYTES = 16 * 1024

_WHOLE = frozenset({h11.DONE, h11.MUST_CLOSE, h11.CLOSED, h11.ERROR})


class BoundedConnection(H11Protocol):
    """A connection that nobody can hold for long without asking for something."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._request_due: asyncio.TimerHandle | None = None
        self._answer_due: asyncio.TimerHandle | None = None

    @property
    def waits_since(self) -> float | None:
        """Since when it waits for a request, on the loop's clock; None if it has one."""
        if self._request_due:
            return self._request_due.when() - PATIENCE
        if self.timeout_keep_alive_task:
            return self.timeout_keep_alive_task.when() - self.timeout_keep_alive
        return None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Await the first request."""
        super().connection_made(transport)
        self._await_request()
        if len(self.connections) > MOST_CONNECTIONS:
            _make_room(self.connections)

    def connection_lost(self, error: Exception | None) -> None:
        """Await nothing any more."""
        super().connection_lost(error)
        self._request_came()
        self._answer_taken()

    def data_received(self, data: bytes) -> None:
        """Take more of a request."""
        super().data_received(data)
        if self.conn.their_state in _WHOLE:
            self._request_came()
        else:
            self._await_request()

    def pause_writing(self) -> None:
        """Await that the client takes some of the answer."""
        super().pause_writing()
        self._answer_due = self._answer_due or self.loop.call_later(PATIENCE, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on, as it has."""
        super().resume_writing()
        self._answer_taken()

    def on_response_complete(self) -> None:
        """Await the next request for a while, if it has not begun already."""
        super().on_response_complete()
        if self.conn.their_state is h11.IDLE:
            self._request_came()

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, even if the last answer was not taken."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().timeout_keep_alive_handler()

    def _await_request(self) -> None:
        if self._request_due is None and not self.transport.is_closing():
            self._request_due = self.loop.call_later(PATIENCE, self.transport.abort)

    def _request_came(self) -> None:
        if self._request_due:
            self._request_due.cancel()
            self._request_due = None

    def _answer_taken(self) -> None:
        if self._answer_due:
            self._answer_due.cancel()
            self._answer_due = None


def _make_room(connections: "set[Any]") -> None:
    """Close the connection that has waited longest for its request, if one waits."""
    waiting = [each for each in connections if each.waits_since is not None]
    if waiting:
        longest = min(waiting, key=lambda each: each.waits_since)
        connections.discard(longest)
        longest.transport.abort()
