from metricparse.cli import run

run()
