"""Numbers as people read them."""

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def of_bytes(count: float) -> str:
    """Such as `53.5 kB`, in powers of 1000."""
    unit = 0
    while count >= 1000 and unit < len(_UNITS) - 1:
        count /= 1000
        unit += 1
    if count == 1 and unit == 0:
        return "1 byte"
    return f"{count:.0f} {_UNITS[0]}" if unit == 0 else f"{count:.3g} {_UNITS[unit]}"


def of_value(value: float | None, digits: int) -> str:
    """A metric's value, to so many digits."""
    return "" if value is None else f"{value:.{digits}g}"


def of_count(count: int, noun: str) -> str:
    """Such as `1 line`, `2,000 lines`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def of_seconds(seconds: float) -> str:
    """Such as `0.031 s`, `12.5 s`, `3 min 5 s`."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
