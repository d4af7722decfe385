"""Where the sample logs lie."""

from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "sample_logs"
SAMPLE_NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/train.log"))
XGBOOST_LOG = SAMPLES / "xgboost" / "train.log"
XGBOOST_DEFINITIONS = SAMPLES / "xgboost" / "definitions.json"
