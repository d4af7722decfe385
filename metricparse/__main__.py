import sys

from metricparse.cli import main

sys.exit(main())
