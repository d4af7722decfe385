"""Which matcher searches: the native one where it was built, or the reference."""

import os
from enum import StrEnum

from metricparse._extension import kernel


class Matcher(StrEnum):
    """Which matcher searches; both give the same answers.

    NATIVE: the Rust extension, with the reference for what it does not take. REFERENCE: the
    `regex` module alone.
    """

    NATIVE = "native"
    REFERENCE = "reference"

    @classmethod
    def chosen(cls, name: str | None = None) -> "Matcher":
        """The one that is named, here or in `METRICPARSE_MATCHER`; else native if it was built.

        Raises `MetricparseError` for a name that is none, or for native where it was not built.
        """
        name = name or os.environ.get("METRICPARSE_MATCHER")
        if not name:
            return cls.NATIVE if kernel else cls.REFERENCE
        from metricparse.errors import MetricparseError

        if name not in set(cls):
            raise MetricparseError(f"no matcher is called {name!r}; there are: {', '.join(cls)}")
        if name == cls.NATIVE and not kernel:
            raise MetricparseError(
                "the native matcher was not built; install Rust and then metricparse again, or "
                "use the matcher 'reference'"
            )
        return cls(name)

    @property
    def engine(self) -> str:
        """The regex engine that it searches with."""
        return str(kernel.ENGINE) if self is Matcher.NATIVE else "regex"
