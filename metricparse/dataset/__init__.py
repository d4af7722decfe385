"""Many logs into one Parquet dataset, log by log, by any number of processes."""
