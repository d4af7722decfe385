"""What a scan found, as a page."""
