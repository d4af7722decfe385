"""Values as JSON has them."""

import math


def json_number(value: float) -> float | str:
    """A value as JSON has it; "NaN", "Infinity" and "-Infinity" where JSON has none."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
