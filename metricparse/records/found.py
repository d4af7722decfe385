"""Records that were found, and are made when somebody wants them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from metricparse.values import value

if TYPE_CHECKING:
    from metricparse.records.batches import Columns


@value
class FoundRecords:
    """Records of one source.

    source: its place in a list of names. count: how many they are. columns: makes them, once.
    """

    source: int
    count: int
    columns: "Callable[[], Columns]"
