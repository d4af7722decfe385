"""Rows of records that can be compared to the last bit."""

import struct

import pyarrow as pa


def bits(rows: list[tuple[int, str, float]]) -> list[tuple[int, str, bytes]]:
    """Rows that are equal only if their values are the same float64 (NaN among them)."""
    return [(line, name, b"nan" if v != v else struct.pack("d", v)) for line, name, v in rows]  # noqa: PLR0124


def rows_of(table: pa.Table) -> list[tuple[int, str, float]]:
    """Line, metric and value of each record."""
    columns = (table[name].to_pylist() for name in ("line", "metric", "value"))
    return list(zip(*columns, strict=True))
