"""Long runs that anyone can repeat: what metricparse promises, tried by the million.

Each is a command with a seed, bounded in time, that prints one line of figures and exits with 1 if
it found a difference: `python -m proof.pairs --seed 1 --seconds 60`. docs/proof.md has the figures
of past runs.
"""
