"""Metric definitions proposed for a log that has none."""
