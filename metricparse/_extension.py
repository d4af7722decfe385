"""What may be missing: the native extension, and the libraries of the optional extras."""

import importlib
import os

TYPE_CHECKING = False  # `--version` needs this module, and no typing
if TYPE_CHECKING:
    from typing import Any

    from metricparse import _kernel

    kernel = _kernel
else:
    try:
        import metricparse._kernel as kernel
    except ImportError:
        kernel = None


def processors() -> int:
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def require(module: str, library: str, extra: str) -> "Any":
    """A module of an optional library.

    Raises `MetricparseError`, with how to install the extra that brings it, if it is not there.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        from metricparse.errors import MetricparseError

        advice = f"pip install 'metricparse[{extra}]'"
        raise MetricparseError(f"{library} is not installed; install it with {advice}") from None
