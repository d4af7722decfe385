"""What holds for all tests."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

# Commands that are run are compiled once.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# A shell has what it starts in the background ignore Ctrl-C, which tests send to commands.
signal.signal(signal.SIGINT, signal.default_int_handler)
# How long an example takes is the machine's affair.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are processors, as tests of servers and followers wait."""
    return 3 * (os.cpu_count() or 1) // 2
