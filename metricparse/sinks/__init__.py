"""Where records go: Parquet, Arrow IPC, CSV and JSON lines, in files or on a stream."""
