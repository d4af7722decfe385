"""Numbers held against others: those that the service published, and those of other runs."""
