"""Metric definitions to one combined pattern, and the matchers that search it."""
