"""What metric definitions cost on a log."""
