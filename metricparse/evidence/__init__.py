"""What a log holds, looked at closely: a bounded number of its lines, and the numbers on them."""
