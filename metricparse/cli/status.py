"""What commands exit with."""

from enum import IntEnum
from typing import Self


class Status(IntEnum):
    """The exit status of a command, unless a signal ended it; meaning: when it is.

    The highest that holds counts. `exec` exits as the command that it ran.
    """

    meaning: str

    def __new__(cls, status: int, meaning: str) -> Self:
        """A member with its meaning."""
        member = int.__new__(cls, status)
        member._value_ = status
        member.meaning = meaning
        return member

    DONE = 0, "done"
    FINDINGS = (
        1,
        (
            "findings: with --strict of scan, explain and check; a case of test that gives something "
            "else; a metric that verify finds to differ; a --fail-if of compare that holds; nothing "
            "that suggest could offer"
        ),
    )
    FAILED = (
        2,
        (
            "failed: wrong usage, input that cannot be read, output that cannot be written, a request "
            "that failed, definitions that the service would refuse (check), a case of test that "
            "cannot be run to its end"
        ),
    )
    INCOMPLETE = (
        3,
        (
            "done as far as possible, but a log is incomplete: damaged, truncated, or followed by "
            "something else; or one of several cannot be read"
        ),
    )

    @classmethod
    def of(cls, *, findings: bool = False, incomplete: bool = False) -> "Status":
        """The status of a command that came to its end."""
        return cls.INCOMPLETE if incomplete else cls.FINDINGS if findings else cls.DONE


#: What the statuses above `INCOMPLETE` stand for.
OTHERS = {
    "128 + n": "signal n ended it, such as 130 for Ctrl-C and 143 for SIGTERM; scan --follow, "
    "serve and view have no other end, so that for them Ctrl-C is done",
    "of exec": "the status of the command that it ran; 126 and 127 if that cannot be run, 2 if the "
    "definitions or the output cannot be used",
}


def status_of_signal(number: int) -> int:
    """What a command exits with that a signal ended, as shells have it."""
    return 128 + number


def ending_signals() -> list[int]:
    """The signals by which a command is ended; Windows has no SIGHUP."""
    import signal

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    return [getattr(signal, name) for name in names if hasattr(signal, name)]
