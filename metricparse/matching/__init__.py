"""Metric definitions to one combined pattern, and the matchers that search it."""

from metricparse.matching.combined import CombinedPattern
from metricparse.matching.pattern import Matches, Rejected

__all__ = ["CombinedPattern", "Matches", "Rejected"]
